/**
 * Reads what a job writes into its pipe, and hands it on in pieces. Two
 * buffers for the whole life of the job: one fills while the other is being
 * kept. When both are full nothing is read, and the job waits.
 */
import { Socket, type SocketConstructorOpts } from 'node:net';

/** What the kernel holds in a pipe, so what can come at once. */
const pipeBytes = 64 * 1024;
/** A job that prints much is written to disk in few pieces: each costs some switches between threads. */
const pieceBytes = 512 * 1024;
/** A job that prints little is kept this soon. */
const gatherMs = 5;
/**
 * A job that floods is read in steps this far apart: else this program wakes
 * at each of its small writes, ten thousand times a second, and takes the
 * processor from it. Shorter than timers can be, so the thread itself waits.
 */
const breathMs = 0.05;
const never = new Int32Array(new SharedArrayBuffer(4));

export class OutputPipe {
  readonly #socket: Socket;
  #filling = Buffer.allocUnsafe(pieceBytes + pipeBytes);
  #spare = Buffer.allocUnsafe(pieceBytes + pipeBytes);
  #filled = 0;
  #closed = false;
  #error: Error | null = null;
  #wake: () => void = () => {};

  constructor(fd: number) {
    const onread = {
      buffer: Buffer.allocUnsafe(pipeBytes),
      callback: (bytes: number, data: Uint8Array) => this.#take(data.subarray(0, bytes)),
    };
    const options: SocketConstructorOpts = { fd, writable: false, onread };
    this.#socket = new Socket(options);
    this.#socket.on('error', (error) => {
      this.#error = error;
    });
    this.#socket.on('end', () => this.#socket.destroy());
    this.#socket.on('close', () => {
      this.#closed = true;
      this.#wake();
    });
  }

  /** Until every writer has closed the pipe, or it was let go. A piece is good until the next one is asked for. */
  async *pieces(): AsyncGenerator<Uint8Array, void, void> {
    while (await this.#gather()) yield this.#swap();
    if (this.#error) throw this.#error;
  }

  /** Waits no longer for who still holds the other end. */
  letGo(): void {
    this.#socket.destroy();
  }

  /** Until there is a piece to hand on; false when there will be none. */
  async #gather(): Promise<boolean> {
    while (this.#filled === 0 && !this.#closed) await this.#news();
    if (this.#filled < pieceBytes && !this.#closed) await this.#news(gatherMs);
    return this.#filled > 0;
  }

  /** Answers whether there is room for more. */
  #take(data: Uint8Array): boolean {
    const isFirst = this.#filled === 0;
    this.#filling.set(data, this.#filled);
    this.#filled += data.length;
    const isFull = this.#filled >= pieceBytes;
    if (isFirst || isFull) this.#wake();
    else if (data.length < pipeBytes / 2) Atomics.wait(never, 0, 0, breathMs);
    return !isFull;
  }

  #swap(): Uint8Array {
    const piece = this.#filling.subarray(0, this.#filled);
    [this.#filling, this.#spare] = [this.#spare, this.#filling];
    this.#filled = 0;
    if (!this.#closed) this.#socket.resume();
    return piece;
  }

  async #news(ms?: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (ms !== undefined) timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
  }
}
