/**
 * Which server a command talks to, and the connection to it. The token of the
 * port file goes to the server of that file only.
 */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { ClientError } from '../client/clientError.ts';
import { Connection } from '../client/connection/connection.ts';
import type { ServerTarget } from '../client/connection/socketSession.ts';
import { defaultDataFolder, type PortFile, readPortFile } from '../client/portFile.ts';
import manifest from '../package.json' with { type: 'json' };

export type ServerChoice = { readonly url?: string; readonly token?: string; readonly data?: string };

export type Reached = { readonly connection: Connection; readonly target: ServerTarget };

export function dataFolderOf(choice: ServerChoice): string {
  return choice.data || process.env.FLYWHEEL_DATA || defaultDataFolder();
}

/** The data folder of this machine's server, for what is done to its files; `what` begins the refusal of another machine's. */
export async function localFolder(choice: ServerChoice, what: string): Promise<string> {
  if (choice.url) {
    const remedy = 'Run it there; --data names its data folder.';
    throw new ClientError('invalid-input', `${what} on the machine of the server.`, { field: 'url', remedy });
  }
  const folder = dataFolderOf(choice);
  await access(join(folder, 'flywheel.db')).catch((error: unknown) => {
    const remedy = 'Name its data folder with --data or FLYWHEEL_DATA.';
    throw new ClientError('not-found', `There is no server's data in ${folder}.`, { remedy, cause: error });
  });
  return folder;
}

export async function chooseServer(choice: ServerChoice): Promise<ServerTarget> {
  const url = choice.url || process.env.FLYWHEEL_URL;
  const token = choice.token || process.env.FLYWHEEL_TOKEN;
  if (url) checkUrl(url);
  if (url && token) return { url, token };
  const local = await readPortFile(dataFolderOf(choice));
  if (url) return { url, token: tokenFor(url, local) };
  if (local) return { url: local.url, token: token ?? local.token };
  throw new ClientError('offline', 'No server runs on this machine.', {
    remedy: 'Start one with `flywheel serve`, or name one with --url and --token.',
  });
}

/** Connects, does the work, and leaves; says at once when there is no answer. */
export async function withServer<T>(command: Command, work: (reached: Reached) => Promise<T>): Promise<T> {
  const target = await chooseServer(command.optsWithGlobals<ServerChoice>());
  const connection = new Connection({ client: { name: 'flywheel command', version: manifest.version } });
  try {
    connection.connect(target);
    await firstAnswer(connection);
    return await work({ connection, target });
  } finally {
    connection.stop();
  }
}

async function firstAnswer(connection: Connection): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const forget = connection.onStatus((status) => {
    if (status.kind !== 'waiting') return;
    reject(new ClientError('offline', status.detail, { remedy: 'Is the server running, and the address right?' }));
  });
  await Promise.race([connection.ready(), promise]).finally(forget);
}

function checkUrl(url: string): void {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return;
  const remedy = 'Give it as http://host:port.';
  throw new ClientError('invalid-input', `${JSON.stringify(url)} is no server address.`, { field: 'url', remedy });
}

function tokenFor(url: string, local: PortFile | null): string {
  if (local && new URL(local.url).origin === new URL(url).origin) return local.token;
  throw new ClientError('signed-out', `There is no token for ${url}.`, {
    remedy: 'Give one with --token or FLYWHEEL_TOKEN.',
  });
}
