/** The extension's settings, read when they are needed: the editor is their one home. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';

export type StartServer = 'ask' | 'always' | 'never';
export type PastRuns = 'all' | 'scripts' | 'none';
export type NotifyAbout = 'all' | 'failed' | 'none';

export class Settings {
  get serverUrl(): string {
    return this.#text('serverUrl').replace(/\/+$/, '');
  }

  /** Empty means the usual place. */
  get dataFolder(): string {
    return this.#text('dataFolder').replace(/^~(?=$|[\\/])/, () => join(homedir()));
  }

  get nodePath(): string {
    return this.#text('nodePath');
  }

  get startServer(): StartServer {
    return this.#read<StartServer>('startServer', 'ask');
  }

  get notifyAbout(): NotifyAbout {
    return this.#read<NotifyAbout>('notifications', 'all');
  }

  get codeLens(): boolean {
    return this.#read('codeLens', true);
  }

  get pastRuns(): PastRuns {
    return this.#read<PastRuns>('pastRuns', 'all');
  }

  /** The metric to judge past runs by, where the person named one. */
  get judgedBy(): { readonly metric?: string } {
    const metric = this.#text('metric');
    return metric === '' ? {} : { metric };
  }

  /** Calls back after a change of one of the named settings. */
  onChange(names: readonly string[], listener: () => void): vscode.Disposable {
    return vscode.workspace.onDidChangeConfiguration((change) => {
      if (names.some((name) => change.affectsConfiguration(`flywheel.${name}`))) listener();
    });
  }

  #text(name: string): string {
    return this.#read(name, '').trim();
  }

  #read<T>(name: string, otherwise: T): T {
    return vscode.workspace.getConfiguration('flywheel').get<T>(name) ?? otherwise;
  }
}
