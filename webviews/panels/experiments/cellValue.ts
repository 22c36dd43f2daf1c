/** What a column reads of a row. Pure, but for the price list that it is given. */
import type { Aggregate, RunRow } from '../../../protocol/model/experiment.ts';
import type { MetricValue } from '../../../protocol/model/metric.ts';
import { directionOf, type MetricDirection } from '../../../protocol/model/metricDirection.ts';
import type { GroupEntry } from '../../grid/tableRow.ts';
import { durationOf, formatAgo, formatDuration, formatMetric, formatMoney } from '../../ui/format.ts';
import { stateWord } from '../../ui/runState.ts';
import type { TableColumn } from './tableColumn.ts';

const readers: Readonly<Record<string, (row: RunRow) => string>> = {
  name: (row) => row.name,
  state: (row) => stateWord(row.state),
  created: (row) => formatAgo(row.createdAt),
  duration: (row) => {
    const took = durationOf(row);
    return took === null ? '' : formatDuration(took);
  },
  user: (row) => row.createdBy.name,
  tier: (row) => row.tierId ?? '',
  environment: (row) => (row.environmentId ? `${row.environmentId} r${row.environmentRevision ?? 1}` : ''),
  commit: (row) => row.commit?.slice(0, 8) ?? '',
  starred: (row) => (row.starred ? 'yes' : ''),
  note: (row) => row.note,
};

/** What cost nothing shows nothing, and no number stands without its currency. */
export function textOf(row: RunRow, column: TableColumn, currency: string | null): string {
  if (column.kind === 'param') return own(row.parameters, column.key) ?? '';
  if (column.kind === 'tag') return own(row.tags, column.key) ?? '';
  if (column.key === 'cost') return currency === null || row.cost === 0 ? '' : formatMoney(row.cost, currency);
  return readers[column.key]?.(row) ?? '';
}

/** Which end of a metric is best, where the experiment says it. */
export type Directions = Readonly<Record<string, MetricDirection>>;

export function metricOf(row: RunRow, { key, part }: TableColumn, directions: Directions): MetricValue | null {
  if (typeof part === 'number') return own(row.at, `${key}@${part}`) ?? null;
  const summary = own(row.metrics, key);
  if (summary === undefined) return null;
  if (part === 'last') return summary.latest;
  return summary[part === 'best' ? (own(directions, key) ?? directionOf(key)) : part];
}

/** Keys come from outside: one may be named as what every object has. */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

export function aggregateOf({ group }: GroupEntry, column: TableColumn): Aggregate | null {
  return (column.grammar && group.aggregates[column.grammar]) || null;
}

/** A mean with its deviation: that to two digits, and the mean no further than it makes sense. */
export function spreadText({ mean, deviation }: Aggregate): { readonly mean: string; readonly deviation: string } {
  if (deviation === null) return { mean: formatMetric(mean), deviation: '' };
  const decimals = deviation === 0 ? null : 1 - Math.floor(Math.log10(deviation));
  const plain = decimals !== null && decimals >= 0 && decimals <= 6 && Math.abs(mean) < 1e6;
  const shown = (value: number) => (plain ? value.toFixed(decimals) : formatMetric(value));
  return { mean: shown(mean), deviation: `± ${shown(deviation)}` };
}

/** A group's values as it is named: a run that lacks one is named so. */
export function groupName(values: GroupEntry['group']['values']): string {
  return values
    .map((value) => (value === null ? '(none)' : typeof value === 'number' ? formatMetric(value) : value))
    .join(' · ');
}
