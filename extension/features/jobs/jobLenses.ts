/** "Run | Dry run | Schedule" above each job of flywheel.yaml. */
import * as vscode from 'vscode';
import type { CommandId } from '../../platform/commandIds.ts';
import type { Settings } from '../../platform/settings.ts';
import type { JobFiles } from './jobFiles.ts';

const offered = [
  ['flywheel.jobs.run', '$(play) Run', 'Queue it, and the jobs that it depends on, with the code as it is here'],
  ['flywheel.jobs.dryRun', 'Dry run', 'What would be queued, what it would wait for and likely cost'],
  ['flywheel.jobs.schedule', '$(clock) Schedule', 'Run it by itself from now on, with the code as it is here'],
] as const satisfies readonly (readonly [CommandId, string, string])[];

export class JobLenses implements vscode.CodeLensProvider {
  readonly #files: JobFiles;
  readonly #settings: Settings;
  readonly onDidChangeCodeLenses: vscode.Event<void>;

  constructor(files: JobFiles, settings: Settings) {
    this.#files = files;
    this.#settings = settings;
    this.onDidChangeCodeLenses = files.onDidChange;
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!this.#settings.codeLens) return [];
    return this.#files.jobsOf(document).flatMap(({ name, line }) => {
      const range = new vscode.Range(line - 1, 0, line - 1, 0);
      return offered.map(
        ([command, title, tooltip]) =>
          new vscode.CodeLens(range, { command, title, tooltip, arguments: [{ uri: document.uri, job: name }] }),
      );
    });
  }
}
