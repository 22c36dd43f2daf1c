/** The user's cache folder: everything in it can be deleted at any time and comes back by itself. */
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';

export function cacheFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  if (env.FLYWHEEL_CACHE) return env.FLYWHEEL_CACHE;
  if (process.platform === 'win32') {
    return join(env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'Flywheel', 'Cache');
  }
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'Flywheel');
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'flywheel');
}

/** A name for what is kept about a folder. */
export function folderKey(folder: string): string {
  return createHash('sha256').update(folder).digest('hex').slice(0, 32);
}
