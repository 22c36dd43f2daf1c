/** The folders of the window that can be launched from, with what looks runnable in them. */
import * as vscode from 'vscode';
import { isSafeRelativePath } from '../../protocol/model/common.ts';
import type { LaunchFolder } from '../../protocol/panel.ts';
import { likelyFirst } from './likelyFirst.ts';

const runnable = '**/*.{py,ipynb,R,r,sh}';
const notOurs = '**/{node_modules,.git,.venv,venv,env,__pycache__,site-packages,.ipynb_checkpoints,outputs}/**';
const most = 200;

export class LaunchFolders {
  readonly #memory: vscode.Memento;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  async list(): Promise<readonly LaunchFolder[]> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    return Promise.all(
      folders.filter((folder) => folder.uri.scheme === 'file').map((folder) => this.#describe(folder)),
    );
  }

  /** The folder's place on disk; null when it is no longer open. */
  pathOf(folderId: string): string | null {
    return vscode.workspace.workspaceFolders?.find((folder) => folder.uri.toString() === folderId)?.uri.fsPath ?? null;
  }

  projectOf(folderId: string): string | null {
    return this.#memory.get<string>(keyOf(folderId)) ?? null;
  }

  rememberProject(folderId: string, projectId: string): Thenable<void> {
    return this.#memory.update(keyOf(folderId), projectId);
  }

  async #describe(folder: vscode.WorkspaceFolder): Promise<LaunchFolder> {
    const pattern = new vscode.RelativePattern(folder, runnable);
    const files = await vscode.workspace.findFiles(pattern, notOurs, most);
    const paths = files.map((file) => vscode.workspace.asRelativePath(file, false)).filter(isSafeRelativePath);
    const id = folder.uri.toString();
    return { id, name: folder.name, projectId: this.projectOf(id), scripts: likelyFirst(paths) };
  }
}

function keyOf(folderId: string): string {
  return `flywheel.projectOf:${folderId}`;
}
