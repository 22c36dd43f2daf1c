/** Which run first had a line: as notes over a whole file, and as the answer about one line. */
import * as vscode from 'vscode';
import { ClientError } from '../../../client/clientError.ts';
import type { Commands } from '../../platform/commands.ts';
import { Disposables } from '../../platform/disposables.ts';
import { failureOf, sentenceOf } from '../../platform/failure.ts';
import type { Log } from '../../platform/log.ts';
import { tell } from '../../platform/notifications.ts';
import { type Answer, type AskDeps, askBlame } from './askBlame.ts';
import { FirstRunNotes } from './firstRunNotes.ts';
import { noteAt, notesOf, searchedText, sentenceAbout } from './notes.ts';

export type FirstRunsDeps = AskDeps & { readonly commands: Commands; readonly log: Log };

export function registerFirstRuns(deps: FirstRunsDeps): vscode.Disposable {
  const { commands, log } = deps;
  const owned = new Disposables();
  const ask = (document: vscode.TextDocument): Promise<Answer> => askBlame(deps, document);
  const onError = (error: unknown) => log.warn(`lines and runs: ${sentenceOf(failureOf(error))}`);
  const notes = owned.add(new FirstRunNotes({ ask, onError }));
  commands.register('flywheel.code.firstRuns', async () => {
    const answer = await notes.toggle(activeEditor());
    if (answer) tellHowMuch(answer);
  });
  commands.register('flywheel.code.firstRun', () => tellAboutLine(deps, activeEditor()));
  return owned;
}

function activeEditor(): vscode.TextEditor {
  const editor = vscode.window.activeTextEditor;
  if (editor) return editor;
  throw new ClientError('not-found', 'There is no text file in front.', { remedy: 'Open one, and ask again.' });
}

/** Only where the notes alone would mislead. */
function tellHowMuch({ blame: { searched }, place: { path } }: Answer): void {
  if (searched.versions === 0) {
    tell('info', `No run of the project had ${path} in its code yet. Launch one: its lines are known from then on.`);
  } else if (!searched.complete) tell('info', `${searchedText(searched)}.`);
}

async function tellAboutLine(deps: FirstRunsDeps, editor: vscode.TextEditor): Promise<void> {
  const { line } = editor.selection.active;
  const { blame, place } = await askBlame(deps, editor.document);
  const run = noteAt(notesOf(blame, Date.now()), line)?.run ?? null;
  if (run === null) {
    tell('info', `No run had line ${line + 1} yet: ${searchedText(blame.searched)}.`);
    return;
  }
  const { commands } = deps;
  const { runId, name } = run;
  tell('info', `Line ${line + 1} was ${sentenceAbout(run, Date.now())}.`, [
    { title: 'Open Run', run: () => commands.run('flywheel.runs.open', { panel: 'run', runId }) },
    { title: 'File Then', run: () => commands.run('flywheel.code.openFile', { runId, path: place.path }) },
    { title: 'Compare', run: () => commands.run('flywheel.code.compareWorkspace', { id: runId, name }) },
  ]);
}
