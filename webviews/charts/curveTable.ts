/** What a chart of curves draws, as a table to save: values as they were logged, or the bands. Pure. */
import type { CsvCell } from '../ui/csv.ts';
import type { Band } from './bands.ts';
import type { DrawnCurve } from './drawCurves.ts';

export function curveTable(
  metric: string,
  drawn: readonly DrawnCurve[],
  bands: readonly Band[],
): readonly (readonly CsvCell[])[] {
  return bands.length > 0 ? bandTable(metric, bands) : valueTable(metric, drawn);
}

function valueTable(metric: string, drawn: readonly DrawnCurve[]): (readonly CsvCell[])[] {
  const rows = drawn.flatMap(({ curve: { name, series } }) =>
    series.values.map((value, at): readonly CsvCell[] => [
      series.runId,
      name,
      metric,
      series.steps[at] ?? null,
      new Date(series.timestamps[at] ?? 0).toISOString(),
      value,
    ]),
  );
  return [['run id', 'run', 'metric', 'step', 'time', 'value'], ...rows];
}

function bandTable(metric: string, bands: readonly Band[]): (readonly CsvCell[])[] {
  const rows = bands.flatMap(({ name, points }) =>
    points.map(({ x, mean, low, high, runs }): readonly CsvCell[] => [name, metric, x, mean, low, high, runs]),
  );
  return [['group', 'metric', 'place', 'mean', 'low', 'high', 'runs'], ...rows];
}
