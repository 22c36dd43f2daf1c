/**
 * Has long batches read on a thread of its own: parsing a thousand points
 * takes a third of the time that one thread needs to store them, and its
 * garbage most of that one's memory. It only ever helps: what the thread is not
 * free or not sure about is left to whoever asks.
 */
import { Worker } from 'node:worker_threads';
import { threadFile } from '../../platform/threadFile.ts';
import { type PackedBatch, unpackBatch } from './packedBatch.ts';

/** Shorter bodies, in bytes, are parsed sooner than handed over. */
const worthHanding = 8192;
/** Then the thread ends, and its memory is given back. */
const idleMs = 10_000;
/** With more before it a batch is read sooner here. */
const mostWaiting = 16;
const resourceLimits = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 64 };

type PlainBatch = ReturnType<typeof unpackBatch>;

export class BatchReader {
  #thread: Worker | null = null;
  #online = false;
  #closed = false;
  #idle: NodeJS.Timeout | null = null;
  /** In the order in which the thread answers. */
  #waiting: ((batch: PackedBatch | null) => void)[] = [];

  /** Null where the caller has to read it. */
  async read(body: Buffer): Promise<PlainBatch | null> {
    if (this.#closed || body.length < worthHanding) return null;
    this.#thread ??= this.#start();
    if (!this.#online || this.#waiting.length >= mostWaiting) return null;
    const packed = await this.#hand(this.#thread, body);
    return packed === null ? null : unpackBatch(packed);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idle ?? undefined);
    await this.#thread?.terminate();
  }

  #hand(thread: Worker, body: Buffer): Promise<PackedBatch | null> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#idle?.refresh();
      // The body may lie in a buffer with other things, which must not go along.
      const copy = new Uint8Array(body);
      thread.postMessage(copy, [copy.buffer]);
    });
  }

  #start(): Worker {
    const thread = new Worker(threadFile(import.meta.url, 'batchThread'), { resourceLimits });
    thread.unref();
    this.#idle = setTimeout(() => void thread.terminate(), idleMs).unref();
    thread.once('online', () => {
      this.#online = true;
    });
    thread.on('message', (batch: PackedBatch | null) => this.#waiting.shift()?.(batch));
    // It ends next.
    thread.on('error', () => undefined);
    thread.once('exit', () => {
      this.#thread = null;
      this.#online = false;
      for (const resolve of this.#waiting.splice(0)) resolve(null);
    });
    return thread;
  }
}
