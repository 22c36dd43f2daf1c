/** Which columns tell runs apart: those whose values are not the same in all of them. Pure. */
import type { RunRow } from '../../../protocol/model/experiment.ts';

export function differingColumns(rows: readonly RunRow[]): string[] {
  return [
    ...differing(
      'metric',
      rows.map((row) => mapValues(row.metrics, (metric) => String(metric.latest))),
    ),
    ...differing(
      'param',
      rows.map((row) => row.parameters),
    ),
    ...differing(
      'tag',
      rows.map((row) => row.tags),
    ).filter((id) => !id.startsWith('tag:mlflow.')),
  ];
}

function differing(kind: string, records: readonly Readonly<Record<string, string>>[]): string[] {
  const keys = new Set(records.flatMap((record) => Object.keys(record)));
  return [...keys]
    .filter((key) => new Set(records.map((record) => record[key])).size > 1)
    .map((key) => `${kind}:${key}`);
}

function mapValues<T>(record: Readonly<Record<string, T>>, change: (value: T) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
