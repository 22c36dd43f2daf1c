/** The one place that sets context keys, which the manifest's when-clauses read. */
import * as vscode from 'vscode';

export type ContextKeys = {
  readonly 'flywheel.state': string;
  readonly 'flywheel.connected': boolean;
  readonly 'flywheel.runsFiltered': boolean;
};

export function setContextKey<K extends keyof ContextKeys>(key: K, value: ContextKeys[K]): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
