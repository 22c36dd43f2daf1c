/** What runs were started from and what they made, in the editor: as files, as folders, and compared. */
import * as vscode from 'vscode';
import type { RunSummary } from '../../../protocol/model/run.ts';
import type { LaunchFolders } from '../../connection/launchFolders.ts';
import type { LiveList } from '../../connection/liveList.ts';
import { pickRun } from '../../connection/pickRun.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { codeScheme } from '../../platform/codeUri.ts';
import type { Commands } from '../../platform/commands.ts';
import { Disposables } from '../../platform/disposables.ts';
import { compareCode } from './compare.ts';
import { openFile, openFolder } from './openCode.ts';
import { RunFileSystem } from './runFileSystem.ts';
import { RunFiles } from './runFiles.ts';

export type CodeDeps = {
  readonly commands: Commands;
  readonly server: ServerConnection;
  readonly runs: LiveList<RunSummary>;
  readonly folders: LaunchFolders;
  readonly storage: vscode.Uri;
};

export function registerCode({ commands, server, runs, folders, storage }: CodeDeps): vscode.Disposable {
  const owned = new Disposables();
  const files = owned.add(new RunFiles({ server, folders: openFolders }));
  const system = owned.add(new RunFileSystem({ files, server, runIds: () => runs.items.map(({ id }) => id) }));
  const options = { isCaseSensitive: true, isReadonly: true };
  owned.add(vscode.workspace.registerFileSystemProvider(codeScheme, system, options));
  const copies = vscode.Uri.joinPath(storage, 'code');
  commands.register('flywheel.code.open', async (target, how) => {
    const { id } = await pickRun(target, runs.items, 'Open the code of which run?');
    await openFolder({ files, copies }, id, how);
  });
  commands.register('flywheel.code.openFile', (target) => openFile(files, target));
  commands.register('flywheel.code.compare', (target) => compareCode({ files, runs, folders }, target));
  return owned;
}

function openFolders(): readonly string[] {
  const open = vscode.workspace.workspaceFolders ?? [];
  return open.filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath);
}
