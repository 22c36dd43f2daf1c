/**
 * Where a local server keeps its data and how programs of the same person find
 * it: the port file in its data folder, with address and token, readable by
 * its owner alone. It must never hold a token with wider permissions than that,
 * nor report a server whose process is gone.
 */
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

const portFile = z.object({
  url: z.url({ protocol: /^https?$/ }),
  token: z.string().min(1),
  pid: z.int().positive(),
  serverId: z.string().min(1),
  startedAt: z.int().nonnegative(),
});
export type PortFile = z.infer<typeof portFile>;

type Surroundings = {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** The data folder of a server that was told no other. */
export function defaultDataFolder(
  at: Surroundings = { platform: process.platform, home: homedir(), env: process.env },
): string {
  if (at.platform === 'win32') return join(at.env.LOCALAPPDATA || join(at.home, 'AppData', 'Local'), 'Flywheel');
  if (at.platform === 'darwin') return join(at.home, 'Library', 'Application Support', 'Flywheel');
  return join(at.env.XDG_DATA_HOME || join(at.home, '.local', 'share'), 'flywheel');
}

export function portFilePath(dataFolder: string): string {
  return join(dataFolder, 'server.json');
}

/** The running server of a data folder; null when there is none, also when a killed one left its file. */
export async function readPortFile(dataFolder: string = defaultDataFolder()): Promise<PortFile | null> {
  const left = await readLeftPortFile(dataFolder);
  return left !== null && isAlive(left.pid) ? left : null;
}

/** What lies there, also from a server that was killed and could not take it away. */
export async function readLeftPortFile(dataFolder: string): Promise<PortFile | null> {
  const text = await readFile(portFilePath(dataFolder), 'utf8').catch(() => '');
  const parsed = portFile.safeParse(parseJson(text));
  return parsed.success ? parsed.data : null;
}

/** Written beside and renamed, so that a reader never sees half of it. */
export async function writePortFile(dataFolder: string, content: PortFile): Promise<void> {
  const file = portFilePath(dataFolder);
  const fresh = `${file}.${process.pid}`;
  await mkdir(dataFolder, { recursive: true });
  await rm(fresh, { force: true });
  await writeFile(fresh, `${JSON.stringify(portFile.parse(content), null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  await chmod(fresh, 0o600);
  await rename(fresh, file);
}

/** Removes the file unless another process has written its own since. */
export async function removePortFile(dataFolder: string, pid: number = process.pid): Promise<void> {
  const left = await readLeftPortFile(dataFolder);
  if (left !== null && left.pid !== pid) return;
  await rm(portFilePath(dataFolder), { force: true });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process of another user exists too, only that we may not signal it.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
