/** Runs beside the code that they ran: lenses at scripts and parameters, hovers with past values. */
import * as vscode from 'vscode';
import type { LaunchFolders } from '../../connection/launchFolders.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import type { Commands } from '../../platform/commands.ts';
import { Disposables } from '../../platform/disposables.ts';
import { failureOf, sentenceOf } from '../../platform/failure.ts';
import type { Log } from '../../platform/log.ts';
import type { Settings } from '../../platform/settings.ts';
import { languages } from './definitions.ts';
import { Hovers } from './hovers.ts';
import { Lenses } from './lenses.ts';
import { ScriptPlaces } from './scriptPlace.ts';
import { ScriptStats } from './scriptStats.ts';
import { showRuns } from './showRuns.ts';

export type CodeLensDeps = {
  readonly commands: Commands;
  readonly settings: Settings;
  readonly server: ServerConnection;
  readonly folders: LaunchFolders;
  readonly log: Log;
};

export function registerCodeLens({ commands, settings, server, folders, log }: CodeLensDeps): vscode.Disposable {
  const owned = new Disposables();
  const onError = (error: unknown) => log.debug(`past runs: ${sentenceOf(failureOf(error))}`);
  const places = new ScriptPlaces(folders);
  const stats = owned.add(new ScriptStats({ server, onError }));
  const changed = owned.add(new vscode.EventEmitter<void>());
  owned.add(stats.onDidChange(() => changed.fire()));
  owned.add(settings.onChange(['codeLens', 'pastRuns', 'metric'], () => changed.fire()));
  const documents = languages.map((language) => ({ language, scheme: 'file' }));
  const lenses = new Lenses({ settings, stats, places }, changed.event);
  owned.add(vscode.languages.registerCodeLensProvider(documents, lenses));
  owned.add(vscode.languages.registerHoverProvider(documents, new Hovers({ settings, server, places, onError })));
  commands.register('flywheel.scripts.showRuns', (target) => showRuns({ commands, server, places }, target));
  return owned;
}
