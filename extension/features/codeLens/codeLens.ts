/** "Run on Flywheel" above the main block of a Python file, or its first line where it has none. */
import * as vscode from 'vscode';
import type { CommandId } from '../../platform/commandIds.ts';
import { Disposables } from '../../platform/disposables.ts';
import type { Settings } from '../../platform/settings.ts';
import { lensLine } from './lensLine.ts';

export type CodeLensDeps = { readonly settings: Settings };

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
