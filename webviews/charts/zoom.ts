/** What part of curves is looked at, and the finer points of it put among the coarse ones. Pure. */
import type { Series } from '../../protocol/model/metric.ts';
import { type AxisKind, pointsOf } from './curves.ts';

export type StepRange = { readonly fromStep: number; readonly toStep: number };
export type View = readonly [from: number, to: number];

/** The steps whose points are seen in a part of the axis, and one more on either side; null where nothing is. */
export function stepsIn(series: readonly Series[], axis: AxisKind, [from, to]: View): StepRange | null {
  let range = null as StepRange | null;
  for (const one of series) {
    const points = pointsOf(one, axis);
    const first = points.findIndex(([x]) => x >= from);
    const last = points.findLastIndex(([x]) => x <= to);
    if (first === -1 || last === -1) continue;
    const fromStep = one.steps[Math.max(0, first - 1)] ?? 0;
    const toStep = one.steps[Math.min(one.steps.length - 1, last + 1)] ?? 0;
    range = {
      fromStep: Math.min(range?.fromStep ?? fromStep, fromStep),
      toStep: Math.max(range?.toStep ?? toStep, toStep),
    };
  }
  return range;
}

/** A curve whose points within the range are those of `fine`: outside of it nothing moves. */
export function refine(coarse: Series, fine: Series, { fromStep, toStep }: StepRange): Series {
  const before = coarse.steps.findIndex((step) => step >= fromStep);
  const after = coarse.steps.findIndex((step) => step > toStep);
  const end = after === -1 ? coarse.steps.length : after;
  const start = before === -1 ? coarse.steps.length : before;
  const join = <T>(a: readonly T[], b: readonly T[]) => [...a.slice(0, start), ...b, ...a.slice(end)];
  return {
    ...coarse,
    steps: join(coarse.steps, fine.steps),
    timestamps: join(coarse.timestamps, fine.timestamps),
    values: join(coarse.values, fine.values),
  };
}

export function isReduced(series: readonly Series[]): boolean {
  return series.some(({ total, values }) => total > values.length);
}
