/**
 * Masks secrets in the output of a job before it is kept or shown. It answers
 * as many bytes as it is given, each of a secret as `*`: readers and restarts
 * go by byte offsets, which must not move. It holds back what may be the
 * beginning of a secret until the next piece tells.
 */
import type { OutputMask } from './ports.ts';

const star = 0x2a;
/** A beginning this long is hidden too where output ends or is cut in the middle of a secret. */
const tellingBytes = 4;

export class SecretMask implements OutputMask {
  readonly #patterns: readonly Pattern[];
  #held: Uint8Array = new Uint8Array();

  constructor(forms: readonly Uint8Array[]) {
    this.#patterns = forms.map((bytes) => ({ bytes, borders: bordersOf(bytes) }));
  }

  get held(): number {
    return this.#held.length;
  }

  push(data: Uint8Array): Uint8Array {
    const all = Buffer.concat([this.#held, data]);
    const found = this.#find(all);
    const upTo = this.#safeEnd(all, found);
    this.#held = Uint8Array.from(all.subarray(upTo));
    return masked(all, found).subarray(0, upTo);
  }

  flush(): Uint8Array {
    const rest = Buffer.from(this.#held);
    this.#held = new Uint8Array();
    const begun = Math.max(0, ...this.#patterns.map((pattern) => longestBeginning(rest, pattern)));
    const cut = begun >= tellingBytes ? [{ from: rest.length - begun, to: rest.length }] : [];
    return masked(rest, [...this.#find(rest), ...cut]);
  }

  #find(all: Buffer): readonly Span[] {
    return this.#patterns.flatMap(({ bytes }) => {
      const spans: Span[] = [];
      for (let from = all.indexOf(bytes); from !== -1; from = all.indexOf(bytes, from + bytes.length)) {
        spans.push({ from, to: from + bytes.length });
      }
      return spans;
    });
  }

  /** Where a secret may have begun that has not ended; never inside one that was found, which would be cut in two. */
  #safeEnd(all: Buffer, found: readonly Span[]): number {
    let end = all.length - Math.max(0, ...this.#patterns.map((pattern) => longestBeginning(all, pattern)));
    for (const { from, to } of found.toSorted((a, b) => b.from - a.from)) if (from < end && end < to) end = from;
    return end;
  }
}

type Span = { readonly from: number; readonly to: number };
type Pattern = { readonly bytes: Uint8Array; readonly borders: Int32Array };

function masked(all: Buffer, spans: readonly Span[]): Buffer {
  const copy = Buffer.from(all);
  for (const { from, to } of spans) copy.fill(star, from, to);
  return copy;
}

/** For each length of a beginning, how long the longest beginning is that it ends with (Knuth, Morris, Pratt). */
function bordersOf(bytes: Uint8Array): Int32Array {
  const borders = new Int32Array(bytes.length + 1);
  for (let at = 1, length = 0; at < bytes.length; at += 1) {
    while (length > 0 && bytes[at] !== bytes[length]) length = borders[length] ?? 0;
    if (bytes[at] === bytes[length]) length += 1;
    borders[at + 1] = length;
  }
  return borders;
}

/** How many bytes at the end of the text are a beginning of the pattern, short of all of it. */
function longestBeginning(text: Uint8Array, { bytes, borders }: Pattern): number {
  let length = 0;
  for (let at = Math.max(0, text.length - bytes.length + 1); at < text.length; at += 1) {
    while (length > 0 && text[at] !== bytes[length]) length = borders[length] ?? 0;
    if (text[at] === bytes[length]) length += 1;
  }
  return length;
}
