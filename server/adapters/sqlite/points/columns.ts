/**
 * Points of one series as three columns, in reading order: by step, then
 * timestamp, then value, NaN above all numbers; no point stands twice. Pure.
 */
import type { MetricPoint } from '../../../domain/tracking/ports.ts';

export type Columns = {
  readonly steps: Float64Array;
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
};
export type Point = Omit<MetricPoint, 'key'>;

/** On one buffer: each costs about as much as a hundred points in it. */
export function emptyColumns(length: number): Columns {
  const all = new Float64Array(3 * length);
  return {
    steps: all.subarray(0, length),
    timestamps: all.subarray(length, 2 * length),
    values: all.subarray(2 * length),
  };
}

export function pointAt({ steps, timestamps, values }: Columns, index: number): Point {
  return { step: steps[index] as number, timestamp: timestamps[index] as number, value: values[index] as number };
}

export function firstOf(columns: Columns): Point {
  return pointAt(columns, 0);
}

export function lastOf(columns: Columns): Point {
  return pointAt(columns, columns.steps.length - 1);
}

/** Negative when `a` is read before `b`, 0 when both are the same point. */
export function comparePoints(a: Point, b: Point): number {
  if (a.step !== b.step) return a.step - b.step;
  if (a.timestamp !== b.timestamp) return a.timestamp - b.timestamp;
  return compareValues(a.value, b.value);
}

function compareValues(a: number, b: number): number {
  if (a === b) return 0;
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

export function slice(columns: Columns, from: number, to: number): Columns {
  return {
    steps: columns.steps.subarray(from, to),
    timestamps: columns.timestamps.subarray(from, to),
    values: columns.values.subarray(from, to),
  };
}

/** Of columns that follow each other. */
export function concat(parts: readonly Columns[]): Columns {
  const whole = emptyColumns(parts.reduce((sum, { steps }) => sum + steps.length, 0));
  let at = 0;
  for (const { steps, timestamps, values } of parts) {
    whole.steps.set(steps, at);
    whole.timestamps.set(timestamps, at);
    whole.values.set(values, at);
    at += steps.length;
  }
  return whole;
}

/** Where the points begin that are not before this one, or that are after it. */
export function indexFrom(columns: Columns, point: Point, from: 'at' | 'after' = 'at'): number {
  let [low, high] = [0, columns.steps.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = comparePoints(pointAt(columns, middle), point);
    if (order < 0 || (order === 0 && from === 'after')) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Of points in any order, with duplicates. */
export function toColumns(points: readonly Point[]): Columns {
  const columns = emptyColumns(points.length);
  let index = 0;
  for (const { step, timestamp, value } of points) {
    put(columns, index, { step, timestamp, value });
    index += 1;
  }
  return ordered(columns);
}

/** Of columns in any order, with duplicates. A step of -0 becomes 0: clients mean the same by both. */
export function ordered(columns: Columns): Columns {
  for (const column of [columns.steps, columns.timestamps]) {
    for (let index = 0; index < column.length; index += 1) column[index] = (column[index] as number) + 0;
  }
  return isAscending(columns) ? columns : unique(sorted(columns));
}

/** Points that come in order, as they nearly always do, need no sorting. */
function isAscending({ steps, timestamps, values }: Columns): boolean {
  for (let index = 1; index < steps.length; index += 1) {
    const step = (steps[index] as number) - (steps[index - 1] as number);
    const time = (timestamps[index] as number) - (timestamps[index - 1] as number);
    if (step > 0 || (step === 0 && time > 0)) continue;
    if (step < 0 || time < 0) return false;
    if (compareValues(values[index - 1] as number, values[index] as number) >= 0) return false;
  }
  return true;
}

function sorted(columns: Columns): Columns {
  const order = Array.from(columns.steps.keys());
  order.sort((a, b) => compareAt(columns, a, columns, b));
  return take(columns, order);
}

// biome-ignore lint/complexity/useMaxParams: two positions in two sets of columns, in the innermost loops
function compareAt(a: Columns, i: number, b: Columns, j: number): number {
  const step = (a.steps[i] as number) - (b.steps[j] as number);
  if (step !== 0) return step;
  const time = (a.timestamps[i] as number) - (b.timestamps[j] as number);
  if (time !== 0) return time;
  return compareValues(a.values[i] as number, b.values[j] as number);
}

function take(columns: Columns, indexes: readonly number[]): Columns {
  const taken = emptyColumns(indexes.length);
  for (const [to, from] of indexes.entries()) put(taken, to, pointAt(columns, from));
  return taken;
}

function unique(columns: Columns): Columns {
  const kept = Array.from(columns.steps.keys()).filter(
    (index) => index === 0 || compareAt(columns, index - 1, columns, index) !== 0,
  );
  return kept.length === columns.steps.length ? columns : take(columns, kept);
}

/** Both in order, each point once: of equal ones that of `a` stays. */
export function merge(a: Columns, b: Columns): Columns {
  const merged = emptyColumns(a.steps.length + b.steps.length);
  let [i, j, length] = [0, 0, 0];
  while (i < a.steps.length || j < b.steps.length) {
    const order = compareEnds(a, i, b, j);
    put(merged, length, order <= 0 ? pointAt(a, i) : pointAt(b, j));
    length += 1;
    if (order <= 0) i += 1;
    if (order >= 0) j += 1;
  }
  return slice(merged, 0, length);
}

/** Of columns that may be at their end, which is after everything. */
// biome-ignore lint/complexity/useMaxParams: two positions in two sets of columns, in the innermost loops
function compareEnds(a: Columns, i: number, b: Columns, j: number): number {
  if (i >= a.steps.length) return 1;
  return j >= b.steps.length ? -1 : compareAt(a, i, b, j);
}

function put(columns: Columns, index: number, { step, timestamp, value }: Point): void {
  columns.steps[index] = step;
  columns.timestamps[index] = timestamp;
  columns.values[index] = value;
}
