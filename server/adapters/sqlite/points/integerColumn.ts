/**
 * A column of integers as bytes: how much each difference differs from the one
 * before, small ones in one byte, and a run of zeros, which a steady rhythm
 * is, in a few. Steps and times are such columns. Libraries of variable-length
 * integers code one number a call and know neither columns nor runs.
 */

/** Differences of differences of numbers up to this stay exact, also when their sign moves to the lowest bit. */
const largest = 2 ** 50;

/** Of one number; a run of zeros is no longer than its zeros would be. */
const longestCode = 8;

/** Null for a column that cannot be kept exactly this way. */
export function encodeIntegers(column: Float64Array): Uint8Array | null {
  if (!column.every((value) => Number.isInteger(value) && value <= largest && value >= -largest)) return null;
  const bytes = new Writer(column.length * longestCode);
  let [previous, slope] = [0, 0];
  for (let index = 0; index < column.length; index += 1) {
    const value = column[index] as number;
    const difference = value - previous;
    bytes.writeChange(difference - slope);
    previous = value;
    // The first is no difference.
    slope = index === 0 ? 0 : difference;
  }
  return bytes.taken();
}

/** Fills the column; answers where the bytes after it begin. */
export function decodeIntegers(bytes: Uint8Array, start: number, column: Float64Array): number {
  const reader = new Reader(bytes, start);
  let [previous, slope] = [0, 0];
  for (let index = 0; index < column.length; index += 1) {
    const difference = slope + reader.readChange();
    previous += difference;
    slope = index === 0 ? 0 : difference;
    column[index] = previous;
  }
  return reader.at;
}

/** Codes have seven bits a byte, lowest first; the eighth says that more follow. */
class Writer {
  readonly #bytes: Uint8Array;
  #at = 0;
  #zeros = 0;

  constructor(size: number) {
    this.#bytes = new Uint8Array(size);
  }

  /** The sign becomes the lowest bit. */
  writeChange(change: number): void {
    if (change === 0) {
      this.#zeros += 1;
      return;
    }
    this.#flushZeros();
    this.#write(change < 0 ? -2 * change - 1 : 2 * change);
  }

  taken(): Uint8Array {
    this.#flushZeros();
    return this.#bytes.subarray(0, this.#at);
  }

  /** A zero, and how many follow it. */
  #flushZeros(): void {
    if (this.#zeros === 0) return;
    this.#write(0);
    this.#write(this.#zeros - 1);
    this.#zeros = 0;
  }

  #write(code: number): void {
    let rest = code;
    // Past 31 bits the operators of bits would cut it.
    while (rest >= 2 ** 31) {
      this.#bytes[this.#at++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    while (rest > 127) {
      this.#bytes[this.#at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.#bytes[this.#at++] = rest;
  }
}

class Reader {
  at: number;
  readonly #bytes: Uint8Array;
  #zeros = 0;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.at = start;
  }

  readChange(): number {
    if (this.#zeros > 0) {
      this.#zeros -= 1;
      return 0;
    }
    const code = this.#read();
    if (code === 0) this.#zeros = this.#read();
    return code % 2 === 0 ? code / 2 : -(code + 1) / 2;
  }

  #read(): number {
    let [code, unit] = [0, 1];
    for (;;) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) throw new Error('a column of integers ends before its length');
      if (byte < 128) return code + byte * unit;
      code += (byte - 128) * unit;
      unit *= 128;
    }
  }
}
