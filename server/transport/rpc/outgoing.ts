/**
 * Sends frames over one socket in order and holds back whoever produces them
 * while the other end does not read. It keeps at most the pause bound in the
 * socket and gives up on a reader that makes no progress; it never drops a
 * frame of a socket that stays open.
 */
import type { WebSocket } from 'ws';
import type { RpcLimits } from './limits.ts';

type Waiting = { readonly frame: string; readonly sent: () => void };

/** A reader that moved this recently is slow, not stuck. */
const recentMs = 1000;

export type OutgoingOptions = {
  readonly socket: WebSocket;
  readonly limits: RpcLimits;
  /** Ends what produces for this socket, and closes it. */
  readonly giveUp: () => void;
};

export class Outgoing {
  readonly #socket: WebSocket;
  readonly #limits: RpcLimits;
  readonly #close: () => void;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #progressAt = performance.now();
  #watch: NodeJS.Timeout | undefined;

  constructor({ socket, limits, giveUp }: OutgoingOptions) {
    this.#socket = socket;
    this.#limits = limits;
    this.#close = giveUp;
    socket.once('close', () => this.#release());
  }

  /** Settles once the frame is handed to the socket; at once when the socket is closing. */
  async send(frame: string): Promise<void> {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#waiting.length === 0 && !this.#isCongested()) return this.#write(frame);
    if (this.#waitingBytes > this.#limits.closeAtBytes && this.#idleMs() > recentMs) return this.#giveUp();
    await new Promise<void>((sent) => this.#hold({ frame, sent }));
  }

  #hold(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#waitingBytes += waiting.frame.length;
    // Read no more requests while their answers cannot leave.
    this.#socket.pause();
    this.#watch ??= setInterval(() => {
      if (this.#idleMs() > this.#limits.stalledMs) this.#giveUp();
    }, this.#limits.stalledMs / 4).unref();
  }

  #isCongested(): boolean {
    return this.#socket.bufferedAmount > this.#limits.pauseAtBytes;
  }

  #idleMs(): number {
    return performance.now() - this.#progressAt;
  }

  #write(frame: string): void {
    if (this.#socket.bufferedAmount === 0) this.#progressAt = performance.now();
    this.#socket.send(frame, () => {
      this.#progressAt = performance.now();
      this.#flush();
    });
  }

  #flush(): void {
    while (this.#waiting.length > 0 && !this.#isCongested()) {
      const [next] = this.#waiting.splice(0, 1);
      if (next === undefined) break;
      this.#waitingBytes -= next.frame.length;
      if (this.#socket.readyState === this.#socket.OPEN) this.#write(next.frame);
      next.sent();
    }
    if (this.#waiting.length === 0) this.#resume();
  }

  #giveUp(): void {
    this.#close();
    this.#release();
  }

  #release(): void {
    this.#resume();
    this.#waitingBytes = 0;
    for (const { sent } of this.#waiting.splice(0)) sent();
  }

  #resume(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
    if (this.#socket.isPaused) this.#socket.resume();
  }
}
