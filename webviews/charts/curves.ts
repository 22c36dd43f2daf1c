/** From a metric's series to what a chart draws: the axis, smoothing, the value under the cursor. Pure. */
import type { Series } from '../../protocol/model/metric.ts';

export const axisKinds = ['step', 'relative', 'time'] as const;
export type AxisKind = (typeof axisKinds)[number];

export type Curve = {
  readonly name: string;
  readonly series: Series;
  readonly colorIndex: number;
  /** What its run belongs to, where curves are shown as bands of groups. */
  readonly group?: string;
};

export type Point = readonly [x: number, y: number | null];

/** Values that are not finite leave a gap instead of a false line. */
export function pointsOf(series: Series, axis: AxisKind): Point[] {
  const start = series.timestamps[0] ?? 0;
  return series.values.map((value, at) => {
    const y = Number(value);
    return [xOf(series, at, { axis, start }), Number.isFinite(y) ? y : null];
  });
}

function xOf(series: Series, at: number, { axis, start }: { axis: AxisKind; start: number }): number {
  if (axis === 'step') return series.steps[at] ?? at;
  const time = series.timestamps[at] ?? start;
  return axis === 'time' ? time : (time - start) / 1000;
}

/**
 * Exponential moving average, corrected for its start so that the first points
 * are not drawn towards zero. Weight 0 changes nothing.
 */
export function smooth(points: readonly Point[], weight: number): Point[] {
  let last = 0;
  let seen = 0;
  return points.map(([x, y]) => {
    if (y === null) return [x, null];
    last = last * weight + (1 - weight) * y;
    seen += 1;
    return [x, last / (1 - weight ** seen)];
  });
}

export function keyOf({ series }: Curve): string {
  return `${series.runId} ${series.key}`;
}

/** How many values are no finite number: they have no place in a chart. */
export function notFinite({ values }: Series): number {
  return values.reduce<number>((count, value) => (Number.isFinite(Number(value)) ? count : count + 1), 0);
}

/** The drawn point nearest to a place on the axis; x is ascending. */
export function nearest(points: readonly Point[], x: number): Point | null {
  let low = 0;
  let high = points.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.[0] ?? 0) < x) low = middle + 1;
    else high = middle;
  }
  const right = points[low];
  const left = points[low - 1];
  if (!right) return null;
  return left && x - left[0] < right[0] - x ? left : right;
}
