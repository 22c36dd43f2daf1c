/** Asks the server which runs first had the lines of a document, as it is in the editor. */
import * as vscode from 'vscode';
import { ClientError } from '../../../client/clientError.ts';
import { type Blame, longestBlamedText } from '../../../protocol/model/code.ts';
import type { Project } from '../../../protocol/model/project.ts';
import { spellOut } from '../../../protocol/spellOut.ts';
import { type CodePlace, codePlaceOf } from '../../connection/codePlaces.ts';
import type { LaunchFolders } from '../../connection/launchFolders.ts';
import type { LiveList } from '../../connection/liveList.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { Cancelled } from '../../platform/failure.ts';
import { choose } from '../../platform/notifications.ts';

export type AskDeps = {
  readonly server: ServerConnection;
  readonly folders: LaunchFolders;
  readonly projects: LiveList<Project>;
};

export type Answer = { readonly blame: Blame; readonly place: CodePlace };

/** With a way to give up: a long history takes its time. */
export async function askBlame(deps: AskDeps, document: vscode.TextDocument): Promise<Answer> {
  const place = await placeOf(deps, document);
  const { projectId, path, commit } = place;
  const text = document.getText();
  if (commit === null && text.length > longestBlamedText) {
    throw new ClientError('too-large', `The file has more than ${longestBlamedText.toLocaleString('en')} characters.`, {
      remedy: 'Lines can be asked about in smaller files.',
    });
  }
  const of = commit === null ? ({ kind: 'text', text } as const) : ({ kind: 'commit', commit } as const);
  const options = { location: vscode.ProgressLocation.Window, title: 'Looking through the runs' };
  return vscode.window.withProgress(options, async () => {
    const blame = await deps.server.client.code.blame({ projectId, path, of }, { signal: AbortSignal.timeout(60_000) });
    return { blame, place };
  });
}

async function placeOf(deps: AskDeps, { uri }: vscode.TextDocument): Promise<CodePlace> {
  const known = await codePlaceOf(uri, deps);
  if (known) return known;
  const folder = uri.scheme === 'file' ? vscode.workspace.getWorkspaceFolder(uri) : undefined;
  if (!folder) {
    throw new ClientError('not-found', 'Runs are known for files of open folders, and for the code of runs.', {
      remedy: 'Open the folder that the file is in.',
    });
  }
  await chooseProject(deps, folder);
  const place = await codePlaceOf(uri, deps);
  if (place === null) throw new Cancelled();
  return place;
}

/** Remembered, as after a launch. */
async function chooseProject({ folders, projects }: AskDeps, folder: vscode.WorkspaceFolder): Promise<void> {
  if (projects.items.length === 0) {
    throw new ClientError('not-found', 'There is no project yet, so no run had this.', {
      remedy: 'Launch a run first.',
    });
  }
  const choices = projects.items.map(({ id, name }) => ({ label: spellOut(name), description: id, value: id }));
  const projectId = await choose(`${spellOut(folder.name)} is the code of which project?`, choices);
  await folders.rememberProject(folder.uri.toString(), projectId);
}
