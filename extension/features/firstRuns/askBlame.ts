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

const quickMs = 1000;
const patienceMs = 120_000;

export type Answer = { readonly blame: Blame; readonly place: CodePlace };

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
  const stopping = new AbortController();
  const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(patienceMs)]);
  const asked = deps.server.client.code.blame({ projectId, path, of }, { signal });
  offerToStop(asked, stopping);
  return { blame: await asked, place };
}

/** A long history takes its time; a short one is there before anybody could read that it is asked. */
function offerToStop(asked: Promise<unknown>, stopping: AbortController): void {
  const title = 'Looking through the code of runs';
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  const ended = asked.then(
    () => undefined,
    () => undefined,
  );
  const timer = setTimeout(() => {
    vscode.window.withProgress(options, (_progress, token) => {
      token.onCancellationRequested(() => stopping.abort());
      return ended;
    });
  }, quickMs);
  void ended.then(() => clearTimeout(timer));
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
