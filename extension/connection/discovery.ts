/**
 * Which server this window belongs to: the setting, else FLYWHEEL_URL (inside
 * a workspace container), else a server that runs on this machine. A token is
 * returned only for the very server that it was kept for.
 */
import { defaultDataFolder, type PortFile, readPortFile } from '../../client/portFile.ts';

export type ServerSource = 'setting' | 'environment' | 'local';

export type Discovery =
  | { readonly kind: 'found'; readonly source: ServerSource; readonly url: string; readonly token: string }
  | { readonly kind: 'signed-out'; readonly source: ServerSource; readonly url: string }
  | { readonly kind: 'none' };

export type Surroundings = {
  readonly settings: { readonly serverUrl: string; readonly dataFolder: string };
  readonly tokenFor: (url: string) => PromiseLike<string | undefined>;
  readonly env: Readonly<Record<string, string | undefined>>;
};

export async function discover(at: Surroundings): Promise<Discovery> {
  if (at.settings.serverUrl) return withToken('setting', at.settings.serverUrl, at);
  if (at.env.FLYWHEEL_URL) return withToken('environment', at.env.FLYWHEEL_URL, at);
  const local = await localServer(at);
  return local ? { kind: 'found', source: 'local', url: local.url, token: local.token } : { kind: 'none' };
}

export function dataFolderOf(at: Pick<Surroundings, 'settings' | 'env'>): string {
  return at.settings.dataFolder || at.env.FLYWHEEL_DATA || defaultDataFolder();
}

function localServer(at: Surroundings): Promise<PortFile | null> {
  return readPortFile(dataFolderOf(at));
}

async function withToken(source: ServerSource, url: string, at: Surroundings): Promise<Discovery> {
  const token = await knownToken(url, at);
  return token ? { kind: 'found', source, url, token } : { kind: 'signed-out', source, url };
}

async function knownToken(url: string, at: Surroundings): Promise<string | undefined> {
  const kept = await at.tokenFor(url);
  if (kept) return kept;
  if (at.env.FLYWHEEL_URL && at.env.FLYWHEEL_TOKEN && isSameServer(at.env.FLYWHEEL_URL, url)) {
    return at.env.FLYWHEEL_TOKEN;
  }
  const local = await localServer(at);
  return local && isSameServer(local.url, url) ? local.token : undefined;
}

export function isSameServer(one: string, other: string): boolean {
  return URL.canParse(one) && URL.canParse(other) && new URL(one).origin === new URL(other).origin;
}
