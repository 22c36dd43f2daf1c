/** Leads to a line of a project's code: in a folder that is open here, or by a search. */
import * as vscode from 'vscode';
import type { Notice } from '../../../protocol/model/comment.ts';
import type { LaunchFolders } from '../../connection/launchFolders.ts';
import { repositoryPath } from '../../connection/repositoryPlace.ts';
import type { Commands } from '../../platform/commands.ts';
import { anchorOf } from './anchor.ts';

type Deps = { readonly commands: Commands; readonly folders: Pick<LaunchFolders, 'projectOf'> };
type Wanted = Pick<Notice, 'projectId' | 'place'> & { readonly path: string };

export async function openCode({ commands, folders }: Deps, { projectId, path, place }: Wanted): Promise<void> {
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    if (folders.projectOf(folder.uri.toString()) !== projectId) continue;
    const [found] = await vscode.workspace.findFiles(
      new vscode.RelativePattern(folder, `**/${path.split('/').at(-1)}`),
    );
    if (!found || (await repositoryPath(folder, found)) !== path) continue;
    const document = await vscode.workspace.openTextDocument(found);
    const { line } = anchorOf(place, document.getText().split(/\r?\n/));
    await vscode.window.showTextDocument(document, { selection: new vscode.Range(line, 0, line, 0) });
    return;
  }
  await commands.run('flywheel.search.open', { text: `project:${projectId} "${path.split('/').at(-1)}"` });
}
