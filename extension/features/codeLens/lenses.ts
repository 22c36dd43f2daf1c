/** Lenses: "Run on Flywheel" and past runs at a script's beginning, past values at its parameters. */
import * as vscode from 'vscode';
import type { ScriptRef, ScriptSummary } from '../../../protocol/model/script.ts';
import type { CommandId } from '../../platform/commandIds.ts';
import { plainLine } from '../../platform/plainText.ts';
import type { Settings } from '../../platform/settings.ts';
import { definitionsOf } from './definitions.ts';
import type { Parameter } from './pythonCode.ts';
import type { ScriptPlaces } from './scriptPlace.ts';
import type { ScriptStats } from './scriptStats.ts';
import { parameterTitle, scriptTitle, scriptTooltip } from './words.ts';

export type LensDeps = {
  readonly settings: Settings;
  readonly stats: ScriptStats;
  readonly places: ScriptPlaces;
};

export class Lenses implements vscode.CodeLensProvider {
  readonly #deps: LensDeps;
  readonly onDidChangeCodeLenses: vscode.Event<void>;

  constructor(deps: LensDeps, changed: vscode.Event<void>) {
    this.#deps = deps;
    this.onDidChangeCodeLenses = changed;
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const { settings, stats, places } = this.#deps;
    if (!settings.codeLens) return [];
    const place = await places.of(document);
    if (place === null) return [];
    const { entry, parameters } = definitionsOf(document);
    const summary =
      settings.pastRuns === 'none' || (entry === null && parameters.length === 0)
        ? undefined
        : stats.read({ ...place, ...settings.judgedBy });
    return [
      ...(entry === null ? [] : entryLenses(document, { entry, place, summary })),
      ...(settings.pastRuns === 'all' && summary ? parameterLenses(document, parameters, { place, summary }) : []),
    ];
  }
}

type AtEntry = { readonly entry: number; readonly place: ScriptRef; readonly summary: ScriptSummary | undefined };

function entryLenses(document: vscode.TextDocument, { entry, place, summary }: AtEntry): vscode.CodeLens[] {
  const range = lineOf(document, entry);
  const run = {
    command: 'flywheel.launch.file' satisfies CommandId,
    title: '$(rocket) Run on Flywheel',
    tooltip: 'Run this file on the server, with the project, environment and tier chosen last',
    arguments: [document.uri],
  };
  const runs = summary &&
    summary.runs > 0 && {
      command: 'flywheel.scripts.showRuns' satisfies CommandId,
      title: scriptTitle(summary, Date.now()),
      tooltip: scriptTooltip(summary),
      arguments: [place],
    };
  return [new vscode.CodeLens(range, run), ...(runs ? [new vscode.CodeLens(range, runs)] : [])];
}

type Known = { readonly place: ScriptRef; readonly summary: ScriptSummary };

/** One lens a parameter, where it is defined first. */
function parameterLenses(
  document: vscode.TextDocument,
  parameters: readonly Parameter[],
  { place, summary }: Known,
): vscode.CodeLens[] {
  const known = new Map(summary.parameters.map((each) => [each.key, each]));
  const lenses: vscode.CodeLens[] = [];
  for (const { names, from } of parameters) {
    const key = names.find((name) => known.has(name));
    const past = key === undefined ? undefined : known.get(key);
    if (key === undefined || !past) continue;
    known.delete(key);
    const command = {
      command: 'flywheel.scripts.showRuns' satisfies CommandId,
      title: parameterTitle(past),
      tooltip: `Past values of ${plainLine(key)}; hover over it for their effect`,
      arguments: [place],
    };
    lenses.push(new vscode.CodeLens(lineOf(document, from), command));
  }
  return lenses;
}

function lineOf(document: vscode.TextDocument, offset: number): vscode.Range {
  const { line } = document.positionAt(offset);
  return new vscode.Range(line, 0, line, 0);
}
