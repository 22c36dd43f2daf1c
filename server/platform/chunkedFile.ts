/**
 * A byte stream kept as chunk files in one folder, each named by the absolute
 * offset of its first byte. There is no manifest: names and sizes say
 * everything, so a writer killed at any moment leaves a readable stream.
 * One writer at a time; readers may be other processes. What was dropped or
 * never received reads as a gap; bytes never move to another offset.
 */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from './diskError.ts';

export type ChunkLimits = {
  /** A chunk is the unit in which old output is dropped. */
  readonly chunkBytes: number;
  /** Chunks that begin before this offset are kept for good. */
  readonly headBytes: number;
  /** What the folder may hold in all: the head and the newest chunks. */
  readonly limitBytes: number;
};

export const defaultChunkLimits: ChunkLimits = {
  chunkBytes: 1024 * 1024,
  headBytes: 8 * 1024 * 1024,
  limitBytes: 64 * 1024 * 1024,
};

export type ChunkPiece =
  | { readonly kind: 'data'; readonly offset: number; readonly data: Uint8Array }
  | { readonly kind: 'gap'; readonly offset: number; readonly bytes: number };

type Chunk = { readonly start: number; readonly bytes: number };

const suffix = '.chunk';

function chunkFile(folder: string, start: number): string {
  return join(folder, `${String(start).padStart(16, '0')}${suffix}`);
}

/** Start offsets of the chunks, ascending; none when there is no folder. */
async function chunkStarts(folder: string): Promise<number[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => /^\d{16}\.chunk$/.test(name))
      .map((name) => Number.parseInt(name, 10))
      .sort((a, b) => a - b);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Bytes and gaps in the stream so far; right also while, or after, another process wrote it. */
export async function chunkedSize(folder: string): Promise<number> {
  for (;;) {
    const last = (await chunkStarts(folder)).at(-1);
    if (last === undefined) return 0;
    try {
      return last + (await stat(chunkFile(folder, last))).size;
    } catch (error) {
      // The writer replaced an empty last chunk between the two calls.
      if (!isMissing(error) || last === (await chunkStarts(folder)).at(-1)) throw error;
    }
  }
}

/** Appends to one folder. Calls must not overlap: await each before the next. */
export class ChunkedWriter {
  readonly #folder: string;
  readonly #limits: ChunkLimits;
  #file: FileHandle | null = null;
  #start = 0;
  #end = 0;
  /** Closed chunks behind the head, ascending; null when that has to be looked up. */
  #tail: Chunk[] | null = null;

  private constructor(folder: string, limits: ChunkLimits) {
    this.#folder = folder;
    this.#limits = limits;
  }

