/**
 * The standard streams of a program in a container as one stream of bytes,
 * behind an engine's connection: what it writes is read here, what is written
 * here it reads, and what it says of errors is kept aside.
 */
import { Duplex } from 'node:stream';

const mostTold = 500;

/** Takes the engine's frames apart: a byte for the stream, three that are empty, four for the length. */
export class EngineStream extends Duplex {
  /** What the program said of errors so far. */
  told = '';
  readonly #raw: Duplex;
  #head: Buffer = Buffer.alloc(0);
  /** Of the frame that is read: what is left of it, and whose it is. */
  #left = 0;
  #isError = false;
  #isEnded = false;
  #timeout: NodeJS.Timeout | undefined;

  constructor(raw: Duplex) {
    super({ allowHalfOpen: false });
    this.#raw = raw;
    raw.on('data', (piece: Buffer) => this.#take(piece));
    raw.once('end', () => this.#end());
    raw.once('error', (error) => this.destroy(error));
    raw.once('close', () => this.#end());
  }

  override _read(): void {
    this.#raw.resume();
  }

  override _write(piece: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#timeout?.refresh();
    if (this.#raw.write(piece)) done();
    else this.#raw.once('drain', () => done());
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#raw.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timeout);
    this.#raw.destroy();
    done(error);
  }

  /** What clients of HTTP ask of a socket. */
  setTimeout(milliseconds: number, told?: () => void): this {
    clearTimeout(this.#timeout);
    this.#timeout = undefined;
    if (told && milliseconds === 0) this.off('timeout', told);
    else if (told) this.once('timeout', told);
    if (milliseconds > 0) this.#timeout = setTimeout(() => this.emit('timeout'), milliseconds).unref();
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  #take(piece: Buffer): void {
    this.#timeout?.refresh();
    for (let at = 0; at < piece.length; ) {
      if (this.#left === 0) at = this.#takeHead(piece, at);
      else {
        const end = Math.min(piece.length, at + this.#left);
        this.#left -= end - at;
        this.#pass(piece.subarray(at, end));
        at = end;
      }
    }
  }

  #takeHead(piece: Buffer, from: number): number {
    const to = Math.min(piece.length, from + 8 - this.#head.length);
    this.#head = Buffer.concat([this.#head, piece.subarray(from, to)]);
    if (this.#head.length === 8) {
      this.#isError = this.#head[0] === 2;
      this.#left = this.#head.readUInt32BE(4);
      this.#head = Buffer.alloc(0);
    }
    return to;
  }

  #pass(data: Buffer): void {
    if (this.#isError) this.told = (this.told + data.toString('utf8')).slice(0, mostTold);
    else if (!this.push(data)) this.#raw.pause();
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.push(null);
  }
}
