/** What runs were started from and what they made, in the editor: as files, as folders, and compared. */
import * as vscode from 'vscode';
import type { Project } from '../../../protocol/model/project.ts';
import type { RunSummary } from '../../../protocol/model/run.ts';
import type { LaunchFolders } from '../../connection/launchFolders.ts';
import type { LiveList } from '../../connection/liveList.ts';
import { pickRun } from '../../connection/pickRun.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { codeScheme } from '../../platform/codeUri.ts';
import type { Commands } from '../../platform/commands.ts';
import { Disposables } from '../../platform/disposables.ts';
import { compareCode, compareCommits, compareWorkspace } from './compare.ts';
import { findFile } from './findFile.ts';
import { openFolders } from './folders.ts';
import { NotebookParts, notebookScheme } from './notebookParts.ts';
import { openFile, openFolder } from './openCode.ts';
import { removeCopies } from './removeCopies.ts';
import { restoreFiles, undoRestore } from './restore.ts';
import { RunFileSystem } from './runFileSystem.ts';
import { RunFiles } from './runFiles.ts';
import { Worktrees } from './worktrees.ts';

export type CodeDeps = {
  readonly commands: Commands;
  readonly server: ServerConnection;
  readonly runs: LiveList<RunSummary>;
  readonly projects: LiveList<Project>;
  readonly folders: LaunchFolders;
  readonly storage: vscode.Uri;
};

export function registerCode({ commands, server, runs, projects, folders, storage }: CodeDeps): vscode.Disposable {
  const owned = new Disposables();
  const files = owned.add(new RunFiles({ server, folders: openFolders }));
  const system = owned.add(new RunFileSystem({ files, server, runIds: () => runs.items.map(({ id }) => id) }));
  const options = { isCaseSensitive: true, isReadonly: true };
  owned.add(vscode.workspace.registerFileSystemProvider(codeScheme, system, options));
  const at = (name: string) => vscode.Uri.joinPath(storage, name);
  const copies = at('code');
  const worktrees = new Worktrees({ server, folders, place: at('worktrees').fsPath });
  commands.register('flywheel.code.open', async (target, how) => {
    const { id } = await pickRun(target, runs.items, 'Open the code of which run?');
    await openFolder({ files, copies, worktrees, windows: at('windows') }, id, how);
  });
  commands.register('flywheel.code.removeCopies', () => {
    return removeCopies([at('worktrees').fsPath, copies.fsPath], runs.items);
  });
  commands.register('flywheel.code.findFile', (target) => findFile(files, target, runs.items));
  const restoring = { commands, files, runs, folders, shelf: at('restored').fsPath };
  commands.register('flywheel.code.restore', (target) => restoreFiles(restoring, target));
  commands.register('flywheel.code.undoRestore', () => undoRestore(restoring));
  commands.register('flywheel.code.openFile', (target) => openFile(files, target));
  owned.add(vscode.workspace.registerTextDocumentContentProvider(notebookScheme, new NotebookParts()));
  const comparing = { files, server, runs, projects, folders };
  commands.register('flywheel.code.compare', (target, all) => compareCode(comparing, target, all));
  commands.register('flywheel.code.compareCommits', (target) => compareCommits(comparing, target));
  commands.register('flywheel.code.compareWorkspace', (target) => compareWorkspace(comparing, target));
  return owned;
}