  /** Opens the stream where the last writer, however it ended, left it. */
  static async open(folder: string, limits: ChunkLimits = defaultChunkLimits): Promise<ChunkedWriter> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const writer = new ChunkedWriter(folder, limits);
    const last = (await chunkStarts(folder)).at(-1);
    if (last !== undefined) await writer.#openChunk(last);
    return writer;
  }

  /** Bytes and gaps received so far. */
  get size(): number {
    return this.#end;
  }

  /** All or nothing: when the disk refuses, what was written of this piece is taken back. */
  async append(data: Uint8Array): Promise<void> {
    const before = this.#end;
    try {
      for (let at = 0; at < data.length; ) at += await this.#write(data.subarray(at));
    } catch (error) {
      await this.#takeBack(before);
      throw error;
    }
  }

  /** Says that bytes were lost before they came here. */
  async appendGap(bytes: number): Promise<void> {
    if (bytes <= 0) return;
    this.#tail = null;
    const empty = this.#file !== null && this.#start === this.#end ? this.#start : null;
    await this.#openChunk(this.#end + bytes);
    if (empty !== null) await remove(chunkFile(this.#folder, empty));
    await this.#dropMiddle();
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  /** Writes up to the end of the current chunk and answers how much that was. */
  async #write(data: Uint8Array): Promise<number> {
    const file = await this.#chunkWithRoom();
    const room = this.#limits.chunkBytes - (this.#end - this.#start);
    const { bytesWritten } = await file.write(data, 0, Math.min(room, data.length), this.#end - this.#start);
    this.#end += bytesWritten;
    return bytesWritten;
  }

  async #chunkWithRoom(): Promise<FileHandle> {
    if (this.#file && this.#end - this.#start < this.#limits.chunkBytes) return this.#file;
    const full = { start: this.#start, bytes: this.#end - this.#start };
    const file = await this.#openChunk(this.#end);
    if (full.bytes > 0 && full.start >= this.#limits.headBytes) this.#tail?.push(full);
    await this.#dropMiddle();
    return file;
  }

  async #openChunk(start: number): Promise<FileHandle> {
    // Without O_APPEND: positions are given, so that a refused write can be taken back.
    const file = await open(chunkFile(this.#folder, start), constants.O_RDWR | constants.O_CREAT, 0o600);
    const { size } = await file.stat();
    await this.close();
    this.#file = file;
    this.#start = start;
    this.#end = start + size;
    return file;
  }

  async #dropMiddle(): Promise<void> {
    const { headBytes, limitBytes, chunkBytes } = this.#limits;
    this.#tail ??= await this.#lookUpTail();
    let kept = this.#tail.reduce((sum, { bytes }) => sum + bytes, chunkBytes);
    while (kept > limitBytes - headBytes) {
      const oldest = this.#tail.shift();
      if (oldest === undefined) return;
      await remove(chunkFile(this.#folder, oldest.start));
      kept -= oldest.bytes;
    }
  }

  async #lookUpTail(): Promise<Chunk[]> {
    const starts = await chunkStarts(this.#folder);
    const closed = starts.filter((start) => start >= this.#limits.headBytes && start !== this.#start);
    return Promise.all(
      closed.map(async (start) => ({ start, bytes: (await stat(chunkFile(this.#folder, start))).size })),
    );
  }

  async #takeBack(size: number): Promise<void> {
    this.#tail = null;
    const newer = (await chunkStarts(this.#folder)).filter((start) => start > size);
    for (const start of newer) await remove(chunkFile(this.#folder, start));
    const last = (await chunkStarts(this.#folder)).at(-1);
    if (last === undefined) return;
    await (await this.#openChunk(last)).truncate(size - last);
    this.#end = size;
  }
}

/**
 * What fits into the buffer from an offset on, with the gaps between; empty at
 * the end. Pieces lie in the buffer: who reads on with the same one is done
 * with them.
 */
export async function readChunks(folder: string, after: number, buffer: Uint8Array): Promise<readonly ChunkPiece[]> {
  const starts = await chunkStarts(folder);
  const pieces: ChunkPiece[] = [];
  let at = after;
  let left = buffer;
  for (const [index, start] of starts.entries()) {
    const next = starts[index + 1];
    if (next !== undefined && next <= at) continue;
    if (start > at) {
      addGap(pieces, at, start - at);
      at = start;
    }
    const read = await readFrom(chunkFile(folder, start), at - start, left);
    if (read.length > 0) pieces.push({ kind: 'data', offset: at, data: read });
    at += read.length;
    left = left.subarray(read.length);
    if (left.length === 0) break;
  }
  return pieces;
}

/** Neighbouring gaps are one. */
function addGap(pieces: ChunkPiece[], offset: number, bytes: number): void {
  const last = pieces.at(-1);
  if (last?.kind === 'gap') pieces[pieces.length - 1] = { ...last, bytes: last.bytes + bytes };
  else pieces.push({ kind: 'gap', offset, bytes });
}

/** Nothing when the chunk was dropped meanwhile: the next one then shows a gap. */
async function readFrom(path: string, position: number, buffer: Uint8Array): Promise<Uint8Array> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (isMissing(error)) return buffer.subarray(0, 0);
    throw error;
  }
  try {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function remove(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
