/**
 * Which lines of a text another text has too, in the same order. Long texts
 * are taken apart at lines that each has once, which leaves little to try out
 * between them: no pair of texts holds up the server. Pure.
 */
import { diffArrays } from 'diff';

type Part = { readonly wanted: readonly string[]; readonly other: readonly string[]; readonly from: number };

/** The work grows with the square of it. */
const mostEdits = 400;
/** Of both together: below it nothing is gained. */
const fewLines = 60;

/** Their indexes in `wanted`, rising. */
export function sharedLines(wanted: readonly string[], other: readonly string[]): readonly number[] {
  const shared: number[] = [];
  align({ wanted, other, from: 0 }, shared);
  return shared;
}

function align({ wanted, other, from }: Part, shared: number[]): void {
  const head = sharedHead(wanted, other);
  const tail = sharedHead(wanted.slice(head).reverse(), other.slice(head).reverse());
  shared.push(...numbers(from, head));
  const end = wanted.length - tail;
  alignMiddle(
    { wanted: wanted.slice(head, end), other: other.slice(head, other.length - tail), from: from + head },
    shared,
  );
  shared.push(...numbers(from + end, tail));
}

function alignMiddle(part: Part, shared: number[]): void {
  const { wanted, other } = part;
  if (wanted.length === 0 || other.length === 0) return;
  const anchors = wanted.length + other.length > fewLines ? anchorsOf(wanted, other) : [];
  if (anchors.length > 0) alignBetween(part, anchors, shared);
  else alignWhole(part, shared);
}

/** Nothing is found where more would have to be tried than is worth it. */
function alignWhole({ wanted, other, from }: Part, shared: number[]): void {
  let at = from;
  for (const { added, removed, count } of diffArrays([...other], [...wanted], { maxEditLength: mostEdits }) ?? []) {
    if (removed) continue;
    if (!added) shared.push(...numbers(at, count));
    at += count;
  }
}

/** Each anchor is the end of a part that is smaller than the whole. */
function alignBetween({ wanted, other, from }: Part, anchors: readonly Anchor[], shared: number[]): void {
  let [start, otherStart] = [0, 0];
  for (const [at, otherAt] of [...anchors, [wanted.length, other.length] as const]) {
    align({ wanted: wanted.slice(start, at), other: other.slice(otherStart, otherAt), from: from + start }, shared);
    if (at < wanted.length) shared.push(from + at);
    [start, otherStart] = [at + 1, otherAt + 1];
  }
}

type Anchor = readonly [at: number, otherAt: number];

/** Lines that both have exactly once, as many as stand in the same order. */
function anchorsOf(wanted: readonly string[], other: readonly string[]): readonly Anchor[] {
  const theirs = uniqueLines(other);
  const pairs: Anchor[] = [];
  for (const [line, at] of uniqueLines(wanted)) {
    const otherAt = theirs.get(line);
    if (otherAt !== undefined) pairs.push([at, otherAt]);
  }
  return longestRise(pairs);
}

function uniqueLines(lines: readonly string[]): Map<string, number> {
  const places = new Map<string, number>();
  const repeated = new Set<string>();
  for (const [at, line] of lines.entries()) {
    if (places.has(line)) repeated.add(line);
    places.set(line, at);
  }
  for (const line of repeated) places.delete(line);
  return places;
}

/** The longest row of pairs in which both sides rise: piles, as in the card game. */
function longestRise(pairs: readonly Anchor[]): readonly Anchor[] {
  const tops: number[] = [];
  const before = new Map<number, number | undefined>();
  for (const [index, [, otherAt]] of pairs.entries()) {
    const pile = firstPile(tops, (top) => (pairs[top]?.[1] ?? 0) >= otherAt);
    before.set(index, tops[pile - 1]);
    tops[pile] = index;
  }
  const rise: Anchor[] = [];
  for (let at = tops.at(-1); at !== undefined; at = before.get(at)) rise.push(pairs[at] ?? [0, 0]);
  return rise.reverse();
}

function firstPile(tops: readonly number[], takes: (top: number) => boolean): number {
  let [low, high] = [0, tops.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (takes(tops[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function sharedHead(one: readonly string[], other: readonly string[]): number {
  let length = 0;
  while (length < one.length && length < other.length && one[length] === other[length]) length += 1;
  return length;
}

function numbers(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}
