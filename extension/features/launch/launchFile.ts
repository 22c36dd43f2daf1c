/** The file that is to be run, where it stands in its folder, and the command that runs it. */
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

const programs: Readonly<Record<string, string>> = { py: 'python3', r: 'Rscript', sh: 'sh' };

export function runCommandOf(path: string): string {
  const program = programs[path.slice(path.lastIndexOf('.') + 1).toLowerCase()] ?? 'python3';
  return `${program} ${/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`}`;
}
