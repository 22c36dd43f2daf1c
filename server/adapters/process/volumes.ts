/**
 * Work folders that outlive their jobs: one folder a volume, with `work` for
 * the files and `home` for what tools keep for themselves. A volume appears
 * whole or not at all. Nothing but `removeVolume` ever takes one away.
 */
import { randomUUID } from 'node:crypto';
import { lstat, mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { CodeEntry, OpenVolume } from '../../domain/compute/ports.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import { removeFolder } from './clearing.ts';
import { writeCodeTree } from './codeTree.ts';
import { hasCode } from './jobFolder.ts';

type Use = {
  readonly volumesFolder: string;
  readonly volume: string;
  readonly code: () => AsyncIterable<CodeEntry>;
};

/** Makes the volume unless it is there, and lets `place` stand for its work folder. */
export async function useVolume(place: string, { volumesFolder, volume, code }: Use): Promise<void> {
  const folder = folderOf(volumesFolder, volume);
  if (!(await isThere(folder))) await makeVolume(folder, code());
  await symlink(join(folder, 'work'), place);
}

export function volumeVariables(volumesFolder: string, volume: string | undefined): Readonly<Record<string, string>> {
  return volume === undefined ? {} : { FLYWHEEL_HOME: join(folderOf(volumesFolder, volume), 'home') };
}

/** In place: this backend's volumes are folders of the server's own machine. */
export async function openVolume(volumesFolder: string, volume: string): Promise<OpenVolume | null> {
  const folder = folderOf(volumesFolder, volume);
  if (!(await isThere(folder))) return null;
  return { work: join(folder, 'work'), home: join(folder, 'home'), [Symbol.asyncDispose]: async () => undefined };
}

/** Renamed first: a removal that is interrupted leaves no half a volume. */
export async function removeVolume(volumesFolder: string, volume: string): Promise<void> {
  const gone = join(volumesFolder, `.gone-${volume}-${randomUUID().slice(0, 8)}`);
  try {
    await rename(folderOf(volumesFolder, volume), gone);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  await removeFolder(gone);
}

async function makeVolume(folder: string, code: AsyncIterable<CodeEntry>): Promise<void> {
  const draft = join(folder, '..', `.new-${randomUUID()}`);
  try {
    await mkdir(join(draft, 'home'), { recursive: true, mode: 0o700 });
    await writeCodeTree(join(draft, 'work'), code);
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

function folderOf(volumesFolder: string, volume: string): string {
  if (/^[0-9a-f]{8,64}$/.test(volume)) return join(volumesFolder, volume);
  throw new DomainError('invalid-input', 'The id of the volume is not usable.');
}

async function isThere(folder: string): Promise<boolean> {
  try {
    return (await lstat(folder)).isDirectory();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}
