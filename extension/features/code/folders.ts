/** Which open folder the code of a run is compared with, or put back into. */
import * as vscode from 'vscode';
import { ClientError } from '../../../client/clientError.ts';
import { spellOut } from '../../../protocol/spellOut.ts';
import type { LaunchFolders } from '../../connection/launchFolders.ts';
import { choose } from '../../platform/notifications.ts';

export function openFolders(): readonly string[] {
  return onDisk().map(({ uri }) => uri.fsPath);
}

/** The folder that launches into the run's project; else the only one; else the person says. */
export async function folderOf(folders: Pick<LaunchFolders, 'projectOf'>, projectId: string): Promise<string> {
  const open = onDisk();
  const [first, second] = open;
  if (!first) throw new ClientError('not-found', 'There is no folder open.', { remedy: 'Open one first.' });
  const known = open.find(({ uri }) => folders.projectOf(uri.toString()) === projectId);
  if (known) return known.uri.fsPath;
  if (!second) return first.uri.fsPath;
  return choose(
    'Which folder?',
    open.map(({ name, uri }) => ({ label: spellOut(name), description: spellOut(uri.fsPath), value: uri.fsPath })),
  );
}

function onDisk(): readonly vscode.WorkspaceFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
}
