/**
 * The log store with followers: who reads to the end waits here for more. It
 * turns bytes into text without splitting a character, and its offsets count
 * bytes of the whole output, so a reader resumes exactly. It keeps nothing
 * itself but who waits.
 */
import type { LogChunk } from '../../../protocol/model/run.ts';
import type { LogStore } from '../runs/ports.ts';
import { LogReader } from './logReader.ts';
import { until, Wakeup } from './wakeup.ts';

export type FollowOptions = {
  readonly after: number;
  /** Instead of `after`: at most this many bytes of the end. */
  readonly tail?: number;
  readonly follow: boolean;
  /** Whether nothing more will come. */
  readonly isFinished: () => Promise<boolean>;
  readonly signal: AbortSignal;
};

export type NewPiece = Parameters<LogStore['append']>[1];

export class LiveLogs {
  readonly #store: LogStore;
  readonly #bells = new Map<string, { readonly bell: Wakeup; waiting: number }>();

  constructor(store: LogStore) {
    this.#store = store;
  }

  size(id: string): Promise<number> {
    return this.#store.size(id);
  }

  async append(id: string, piece: NewPiece): Promise<void> {
    await this.#store.append(id, piece);
    this.#bells.get(id)?.bell.ring();
  }

  /** To be called when nothing more will come, after that is committed. */
  finished(id: string): void {
    this.#bells.get(id)?.bell.ring();
  }

  remove(id: string): Promise<void> {
    return this.#store.remove(id);
  }

  /** The end of a log as text, at most that many bytes. */
  async lastText(id: string, bytes: number): Promise<string> {
    const finished = { after: 0, tail: bytes, follow: false, isFinished: async () => true };
    let text = '';
    for await (const chunk of this.follow(id, { ...finished, signal: new AbortController().signal })) {
      if (chunk.kind === 'text') text += chunk.text;
    }
    return text;
  }

  /** The log as chunks of whole characters, then `end`. Without `follow`, to where it is now. */
  async *follow(id: string, options: FollowOptions): AsyncGenerator<LogChunk, void, void> {
    const reader = new LogReader(this.#store, id);
    const listener = this.#listen(id);
    try {
      await reader.begin(options);
      while (!options.signal.aborted) {
        const more = listener.next();
        // Asked before reading: what was finished then has no more to read afterwards.
        const isFinished = await options.isFinished();
        yield* reader.readOn(options.signal);
        if (isFinished) yield* reader.readHeldBack(options.signal);
        if (isFinished || !options.follow) return yield reader.end();
        await until(options.signal, more);
      }
    } finally {
      listener.close();
    }
  }

  #listen(id: string) {
    const entry = this.#bells.get(id) ?? { bell: new Wakeup(), waiting: 0 };
    this.#bells.set(id, entry);
    entry.waiting += 1;
    return {
      next: () => entry.bell.next(),
      close: () => {
        entry.waiting -= 1;
        if (entry.waiting === 0) this.#bells.delete(id);
      },
    };
  }
}
