/** A disk of a few megabytes, to be filled. Needs the right to mount; tests skip without it. */
import { execFile } from 'node:child_process';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type SmallDisk = AsyncDisposable & { readonly path: string };

/** The reason in words when there can be none here. */
export async function smallDisk(megabytes: number): Promise<SmallDisk | string> {
  const path = await mkdtemp(join(tmpdir(), 'flywheel-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path]);
  } catch (error) {
    await rmdir(path);
    return `a small disk cannot be mounted: ${error instanceof Error ? error.message.trim() : error}`;
  }
  const unmount = async () => {
    await run('umount', ['--lazy', path]);
    await rmdir(path);
  };
  return { path, [Symbol.asyncDispose]: unmount };
}
