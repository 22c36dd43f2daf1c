/** The connection of this window: the search for a server tied to its settings, secrets and memory. */
import { join } from 'node:path';
import type * as vscode from 'vscode';
import type { PortFile } from '../../client/portFile.ts';
import type { Log } from '../platform/log.ts';
import { confirm } from '../platform/notifications.ts';
import type { Secrets } from '../platform/secrets.ts';
import type { Settings } from '../platform/settings.ts';
import { type Discovery, dataFolderOf, discover, isSameServer } from './discovery.ts';
import { startLocalServer } from './localServer.ts';
import { ServerConnection } from './serverConnection.ts';

export type WindowDeps = {
  readonly context: vscode.ExtensionContext;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly log: Log;
};

export type WindowConnection = {
  readonly server: ServerConnection;
  readonly startServer: (signal: AbortSignal) => Promise<PortFile>;
};

export function windowConnection({ context, settings, secrets, log }: WindowDeps): WindowConnection {
  const surroundings = { settings, env: process.env, tokenFor: (url: string) => secrets.token(url) };
  const version = String(context.extension.packageJSON.version);
  const server = new ServerConnection({
    version,
    log,
    discover: () => discover(surroundings),
    approve: (found) => approve(found, context.globalState),
  });
  const startServer = (signal: AbortSignal) =>
    startLocalServer({
      extensionPath: context.extensionPath,
      nodePath: settings.nodePath,
      dataFolder: dataFolderOf(surroundings),
      logFile: join(context.logUri.fsPath, 'server.log'),
      signal,
    });
  return { server, startServer };
}

const lastUrl = 'flywheel.lastServerUrl';

/** A changed address may be someone's mistake, or someone's trick: no token goes there unasked. */
async function approve(found: Extract<Discovery, { kind: 'found' }>, memory: vscode.Memento): Promise<void> {
  if (found.source !== 'setting') return;
  const before = memory.get<string>(lastUrl);
  if (before && !isSameServer(before, found.url)) {
    const detail = `The setting flywheel.serverUrl names another server than before (${before}). Your token for it will be sent there.`;
    await confirm(`Connect to ${found.url}?`, detail, 'Connect');
  }
  await memory.update(lastUrl, found.url);
}
