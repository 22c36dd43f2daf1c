/**
 * Finds the files that a job left under given paths. It follows no link, on
 * no part of a path, so that a job cannot hand out files that are not its own.
 */
import type { Stats } from 'node:fs';
import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isSafeRelativePath } from '../../../protocol/model/common.ts';
import type { CollectedFile } from '../../domain/compute/ports.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import { isMissing } from './jobFolder.ts';

/** `base` is where the paths begin, inside the root; the job may have put links on the way to it. */
export type CollectFrom = { readonly root: string; readonly base: string };

export async function* collectFiles(from: CollectFrom, paths: readonly string[]): AsyncGenerator<CollectedFile> {
  const seen = new Set<string>();
  for (const path of paths) {
    if (!isSafeRelativePath(path)) {
      throw new DomainError('unsafe-path', `The artifact path ${JSON.stringify(path)} is not inside the work folder.`);
    }
    for await (const file of filesUnder(from, path)) {
      if (seen.has(file.path)) continue;
      seen.add(file.path);
      yield file;
    }
  }
}

async function* filesUnder({ root, base }: CollectFrom, path: string): AsyncGenerator<CollectedFile> {
  const full = join(root, base, path);
  const found = await lookWithoutLinks(root, [base, path].filter(Boolean).join('/'));
  if (found?.isFile()) yield { path, bytes: found.size, open: () => readWithoutLinks(full) };
  if (!found?.isDirectory()) return;
  for (const name of (await readdir(full)).sort()) {
    const child = path === '' ? name : `${path}/${name}`;
    // A name that no store can hold is left out: it could not be asked for again.
    if (isSafeRelativePath(child)) yield* filesUnder({ root, base }, child);
  }
}

/** Null when it is not there, or a link stands anywhere on the way. */
async function lookWithoutLinks(root: string, path: string): Promise<Stats | null> {
  const parts = path === '' ? [] : path.split('/');
  let at = root;
  let found = await statOrNull(at);
  for (const part of parts) {
    if (!found?.isDirectory()) return null;
    at = join(at, part);
    found = await statOrNull(at);
  }
  return found;
}

async function statOrNull(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function* readWithoutLinks(file: string): AsyncGenerator<Uint8Array> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  yield* handle.createReadStream() as AsyncIterable<Uint8Array>;
}
