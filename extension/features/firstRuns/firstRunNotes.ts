/**
 * Before each line of a document the run that first had it, while the person
 * wants to see it. Lines that are being written have no note until they are
 * saved; then it is asked anew.
 */
import * as vscode from 'vscode';
import type { BlameRun } from '../../../protocol/model/code.ts';
import type { CodePlace } from '../../connection/codePlaces.ts';
import type { CommandId } from '../../platform/commandIds.ts';
import { Disposables } from '../../platform/disposables.ts';
import type { Answer } from './askBlame.ts';
import { type Note, notesOf, noteWidth, sentenceAbout } from './notes.ts';

type Ask = (document: vscode.TextDocument) => Promise<Answer>;
export type FirstRunNotesDeps = { readonly ask: Ask; readonly onError: (error: unknown) => void };

const repeatedEvery = 15;

export class FirstRunNotes {
  readonly #deps: FirstRunNotesDeps;
  readonly #owned = new Disposables();
  readonly #look: vscode.TextEditorDecorationType;
  readonly #shown = new Map<string, readonly vscode.DecorationOptions[]>();

  constructor(deps: FirstRunNotesDeps) {
    this.#deps = deps;
    this.#look = this.#owned.add(
      vscode.window.createTextEditorDecorationType({
        before: {
          color: new vscode.ThemeColor('editorCodeLens.foreground'),
          width: `${noteWidth}ch`,
          margin: '0 2ch 0 0',
        },
        rangeBehavior: vscode.DecorationRangeBehavior.OpenOpen,
      }),
    );
    this.#owned.add(
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        for (const editor of editors) this.#draw(editor);
      }),
    );
    this.#owned.add(vscode.workspace.onDidSaveTextDocument((document) => this.#renew(document)));
    this.#owned.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#shown.delete(uri.toString())));
  }

  /** Whether the notes stand there now. */
  async toggle({ document }: vscode.TextEditor): Promise<Answer | null> {
    if (this.#shown.delete(document.uri.toString())) {
      this.#drawAll(document);
      return null;
    }
    return this.#show(document);
  }

  dispose(): void {
    this.#owned.dispose();
    this.#shown.clear();
  }

  async #show(document: vscode.TextDocument): Promise<Answer> {
    const answer = await this.#deps.ask(document);
    const now = Date.now();
    const notes = notesOf(answer.blame, now);
    this.#shown.set(
      document.uri.toString(),
      notes.flatMap((note) => decorations(note, answer.place, now)),
    );
    this.#drawAll(document);
    return answer;
  }

  #renew(document: vscode.TextDocument): void {
    if (this.#shown.has(document.uri.toString())) this.#show(document).catch(this.#deps.onError);
  }

  #drawAll({ uri }: vscode.TextDocument): void {
    const key = uri.toString();
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document.uri.toString() === key) this.#draw(editor);
    }
  }

  #draw(editor: vscode.TextEditor): void {
    editor.setDecorations(this.#look, this.#shown.get(editor.document.uri.toString()) ?? []);
  }
}

/** The text stands at the first line of a stretch, and again before that is out of sight; the others leave its room free. */
function decorations({ from, count, text, run }: Note, place: CodePlace, now: number): vscode.DecorationOptions[] {
  const hoverMessage = run ? hoverOf(run, place, now) : 'No run had this line yet.';
  return Array.from({ length: count }, (_, at) => ({
    range: new vscode.Range(from + at, 0, from + at, 0),
    hoverMessage,
    renderOptions: { before: { contentText: at % repeatedEvery === 0 ? text : '\u00a0' } },
  }));
}

function hoverOf(run: BlameRun, { path }: CodePlace, now: number): vscode.MarkdownString {
  const hover = new vscode.MarkdownString();
  const link = (command: CommandId, title: string, target: object) =>
    `[${title}](command:${command}?${encodeURIComponent(JSON.stringify([target]))})`;
  hover.appendText(`This line was ${sentenceAbout(run, now)}.`);
  const links = [
    link('flywheel.runs.open', 'Open run', { panel: 'run', runId: run.runId }),
    link('flywheel.code.openFile', 'File then', { runId: run.runId, path }),
    link('flywheel.code.compareWorkspace', 'Compare with folder', { id: run.runId, name: run.name }),
  ];
  hover.appendMarkdown(`\n\n${links.join(' · ')}`);
  hover.isTrusted = {
    enabledCommands: ['flywheel.runs.open', 'flywheel.code.openFile', 'flywheel.code.compareWorkspace'],
  };
  return hover;
}
