/** How many points a chart of curves shows of how many there are, and what it had to leave out. Pure. */
import { formatCount, plural } from '../ui/format.ts';
import { notFinite, type Point } from './curves.ts';
import { type ChartSettings, type DrawnCurve, isLogX } from './drawCurves.ts';
import type { View } from './zoom.ts';

export type CountedChart = {
  readonly settings: ChartSettings;
  readonly view: View | null;
  /** Given where groups are drawn instead of curves. */
  readonly groups: { readonly binned: boolean } | null;
};

export function countsOf(drawn: readonly DrawnCurve[], { settings, view, groups }: CountedChart): string {
  const sum = (count: (item: DrawnCurve) => number) => drawn.reduce((total, item) => total + count(item), 0);
  const strange = sum(({ curve }) => notFinite(curve.series));
  const gaps = sum(({ raw }) => raw.filter(([, y]) => y === null).length) - strange;
  const lost = isLogX(settings) ? sum(({ curve, raw }) => curve.series.values.length - raw.length) : 0;
  const parts = [
    view === null ? ofAll(drawn) : inView(drawn, view),
    ...(groups === null
      ? []
      : [groups.binned ? 'runs compared in equal parts of the axis' : 'runs compared place by place']),
    ...(strange > 0 ? [`${formatCount(strange)} not finite`] : []),
    ...(Math.max(0, gaps) + lost > 0 ? [`${formatCount(Math.max(0, gaps) + lost)} not on a log axis`] : []),
  ];
  return parts.join('; ');
}

function ofAll(drawn: readonly DrawnCurve[]): string {
  const shown = drawn.reduce((sum, { curve }) => sum + curve.series.values.length, 0);
  const total = drawn.reduce((sum, { curve }) => sum + Math.max(curve.series.total, curve.series.values.length), 0);
  return shown === total ? plural(total, 'point') : `${formatCount(shown)} of ${formatCount(total)} points, peaks kept`;
}

/** Of a part it is known how many points there are once all of them are here. */
function inView(drawn: readonly DrawnCurve[], [from, to]: View): string {
  const within = ([x]: Point) => x >= from && x <= to;
  const shown = drawn.reduce((sum, { raw }) => sum + raw.filter(within).length, 0);
  const total = drawn.reduce((sum, { curve }) => sum + curve.series.total, 0);
  return `${plural(shown, 'point')} in view, of ${formatCount(total)}`;
}
