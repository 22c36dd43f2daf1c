/**
 * Takes an archive apart into a folder that it makes. An archive is foreign
 * input: it must hold only what the caller expects, plain files and folders
 * under safe names, and its last entry must agree with what came before.
 * Whatever is wrong leaves no folder behind.
 */
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Entry, extract } from 'tar-stream';
import { isSafeRelativePath } from '../../../protocol/model/common.ts';
import { type ArchiveTotals, lastEntry } from './archiveFormat.ts';

export type ExtractOptions = {
  /** The names that may stand at the top. */
  readonly names: readonly string[];
  /** Looks at the whole before it gets its name; throws when it is not good. */
  readonly check: (folder: string) => Promise<void>;
  readonly onProgress?: (totals: ArchiveTotals) => void;
};

export async function extractArchive(file: string, folder: string, options: ExtractOptions): Promise<ArchiveTotals> {
  const half = `${folder}.restoring`;
  await rm(half, { recursive: true, force: true });
  try {
    await mkdir(half, { recursive: true, mode: 0o700 });
    const reader = new ArchiveReader(half, options);
    const entries = extract();
    const read = reader.read(entries);
    // Whoever fails first says why; the other then fails as well, with less to say.
    await Promise.all([read, pipeline(createReadStream(file), entries)]);
    await options.check(half);
    // Takes the place of an empty folder, and of nothing else.
    await rename(half, folder);
    return reader.totals;
  } catch (error) {
    await rm(half, { recursive: true, force: true });
    throw error;
  }
}

class ArchiveReader {
  readonly totals = { files: 0, bytes: 0 };
  readonly #folder: string;
  readonly #options: ExtractOptions;

  constructor(folder: string, options: ExtractOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  async read(entries: AsyncIterable<Entry>): Promise<void> {
    let isWhole = false;
    for await (const entry of entries) {
      if (isWhole) throw new Error('there is more behind its end');
      if (entry.header.name === lastEntry) isWhole = await this.#agrees(entry);
      else await this.#take(entry);
    }
    if (!isWhole) throw new Error('it was cut off');
  }

  async #take(entry: Entry): Promise<void> {
    const { type, size = 0 } = entry.header;
    const name = entry.header.name.replace(/\/$/, '');
    const [top = ''] = name.split('/');
    if (!isSafeRelativePath(name) || !this.#options.names.includes(top)) throw new Error(`it holds ${quoted(name)}`);
    const path = join(this.#folder, name);
    if (type === 'directory') {
      await mkdir(path, { recursive: true, mode: 0o700 });
      entry.resume();
    } else if (type === 'file') {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeFile(path, entry, { mode: 0o600, flag: 'wx', flush: true });
      this.totals.files += 1;
      this.totals.bytes += size;
      this.#options.onProgress?.(this.totals);
    } else throw new Error(`it holds ${quoted(name)}, which is a ${type}`);
  }

  async #agrees(entry: Entry): Promise<boolean> {
    const pieces: Uint8Array[] = [];
    for await (const piece of entry) pieces.push(piece as Uint8Array);
    const { files, bytes } = JSON.parse(Buffer.concat(pieces).toString('utf8')) as ArchiveTotals;
    if (files === this.totals.files && bytes === this.totals.bytes) return true;
    throw new Error(
      `${files} files of ${bytes} bytes were kept, ${this.totals.files} of ${this.totals.bytes} are there`,
    );
  }
}

function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 200));
}
