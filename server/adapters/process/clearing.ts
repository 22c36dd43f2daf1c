/**
 * Clears away job folders: those that ended, and what an earlier server left
 * half made or half removed. It never touches a folder that is a job's.
 */
import { chmod, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from './jobFolder.ts';

/** Beside the job folders; a dot keeps them apart from run ids. A draft's name ends in its maker's process and a random part. */
export const draftPrefix = '.new-';
export const discardPrefix = '.gone-';
const draftLifeMs = 24 * 3600 * 1000;

export async function sweepLeftovers(jobsFolder: string): Promise<void> {
  for (const name of await readdir(jobsFolder)) {
    if (await isLeftover(jobsFolder, name)) await removeFolder(join(jobsFolder, name));
  }
}

/** Also when the job took away its own right to write. */
export async function removeFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch {
    await makeWritable(folder);
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(join(folder, entry.name));
  }
}

async function isLeftover(jobsFolder: string, name: string): Promise<boolean> {
  if (name.startsWith(discardPrefix)) return true;
  if (!name.startsWith(draftPrefix)) return false;
  const maker = Number(/-(\d+)-[^-]+$/.exec(name)?.[1]);
  const { mtimeMs } = await stat(join(jobsFolder, name)).catch(() => ({ mtimeMs: 0 }));
  return Date.now() - mtimeMs > draftLifeMs || !isAlive(maker);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}
