/** Files under one folder, written so that no link in it is ever followed, whatever was written there before. */
import { createWriteStream } from 'node:fs';
import { copyFile, lstat, mkdir, open, readdir, rm, rmdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export class MirrorFolder {
  readonly #root: string;
  /** Known to be folders. */
  readonly #folders = new Set<string>();

  constructor(root: string) {
    this.#root = root;
  }

  async make(): Promise<void> {
    await mkdir(this.#root, { recursive: true, mode: 0o700 });
  }

  async writeFile(path: string, content: Readable, mode: number): Promise<void> {
    const file = await this.#freePlace(path);
    await pipeline(content, createWriteStream(file, { flags: 'wx', mode }));
  }

  /** A file of that size that takes no room. */
  async writeHole(path: string, bytes: number): Promise<void> {
    const handle = await open(await this.#freePlace(path), 'wx', 0o600);
    try {
      await handle.truncate(bytes);
    } finally {
      await handle.close();
    }
  }

  async writeLink(path: string, target: string): Promise<void> {
    await symlink(target, await this.#freePlace(path));
  }

  /** False where there is no such file. */
  async copyFile(from: string, to: string): Promise<boolean> {
    const source = await lstat(join(this.#root, from)).catch(() => null);
    if (!source?.isFile() || !this.#folders.has(folderOf(from))) return false;
    await copyFile(join(this.#root, from), await this.#freePlace(to));
    return true;
  }

  async remove(path: string): Promise<void> {
    await this.#freePlace(path);
  }

  /** Removes what has no such path. */
  async keepOnly(paths: Pick<ReadonlyMap<string, unknown>, 'has'>): Promise<void> {
    await this.#sweep('', paths);
  }

  async #sweep(folder: string, paths: Pick<ReadonlyMap<string, unknown>, 'has'>): Promise<void> {
    for (const entry of await readdir(join(this.#root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        await this.#sweep(path, paths);
        // Refused while something is in it.
        await rmdir(join(this.#root, path)).catch(() => undefined);
      } else if (!paths.has(path)) await rm(join(this.#root, path), { force: true });
    }
  }

  /** Its folders are made, and whatever stands there is gone. */
  async #freePlace(path: string): Promise<string> {
    await this.#makeFolder(folderOf(path));
    // What was a folder may become a link.
    if (this.#folders.has(path)) this.#folders.clear();
    const place = join(this.#root, path);
    await rm(place, { recursive: true, force: true });
    return place;
  }

  async #makeFolder(folder: string): Promise<void> {
    if (folder === '' || this.#folders.has(folder)) {
      this.#folders.add(folder);
      return;
    }
    await this.#makeFolder(folderOf(folder));
    const place = join(this.#root, folder);
    const there = await lstat(place).catch(() => null);
    if (there !== null && !there.isDirectory()) await rm(place, { force: true });
    if (there?.isDirectory() !== true) await mkdir(place, { mode: 0o700 });
    this.#folders.add(folder);
  }
}

function folderOf(path: string): string {
  const folder = dirname(path);
  return folder === '.' ? '' : folder;
}
