/**
 * A job's output by byte offset, from the engine's log. Invariant: one pipe
 * carries all output, so the order of messages is the order of bytes, and an
 * offset counts them from the header that begins each log. A reader continues
 * at the last message whose place it knows and leaves out what it had already;
 * where the engine has dropped that, it says so with a gap of one byte, for how
 * much it was nobody knows.
 */
import type { Readable } from 'node:stream';
import type { OutputPiece } from '../../domain/compute/ports.ts';
import { pause } from '../../domain/shared/wakeup.ts';
import { type Engine, statusOf } from './engine.ts';
import { logHeader } from './jobScript.ts';
import type { LogMarks } from './logMarks.ts';
import { LogMessages, type Mark, sinceOf } from './logMessages.ts';

export type JobLogOptions = {
  readonly engine: Engine;
  readonly marks: LogMarks;
  readonly container: string;
  readonly after: number;
  readonly signal: AbortSignal;
  /** Whether nothing more will be written. Throws when the engine does not answer. */
  readonly isOver: () => Promise<boolean>;
};

/** How often a silent stream is doubted: the engine may have ended without closing it. */
const doubtMs = 5000;
const againMs = 200;

export async function* followLog(options: JobLogOptions): AsyncGenerator<OutputPiece> {
  const { signal, isOver } = options;
  for (let at = options.after; !signal.aborted; ) {
    // What is read after the end was seen is all there is.
    const over = await isOver();
    for await (const piece of readOn(options, at)) {
      yield piece;
      at = piece.offset + (piece.kind === 'gap' ? piece.bytes : piece.data.length);
    }
    if (over) return;
    if (!(await isOver())) await pause(againMs, signal);
  }
}

async function* readOn(options: JobLogOptions, after: number): AsyncGenerator<OutputPiece> {
  const { marks, container } = options;
  const known = await marks.get(container);
  const mark = known !== null && known.offset <= after ? known : null;
  const stream = await openLog(options, mark);
  if (stream === null) return;
  const reader = new Reader(mark, after);
  for await (const piece of heard(stream, options)) {
    yield* reader.push(piece);
    // The reader came back for more: what it was given is kept.
    if (reader.mark) await marks.set(container, reader.mark);
  }
}

/** Ends without a word where the stream was ended on purpose. */
async function* heard(stream: Readable, options: JobLogOptions): AsyncGenerator<Buffer> {
  using watch = watchFor(stream, options);
  try {
    for await (const piece of stream) {
      watch.heard();
      yield piece as Buffer;
    }
  } catch (error) {
    if (!watch.endedIt()) throw error;
  } finally {
    stream.destroy();
  }
}

class Reader {
  readonly #expected: Mark | null;
  #messages: LogMessages | null = null;
  #head: Buffer = Buffer.alloc(0);
  #at: number;
  #offset = 0;

  constructor(expected: Mark | null, after: number) {
    this.#expected = expected;
    this.#at = after;
  }

  get mark(): Mark | null {
    return this.#messages?.mark ?? null;
  }

  *push(piece: Buffer): Generator<OutputPiece> {
    if (this.#messages === null) {
      this.#head = Buffer.concat([this.#head, piece]);
      if (!this.#begin()) return;
      yield* this.#gap();
      yield* this.#read(this.#head);
    } else yield* this.#read(piece);
  }

  /** Decides by the first message where in the output it is; false until that is whole. */
  #begin(): boolean {
    const head = this.#head;
    if (head.length < 8 || head.length < 8 + head.readUInt32BE(4)) return false;
    const first = head.toString('latin1', 8, 8 + head.readUInt32BE(4));
    if (this.#expected !== null && first.startsWith(this.#expected.time)) this.#offset = this.#expected.offset;
    else if (this.#expected === null && first.endsWith(` ${logHeader}`)) this.#offset = -logHeader.length;
    else this.#offset = this.#at + 1;
    this.#messages = new LogMessages(this.#offset);
    return true;
  }

  *#gap(): Generator<OutputPiece> {
    if (this.#offset <= this.#at) return;
    yield { kind: 'gap', offset: this.#at, bytes: this.#offset - this.#at };
    this.#at = this.#offset;
  }

  *#read(piece: Buffer): Generator<OutputPiece> {
    const data = this.#messages?.push(piece) ?? Buffer.alloc(0);
    const unseen = data.subarray(Math.min(data.length, Math.max(0, this.#at - this.#offset)));
    this.#offset += data.length;
    if (unseen.length === 0) return;
    yield { kind: 'data', offset: this.#at, data: unseen };
    this.#at = this.#offset;
  }
}

/** Null where the container is gone. */
async function openLog({ engine, container }: JobLogOptions, mark: Mark | null): Promise<Readable | null> {
  const wanted = { follow: true, stdout: true, stderr: true, timestamps: true } as const;
  // As text, with all digits: a number cannot hold nanoseconds.
  const since = mark === null ? {} : { since: sinceOf(mark) as unknown as number };
  try {
    return (await engine.stream((docker) => docker.getContainer(container).logs({ ...wanted, ...since }))) as Readable;
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

/** Ends the stream when the reader leaves, or when it is silent although nothing more will come. */
function watchFor(stream: Readable, { signal, isOver }: JobLogOptions): Watch {
  let [silent, ended] = [false, false];
  const end = () => {
    ended = true;
    stream.destroy();
  };
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  const timer = setInterval(() => {
    if (silent) isOver().then((over) => over && end(), end);
    silent = true;
  }, doubtMs);
  return {
    heard: () => {
      silent = false;
    },
    endedIt: () => ended,
    [Symbol.dispose]: () => {
      clearInterval(timer);
      signal.removeEventListener('abort', end);
    },
  };
}

type Watch = Disposable & { heard(): void; endedIt(): boolean };
