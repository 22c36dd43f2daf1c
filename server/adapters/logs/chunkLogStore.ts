/**
 * The output of runs and builds in chunk files, a folder each. It keeps bytes
 * and offsets, never decodes or interprets them. Appends to one log happen in
 * the order of the calls; files stay open while a log grows and are closed
 * when many others grew since.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogStore } from '../../domain/runs/ports.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import {
  ChunkedWriter,
  type ChunkLimits,
  type ChunkPiece,
  chunkedSize,
  defaultChunkLimits,
  readChunks,
} from '../../platform/chunkedFile.ts';
import { isDiskFull } from '../../platform/diskError.ts';

export type ChunkLogOptions = {
  readonly folder: string;
  /** Asked whenever a log is opened, so that a changed catalog takes effect. */
  readonly limits?: () => ChunkLimits;
  readonly openFiles?: number;
};

type Log = { writer: ChunkedWriter | null; last: Promise<unknown> };
type Piece = Parameters<LogStore['append']>[1];

export class ChunkLogStore implements LogStore {
  readonly #options: Required<ChunkLogOptions>;
  /** In the order of their last use. */
  readonly #logs = new Map<string, Log>();

  constructor(options: ChunkLogOptions) {
    this.#options = { limits: () => defaultChunkLimits, openFiles: 64, ...options };
  }

  async size(id: string): Promise<number> {
    const writer = this.#logs.get(id)?.writer;
    return writer ? writer.size : chunkedSize(this.#folder(id));
  }

  append(id: string, piece: Piece): Promise<void> {
    return this.#inTurn(id, async (log) => {
      log.writer ??= await ChunkedWriter.open(this.#folder(id), this.#options.limits());
      if (piece.kind === 'gap') await log.writer.appendGap(piece.bytes);
      else await log.writer.append(piece.data);
    });
  }

  read(id: string, after: number, limit: number): Promise<readonly ChunkPiece[]> {
    return readChunks(this.#folder(id), after, Buffer.allocUnsafe(limit));
  }

  async remove(id: string): Promise<void> {
    await this.#inTurn(id, async (log) => {
      await closeLog(log);
      await rm(this.#folder(id), { recursive: true, force: true });
    });
  }

  async close(): Promise<void> {
    const logs = [...this.#logs.values()];
    this.#logs.clear();
    await Promise.all(logs.map(({ last }) => last.catch(() => undefined)));
    await Promise.all(logs.map(closeLog));
  }

  #folder(id: string): string {
    if (/^[A-Za-z0-9][\w-]{0,255}$/.test(id)) return join(this.#options.folder, id);
    throw new DomainError('unsafe-path', `"${id}" cannot name a log`, { field: 'id' });
  }

  async #inTurn(id: string, act: (log: Log) => Promise<void>): Promise<void> {
    const log = this.#logs.get(id) ?? { writer: null, last: Promise.resolve() };
    this.#logs.delete(id);
    this.#logs.set(id, log);
    const turn = log.last.then(() => act(log));
    log.last = turn.catch(() => undefined);
    this.#closeOldest();
    try {
      await turn;
    } catch (error) {
      throw toDomainError(error);
    }
  }

  #closeOldest(): void {
    const excess = this.#logs.size - this.#options.openFiles;
    for (const [id, log] of [...this.#logs].slice(0, Math.max(0, excess))) {
      const closing = log.last.then(() => closeLog(log));
      log.last = closing;
      // A record that was used meanwhile stays: two of one log would write over each other.
      closing.then(() => {
        if (log.last === closing && this.#logs.get(id) === log) this.#logs.delete(id);
      });
    }
  }
}

async function closeLog(log: Log): Promise<void> {
  const { writer } = log;
  log.writer = null;
  await writer?.close();
}

function toDomainError(error: unknown): unknown {
  if (!isDiskFull(error)) return error;
  return new DomainError('storage-full', "The server's disk is full: this output was not stored", {
    cause: error,
    remedy: 'Free space on the disk of the data folder',
  });
}
