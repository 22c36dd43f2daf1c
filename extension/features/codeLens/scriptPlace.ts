/** Which script of which project a file is. */
import * as vscode from 'vscode';
import type { ScriptRef } from '../../../protocol/model/script.ts';
import type { LaunchFolders } from '../../connection/launchFolders.ts';
import { repositoryPath } from '../../connection/repositoryPlace.ts';

export class ScriptPlaces {
  readonly #folders: Pick<LaunchFolders, 'projectOf'>;

  constructor(folders: Pick<LaunchFolders, 'projectOf'>) {
    this.#folders = folders;
  }

  /** Null for a file outside of the folders on disk. Of configuration the project alone matters. */
  async of(document: vscode.TextDocument): Promise<ScriptRef | null> {
    const folder = vscode.workspace.getWorkspaceFolder(document.uri);
    if (!folder || document.uri.scheme !== 'file') return null;
    const projectId = this.#folders.projectOf(folder.uri.toString()) ?? undefined;
    if (document.languageId !== 'python') return projectId === undefined ? null : { projectId };
    return { projectId, path: await repositoryPath(folder, document.uri) };
  }
}
