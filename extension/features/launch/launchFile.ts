/** The file that is to be run, where it stands in its folder. */
import * as vscode from 'vscode';
import { ClientError } from '../../../client/clientError.ts';

export type LaunchFile = { readonly folderId: string; readonly path: string };

/** From a code lens or menu its address, from the palette the editor at hand. */
export function launchFileOf(target: unknown): LaunchFile {
  const uri = target instanceof vscode.Uri ? target : vscode.window.activeTextEditor?.document.uri;
  const folder = uri && vscode.workspace.getWorkspaceFolder(uri);
  if (!uri || !folder || uri.scheme !== 'file') {
    throw new ClientError('invalid-input', 'There is no file of an open folder to run.', {
      remedy: 'Open the folder that the file is in: the whole folder is what runs on the server.',
    });
  }
  return { folderId: folder.uri.toString(), path: vscode.workspace.asRelativePath(uri, false) };
}
