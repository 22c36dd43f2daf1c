/**
 * Many curves as one line for each group, with the band that its runs lie in.
 * Where all points of all runs are known, runs are compared at equal places on
 * the axis; where curves are reduced or lie at other places, in equal parts of
 * the axis, each run by the mean of its points there. No run counts where it
 * has no point. Pure.
 */
import { mean, sampleStandardDeviation } from 'simple-statistics';
import type { Point } from './curves.ts';

export const bandKinds = ['deviation', 'range'] as const;
/** One standard deviation (of a sample) to either side of the mean, or from the least to the greatest. */
export type BandKind = (typeof bandKinds)[number];

export type BandPoint = {
  readonly x: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly runs: number;
};
export type Band = {
  readonly name: string;
  readonly colorIndex: number;
  /** Curves in it. */
  readonly runs: number;
  readonly points: readonly BandPoint[];
};

export type Grouped = { readonly group: string; readonly points: readonly Point[] };

/** More places than this are put together into equal parts of the axis. */
export const mostPlaces = 400;

export function bandsOf(curves: readonly Grouped[], kind: BandKind): Band[] {
  const place = placing(curves);
  const groups = [...Map.groupBy(curves, ({ group }) => group)];
  return groups.map(([name, own], colorIndex) => ({
    name,
    colorIndex,
    runs: own.length,
    points: bandPoints(own, place, kind),
  }));
}

/** Whether the curves had to be put into parts of the axis. */
export function isBinned(curves: readonly Grouped[]): boolean {
  return placesOf(curves).size > mostPlaces;
}

function placesOf(curves: readonly Grouped[]): ReadonlySet<number> {
  return new Set(curves.flatMap(({ points }) => points.map(([x]) => x)));
}

function placing(curves: readonly Grouped[]): (x: number) => number {
  const places = placesOf(curves);
  if (places.size <= mostPlaces) return (x) => x;
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const x of places) [least, greatest] = [Math.min(least, x), Math.max(greatest, x)];
  const part = (greatest - least) / (mostPlaces / 2);
  return (x) => least + (Math.min(mostPlaces / 2 - 1, Math.floor((x - least) / part)) + 0.5) * part;
}

function bandPoints(curves: readonly Grouped[], place: (x: number) => number, kind: BandKind): BandPoint[] {
  const values = new Map<number, number[]>();
  for (const { points } of curves) {
    for (const [x, value] of ownMeans(points, place)) {
      const there = values.get(x);
      if (there) there.push(value);
      else values.set(x, [value]);
    }
  }
  return [...values].sort(([a], [b]) => a - b).map(([x, there]) => bandPoint(x, there, kind));
}

/** One value of a run at each place. */
function ownMeans(points: readonly Point[], place: (x: number) => number): (readonly [number, number])[] {
  const known = points.filter((point): point is readonly [number, number] => point[1] !== null);
  const own = [...Map.groupBy(known, ([x]) => place(x))];
  return own.map(([x, there]) => [x, mean(there.map(([, y]) => y))] as const);
}

function bandPoint(x: number, values: readonly number[], kind: BandKind): BandPoint {
  const middle = mean(values);
  if (kind === 'range')
    return { x, mean: middle, low: Math.min(...values), high: Math.max(...values), runs: values.length };
  const deviation = values.length < 2 ? 0 : sampleStandardDeviation(values);
  return { x, mean: middle, low: middle - deviation, high: middle + deviation, runs: values.length };
}
