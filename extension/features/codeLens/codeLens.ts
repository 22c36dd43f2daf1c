/** "Run on Flywheel" above the main block of a Python file, or its first line where it has none. */
import * as vscode from 'vscode';
import type { CommandId } from '../../platform/commandIds.ts';
import { Disposables } from '../../platform/disposables.ts';
import type { Settings } from '../../platform/settings.ts';

export type CodeLensDeps = { readonly settings: Settings };

const mainBlock = /^if\s+__name__\s*==\s*['"]__main__['"]\s*:/m;
/** A call at the outermost level: a file of definitions alone is a module to import, and gets no lens. */
const topLevelCall = /^(?!(?:import|from|def|class|async|if|return)\b)[A-Za-z_][\w.]*\s*(?:=.*)?\(/m;

export function registerCodeLens({ settings }: CodeLensDeps): vscode.Disposable {
  const owned = new Disposables();
  const changed = owned.add(new vscode.EventEmitter<void>());
  owned.add(settings.onChange(['codeLens'], () => changed.fire()));
  const provider: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses: (document) => (settings.codeLens ? lensesOf(document) : []),
  };
  owned.add(vscode.languages.registerCodeLensProvider({ language: 'python', scheme: 'file' }, provider));
  return owned;
}

function lensesOf(document: vscode.TextDocument): vscode.CodeLens[] {
  if (!vscode.workspace.getWorkspaceFolder(document.uri)) return [];
  const line = lensLine(document.getText());
  if (line === null) return [];
  const command = {
    command: 'flywheel.launch.file' satisfies CommandId,
    title: '$(rocket) Run on Flywheel',
    tooltip: 'Run this file on the server, with the project, environment and tier chosen last',
    arguments: [document.uri],
  };
  return [new vscode.CodeLens(new vscode.Range(line, 0, line, 0), command)];
}

function lensLine(text: string): number | null {
  const main = mainBlock.exec(text);
  if (main) return text.slice(0, main.index).split('\n').length - 1;
  return topLevelCall.test(text) ? 0 : null;
}
