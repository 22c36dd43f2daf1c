/**
 * Files of runs on the local disk. A file appears whole or not at all: it is
 * written beside the tree, made durable, and renamed into it. No link is ever
 * followed below the base folder, and no path leaves it.
 */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isSafeRelativePath } from '../../../protocol/model/common.ts';
import type { ArtifactStore } from '../../domain/runs/ports.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import { errorCode, isMissing } from '../../platform/diskError.ts';
import { toArtifactError } from './artifactError.ts';

export type DiskArtifactOptions = {
  readonly folder: string;
  /** Of one file. */
  readonly maxBytes?: number;
};

const pieceBytes = 256 * 1024;

export class DiskArtifactStore implements ArtifactStore {
  readonly #base: string;
  readonly #maxBytes: number;
  #uploads: Promise<string> | null = null;

  constructor({ folder, maxBytes = Number.MAX_SAFE_INTEGER }: DiskArtifactOptions) {
    this.#base = folder;
    this.#maxBytes = maxBytes;
  }

  async put(root: string, path: string, content: AsyncIterable<Uint8Array>): Promise<{ readonly bytes: number }> {
    const target = this.#place(root, path);
    if (path === '') throw new DomainError('unsafe-path', 'A file needs a name', { field: 'path' });
    await refuseLinks(this.#base, target);
    this.#uploads ??= emptyFolder(join(this.#base, '.uploads'));
    const partial = join(await this.#uploads, randomUUID());
    try {
      const bytes = await this.#write(partial, content);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await rename(partial, target);
      await syncFolder(dirname(target));
      return { bytes };
    } catch (error) {
      await rm(partial, { force: true });
      throw toArtifactError(error, path);
    }
  }

  async list(root: string, path: string): ReturnType<ArtifactStore['list']> {
    const folder = this.#place(root, path);
    await refuseLinks(this.#base, folder);
    const entries = await entriesOf(folder);
    const shown = entries.filter((entry) => entry.isFile() || entry.isDirectory());
    const listed = shown.map(async (entry) => ({
      path: path === '' ? entry.name : `${path}/${entry.name}`,
      folder: entry.isDirectory(),
      bytes: entry.isDirectory() ? null : (await lstat(join(folder, entry.name))).size,
    }));
    return (await Promise.all(listed)).sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async stat(root: string, path: string): Promise<{ readonly bytes: number } | null> {
    const file = this.#place(root, path);
    await refuseLinks(this.#base, file);
    const stats = await lstat(file).catch((error: unknown) => absent(error));
    return stats?.isFile() ? { bytes: stats.size } : null;
  }

  async *read(
    root: string,
    path: string,
    range?: { readonly from: number; readonly bytes: number },
  ): AsyncGenerator<Uint8Array> {
    const file = await this.#open(root, path);
    try {
      let at = range?.from ?? 0;
      let left = range?.bytes ?? Number.MAX_SAFE_INTEGER;
      while (left > 0) {
        const buffer = new Uint8Array(Math.min(pieceBytes, left));
        const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
        if (bytesRead === 0) return;
        yield buffer.subarray(0, bytesRead);
        at += bytesRead;
        left -= bytesRead;
      }
    } finally {
      await file.close();
    }
  }

  async remove(root: string, path: string): Promise<void> {
    const target = this.#place(root, path);
    if (path === '') throw new DomainError('unsafe-path', 'The root of a run is not removed', { field: 'path' });
    await refuseLinks(this.#base, dirname(target));
    await rm(target, { recursive: true, force: true });
  }

  /** Where a path lies, after the check that it stays inside. */
  #place(root: string, path: string): string {
    for (const [field, value] of Object.entries({ root, path })) {
      if (isSafeRelativePath(value)) continue;
      throw new DomainError('unsafe-path', `${JSON.stringify(value)} is not a path inside the run`, {
        field,
        remedy: 'Use a relative path with forward slashes and no . or .. segments',
      });
    }
    if (root === '' || root.startsWith('.')) throw new DomainError('unsafe-path', 'No such root', { field: 'root' });
    return join(this.#base, root, path);
  }

  async #open(root: string, path: string): Promise<FileHandle> {
    if (!(await this.stat(root, path))) {
      throw new DomainError('not-found', `There is no file "${path}"`, { field: 'path' });
    }
    // O_NOFOLLOW: also not a link that took the file's place just now.
    return open(this.#place(root, path), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  }

  async #write(file: string, content: AsyncIterable<Uint8Array>): Promise<number> {
    const handle = await open(file, 'wx', 0o600);
    try {
      let bytes = 0;
      for await (const piece of content) {
        bytes += piece.length;
        if (bytes > this.#maxBytes) throw tooLarge(this.#maxBytes);
        await handle.writeFile(piece);
      }
      await handle.sync();
      return bytes;
    } finally {
      await handle.close();
    }
  }
}

function tooLarge(maxBytes: number): DomainError {
  return new DomainError('too-large', `A file may have at most ${maxBytes} bytes`, { field: 'content' });
}

/** Also below a file there is nothing. */
function absent(error: unknown, path = ''): null {
  if (isMissing(error) || errorCode(error) === 'ENOTDIR') return null;
  throw toArtifactError(error, path);
}

/** Walks from the base to the path; what does not exist yet cannot be a link. */
async function refuseLinks(base: string, path: string): Promise<void> {
  let at = base;
  for (const part of path.slice(base.length + 1).split(/[\\/]/)) {
    at = join(at, part);
    const stats = await lstat(at).catch((error: unknown) => absent(error, part));
    if (!stats) return;
    if (stats.isSymbolicLink()) {
      throw new DomainError('unsafe-path', `"${part}" is a link, and links are not followed`, { field: 'path' });
    }
  }
}

async function entriesOf(folder: string) {
  const stats = await lstat(folder).catch((error: unknown) => absent(error));
  return stats?.isDirectory() ? readdir(folder, { withFileTypes: true }) : [];
}

/** What a killed server left half written goes away. */
async function emptyFolder(folder: string): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Makes the new name durable too. Windows offers no such thing and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
