/**
 * What the server reads in the flywheel.yaml files that are open: their jobs
 * with lines, and what is wrong by line, shown as problems. The model of the
 * file is the server's; without a server there is nothing to show.
 */
import * as vscode from 'vscode';
import type { DefinedJob } from '../../../protocol/model/job.ts';
import { jobFileName } from '../../../protocol/model/jobFileName.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { Disposables } from '../../platform/disposables.ts';

type Read = { readonly version: number; readonly jobs: readonly DefinedJob[] };

const readAfterMs = 300;

export const jobFileSelector: vscode.DocumentSelector = { scheme: 'file', pattern: `**/${jobFileName}` };

export class JobFiles {
  readonly #server: ServerConnection;
  readonly #owned = new Disposables();
  readonly #problems = this.#owned.add(vscode.languages.createDiagnosticCollection('flywheel-jobs'));
  readonly #changed = this.#owned.add(new vscode.EventEmitter<void>());
  readonly #read = new Map<string, Read>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly onDidChange = this.#changed.event;

  constructor(server: ServerConnection) {
    this.#server = server;
    const { workspace } = vscode;
    this.#owned.add(workspace.onDidOpenTextDocument((document) => this.#plan(document, 0)));
    this.#owned.add(workspace.onDidChangeTextDocument(({ document }) => this.#plan(document, readAfterMs)));
    this.#owned.add(workspace.onDidCloseTextDocument((document) => this.#forget(document)));
    this.#owned.add(server.onDidChange(() => this.#readAll()));
    this.#readAll();
  }

  /** As last read; the lines may be a moment behind the text. */
  jobsOf(document: vscode.TextDocument): readonly DefinedJob[] {
    return this.#read.get(document.uri.toString())?.jobs ?? [];
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#owned.dispose();
  }

  #readAll(): void {
    if (this.#server.status.state !== 'ready') return;
    for (const document of vscode.workspace.textDocuments) this.#plan(document, 0);
  }

  #plan(document: vscode.TextDocument, afterMs: number): void {
    if (vscode.languages.match(jobFileSelector, document) === 0) return;
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(() => void this.#look(document), afterMs),
    );
  }

  async #look(document: vscode.TextDocument): Promise<void> {
    const { version, uri } = document;
    if (this.#read.get(uri.toString())?.version === version || this.#server.status.state !== 'ready') return;
    try {
      const { jobs, problems } = await this.#server.client.jobs.validate({ text: document.getText() });
      if (document.isClosed || document.version !== version) return;
      this.#read.set(uri.toString(), { version, jobs });
      this.#problems.set(
        uri,
        problems.map(({ line, column, message }) => problemAt(document, line - 1, { column: column - 1, message })),
      );
      this.#changed.fire();
    } catch {
      // Looked at again when the connection is back.
    }
  }

  #forget(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#read.delete(key);
    this.#problems.delete(document.uri);
  }
}

type Told = { readonly column: number; readonly message: string };

function problemAt(document: vscode.TextDocument, line: number, { column, message }: Told): vscode.Diagnostic {
  const at = Math.max(0, Math.min(line, document.lineCount - 1));
  const { length } = document.lineAt(at).text;
  const range = new vscode.Range(at, Math.min(Math.max(0, column), length), at, length);
  const diagnostic = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Error);
  diagnostic.source = 'Flywheel';
  return diagnostic;
}
