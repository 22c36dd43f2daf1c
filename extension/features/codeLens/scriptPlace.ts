/** Which script of which project a file is: its path from the root of the snapshot that a launch would take. */
import { stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import type { ScriptRef } from '../../../protocol/model/script.ts';
import type { LaunchFolders } from '../../connection/launchFolders.ts';

export class ScriptPlaces {
  readonly #folders: Pick<LaunchFolders, 'projectOf'>;
  readonly #roots = new Map<string, Promise<string>>();

  constructor(folders: Pick<LaunchFolders, 'projectOf'>) {
    this.#folders = folders;
  }

  /** Null for a file outside of the folders on disk. Of configuration the project alone matters. */
  async of(document: vscode.TextDocument): Promise<ScriptRef | null> {
    const folder = vscode.workspace.getWorkspaceFolder(document.uri);
    if (!folder || document.uri.scheme !== 'file') return null;
    const projectId = this.#folders.projectOf(folder.uri.toString()) ?? undefined;
    if (document.languageId !== 'python') return projectId === undefined ? null : { projectId };
    const root = await this.#rootOf(folder.uri.fsPath);
    return { projectId, path: relative(root, document.uri.fsPath).split(sep).join('/') };
  }

  #rootOf(folder: string): Promise<string> {
    const known = this.#roots.get(folder) ?? repositoryOf(folder);
    this.#roots.set(folder, known);
    return known;
  }
}

async function repositoryOf(folder: string): Promise<string> {
  for (let root = folder; ; root = dirname(root)) {
    if (await stat(join(root, '.git')).catch(() => null)) return root;
    if (dirname(root) === root) return folder;
  }
}
