/**
 * Which steps of several curves are shown when not all can be: the steps that
 * really exist, taken evenly with the last one, and each curve's own ends, so
 * that no curve seems to begin late or end early. Pure.
 */
import type { MetricPoint } from './ports.ts';

export type StepRange = { readonly start: number; readonly end: number };

export function sampleSteps(
  curves: readonly (readonly MetricPoint[])[],
  asked: { readonly range: StepRange | null; readonly most: number },
): ReadonlySet<number> {
  const all = [...new Set(curves.flatMap((points) => points.map(({ step }) => step)))].sort((a, b) => a - b);
  const { start, end } = asked.range ?? { start: 0, end: all.at(-1) ?? 0 };
  const within = all.filter((step) => step >= start && step <= end);
  const ends = curves.flatMap((points) => [points[0]?.step, points.at(-1)?.step]);
  const ownEnds = ends.filter((step) => step !== undefined && step >= start && step <= end) as readonly number[];
  return new Set([...evenly(within, asked.most), ...ownEnds]);
}

function evenly(steps: readonly number[], most: number): readonly number[] {
  if (steps.length <= most) return steps;
  const stride = steps.length / most;
  const chosen = Array.from({ length: most }, (_, index) => steps[Math.floor(index * stride)]);
  return [...chosen, steps.at(-1)].filter((step) => step !== undefined);
}
