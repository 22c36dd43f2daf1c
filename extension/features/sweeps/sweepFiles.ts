/** `sweep.yaml` in the editor: mistakes where they stand, and a lens that starts it. */
import * as vscode from 'vscode';
import type { CommandId } from '../../platform/commandIds.ts';
import { Disposables } from '../../platform/disposables.ts';

export const sweepFiles = { language: 'yaml', scheme: 'file', pattern: '**/{sweep,*.sweep}.{yaml,yml}' } as const;

/** Typing is let come to rest. */
const quietMs = 250;

export function watchSweepFiles(): vscode.Disposable {
  const owned = new Disposables();
  const diagnostics = owned.add(vscode.languages.createDiagnosticCollection('flywheel-sweep'));
  const timers = new Map<string, NodeJS.Timeout>();
  const check = (document: vscode.TextDocument) => {
    if (vscode.languages.match(sweepFiles, document) === 0) return;
    const key = document.uri.toString();
    clearTimeout(timers.get(key));
    timers.set(
      key,
      setTimeout(() => void show(diagnostics, document), quietMs),
    );
  };
  owned.add(vscode.workspace.onDidOpenTextDocument(check));
  owned.add(vscode.workspace.onDidChangeTextDocument(({ document }) => check(document)));
  owned.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => diagnostics.delete(uri)));
  owned.add(vscode.languages.registerCodeLensProvider(sweepFiles, { provideCodeLenses: lenses }));
  owned.add({
    dispose: () => {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  });
  for (const document of vscode.workspace.textDocuments) check(document);
  return owned;
}

async function show(diagnostics: vscode.DiagnosticCollection, document: vscode.TextDocument): Promise<void> {
  // The reader of YAML is fetched with the first such file.
  const { readSweepText } = await import('../../../client/sweepText.ts');
  const { problems } = readSweepText(document.getText());
  const found = problems.map(({ message, from, to }) => {
    const range = new vscode.Range(document.positionAt(from), document.positionAt(to));
    return new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Error);
  });
  if (!document.isClosed) diagnostics.set(document.uri, found);
}

function lenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
  const start = {
    command: 'flywheel.sweeps.start' satisfies CommandId,
    title: '$(rocket) Start sweep on Flywheel',
    tooltip: 'Runs its command on the server, with the files of this folder',
    arguments: [uri],
  };
  return [new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), start)];
}
