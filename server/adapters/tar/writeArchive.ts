/**
 * Writes files and folders of a working server into one tar file. Files come
 * and go meanwhile: what is gone is left out, what grows is kept as long as it
 * was when it was opened. The file appears under its name when it is whole and
 * on the disk. Links and whatever is no plain file are left out.
 */
import { once } from 'node:events';
import { createWriteStream, type Dirent } from 'node:fs';
import { type FileHandle, lstat, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Pack, pack } from 'tar-stream';
import { isSafeRelativePath } from '../../../protocol/model/common.ts';
import { isMissing } from '../../platform/diskError.ts';
import { type ArchiveTotals, lastEntry } from './archiveFormat.ts';

export type ArchivePart = {
  /** A file or folder; nothing when it is not there. */
  readonly from: string;
  readonly as: string;
};

export type WriteOptions = {
  readonly parts: readonly ArchivePart[];
  /** Told after each file. */
  readonly onProgress?: (totals: ArchiveTotals) => void;
};

const pieceBytes = 256 * 1024;

export async function writeArchive(file: string, options: WriteOptions): Promise<ArchiveTotals> {
  const half = `${file}.part`;
  await rm(half, { force: true });
  try {
    const writer = new ArchiveWriter(options);
    const target = createWriteStream(half, { mode: 0o600, flags: 'wx', flush: true });
    const [totals] = await Promise.all([writer.write(), pipeline(writer.bytes, target)]);
    await rename(half, file);
    return totals;
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
}

class ArchiveWriter {
  readonly bytes: Pack = pack();
  readonly #options: WriteOptions;
  readonly #totals = { files: 0, bytes: 0 };

  constructor(options: WriteOptions) {
    this.#options = options;
  }

  async write(): Promise<ArchiveTotals> {
    try {
      for (const { from, as } of this.#options.parts) await this.#add(from, as);
      const totals = JSON.stringify(this.#totals);
      await this.#entry({ name: lastEntry, size: totals.length }, [Buffer.from(totals)]);
      this.bytes.finalize();
      return this.#totals;
    } catch (error) {
      this.bytes.destroy();
      throw error;
    }
  }

  async #add(path: string, as: string): Promise<void> {
    if (!isSafeRelativePath(as)) throw new Error(`${path} has a name that could not be restored on every system`);
    const entry = await ifThere(lstat(path));
    if (entry?.isDirectory()) await this.#addFolder(path, as);
    else if (entry?.isFile()) await this.#addFile(path, as);
  }

  async #addFolder(path: string, as: string): Promise<void> {
    const inside = await ifThere(readdir(path, { withFileTypes: true }));
    if (inside === null) return;
    await new Promise<void>((resolve, reject) => {
      this.bytes.entry({ name: as, type: 'directory', mode: 0o700 }, (error) => (error ? reject(error) : resolve()));
    });
    for (const { name } of inside.toSorted(objectsLast)) await this.#add(join(path, name), `${as}/${name}`);
  }

  async #addFile(path: string, as: string): Promise<void> {
    const handle = await ifThere(open(path, 'r'));
    if (handle === null) return;
    try {
      const { size, mtime } = await handle.stat();
      await this.#entry({ name: as, size, mtime }, piecesOf(handle, size));
      this.#totals.files += 1;
      this.#totals.bytes += size;
      this.#options.onProgress?.(this.#totals);
    } finally {
      await handle.close();
    }
  }

  async #entry(
    header: { readonly name: string; readonly size: number; readonly mtime?: Date },
    pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<void> {
    const written = Promise.withResolvers<void>();
    const sink = this.bytes.entry({ ...header, mode: 0o600 }, (error) =>
      error ? written.reject(error) : written.resolve(),
    );
    for await (const piece of pieces)
      if (!sink.write(piece)) await Promise.race([once(sink, 'drain'), written.promise]);
    sink.end();
    await written.promise;
  }
}

/** A repository's references before its objects: then all that they name is there when the objects are read. */
function objectsLast(a: Dirent, b: Dirent): number {
  return Number(a.name === 'objects') - Number(b.name === 'objects') || a.name.localeCompare(b.name);
}

/** As many bytes as the file had; one that was cut meanwhile, as a log is on a full disk, is filled up. */
async function* piecesOf(handle: FileHandle, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size; ) {
    const buffer = Buffer.alloc(Math.min(pieceBytes, size - at));
    await handle.read(buffer, 0, buffer.length, at);
    yield buffer;
    at += buffer.length;
  }
}

async function ifThere<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
