/**
 * Takes apart what an engine streams of a container's output: frames with a
 * time before each message. Lines come by the million, so a piece of the
 * stream is turned into one piece of output, not into one object a line.
 */

/** A place in the log that can be found again: the first message with this time, and where its data begins. */
export type Mark = { readonly time: string; readonly offset: number };

const frameHead = 8;
/** As 2026-11-24T12:46:05.303640619Z. */
const timeLength = 30;
const prefix = timeLength + 1;

export class LogMessages {
  #rest: Buffer = Buffer.alloc(0);
  #time: Buffer = Buffer.alloc(0);
  #timeOffset = 0;
  #offset: number;

  /** Counts from here on. */
  constructor(offset: number) {
    this.#offset = offset;
  }

  /** The newest place that can be found again; null before the first message. */
  get mark(): Mark | null {
    return this.#time.length === 0 ? null : { time: this.#time.toString('latin1'), offset: this.#timeOffset };
  }

  /** The data of all whole messages up to now. */
  push(piece: Buffer): Buffer {
    const all = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    const data = Buffer.allocUnsafe(all.length);
    let [at, length, time] = [0, 0, this.#time];
    while (all.length - at >= frameHead) {
      const next = at + frameHead + all.readUInt32BE(at + 4);
      if (next > all.length) break;
      const from = at + frameHead;
      if (time.length === 0 || all.compare(time, 0, timeLength, from, from + timeLength) !== 0) {
        time = all.subarray(from, from + timeLength);
        this.#timeOffset = this.#offset + length;
      }
      length += all.copy(data, length, from + prefix, next);
      at = next;
    }
    this.#offset += length;
    this.#time = Buffer.from(time);
    this.#rest = Buffer.from(all.subarray(at));
    return data.subarray(0, length);
  }
}

/** As the engine wants it: seconds and nanoseconds since 1970. */
export function sinceOf({ time }: Mark): string {
  return `${Math.floor(Date.parse(`${time.slice(0, 19)}Z`) / 1000)}.${time.slice(20, 29)}`;
}
