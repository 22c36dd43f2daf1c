/**
 * Reads one log forward from a position, as text. The position only ever
 * passes whole characters; the beginning of one is held back until the rest
 * of it arrives.
 */
import type { LogChunk } from '../../../protocol/model/run.ts';
import type { LogStore } from '../runs/ports.ts';
import { completeUtf8Length, strayUtf8Length } from './completeUtf8.ts';

type Piece = Awaited<ReturnType<LogStore['read']>>[number];

const readBytes = 64 * 1024;

export class LogReader {
  readonly #store: LogStore;
  readonly #id: string;
  #position = 0;
  #skipsStray = false;

  constructor(store: LogStore, id: string) {
    this.#store = store;
    this.#id = id;
  }

  async begin({ after, tail }: { readonly after: number; readonly tail?: number }): Promise<void> {
    this.#position = after;
    if (tail === undefined) return;
    this.#position = Math.max(0, (await this.#store.size(this.#id)) - tail);
    this.#skipsStray = this.#position > 0;
  }

  /** What is there now. */
  async *readOn(signal: AbortSignal): AsyncGenerator<LogChunk, void, void> {
    while (!signal.aborted) {
      const before = this.#position;
      for (const piece of await this.#next()) yield* this.#toChunks(piece, completeUtf8Length);
      if (this.#position === before) return;
    }
  }

  /** What was held back, when nothing more will come. */
  async *readHeldBack(signal: AbortSignal): AsyncGenerator<LogChunk, void, void> {
    if (signal.aborted) return;
    for (const piece of await this.#next()) yield* this.#toChunks(piece, (data) => data.length);
  }

  end(): LogChunk {
    return { kind: 'end', offset: this.#position };
  }

  async #next(): Promise<readonly Piece[]> {
    return joined(await this.#store.read(this.#id, this.#position, readBytes));
  }

  *#toChunks(piece: Piece, lengthOf: (data: Uint8Array) => number): Generator<LogChunk, void, void> {
    const offset = this.#position;
    if (piece.kind === 'gap') {
      this.#position = piece.offset + piece.bytes;
      yield { kind: 'gap', offset, bytes: this.#position - offset };
      return;
    }
    const data = piece.data.subarray(offset - piece.offset);
    const stray = this.#skipsStray ? strayUtf8Length(data) : 0;
    this.#skipsStray = false;
    const kept = data.subarray(stray, stray + lengthOf(data.subarray(stray)));
    this.#position = offset + stray + kept.length;
    if (kept.length === 0) return;
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(kept);
    yield { kind: 'text', offset: offset + stray, bytes: kept.length, text };
  }
}

/** Neighbouring data as one piece: a store may cut anywhere, inside a character too. */
function joined(pieces: readonly Piece[]): readonly Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (last?.kind !== 'data' || piece.kind !== 'data') result.push(piece);
    else result[result.length - 1] = { ...last, data: Buffer.concat([last.data, piece.data]) };
  }
  return result;
}
