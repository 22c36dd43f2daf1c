/** Parameters and tags of runs in SQLite, and the values of many runs at once. */
import type { MetricSummary } from '../../../protocol/model/metric.ts';
import type { RunValues, TrackingStore } from '../../domain/tracking/ports.ts';
import { toSummary } from './metricRows.ts';
import { findName, findRun, internName, runNumber } from './names.ts';
import type { Session } from './session.ts';

type Texts = Readonly<Record<string, string>>;
type Keys = Parameters<TrackingStore['values']>[1];

const sql = {
  parameter: 'SELECT value FROM parameters WHERE run = ? AND name = ?',
  insertParameter: 'INSERT INTO parameters (run, name, value) VALUES (?, ?, ?)',
  setTag: `INSERT INTO tags (run, name, value) VALUES (?, ?, ?)
    ON CONFLICT (run, name) DO UPDATE SET value = excluded.value`,
  deleteTag: 'DELETE FROM tags WHERE run = ? AND name = ?',
  runs: 'SELECT number, id FROM runs WHERE id IN (SELECT value FROM json_each(?))',
  names: 'SELECT id, text FROM names WHERE id IN (SELECT value FROM json_each(?)) ORDER BY text',
} as const;

/** Values of a table for a list of runs; the second text is for chosen keys. */
function valuesSql(table: 'parameters' | 'tags' | 'series', columns: string): readonly [string, string] {
  const all = `SELECT t.run, t.name, ${columns} FROM json_each(?) AS wanted CROSS JOIN ${table} AS t ON t.run = wanted.value`;
  return [all, `${all} AND t.name IN (SELECT id FROM names WHERE text IN (SELECT value FROM json_each(?)))`];
}

const tables = {
  parameters: valuesSql('parameters', 't.value'),
  tags: valuesSql('tags', 't.value'),
  metrics: valuesSql('series', 't.value, t.step, t.timestamp, t.points, t.low, t.high'),
} as const;

/** Answers the first key that has another value; nothing is then written. */
export function logParameters(
  session: Session,
  runId: string,
  parameters: Texts,
): { readonly key: string; readonly existing: string } | null {
  const run = runNumber(session, runId);
  const missing: [string, string][] = [];
  for (const [key, value] of Object.entries(parameters)) {
    const existing = session.get<{ value: string }>(sql.parameter, run, findName(session, key))?.value;
    if (existing === undefined) missing.push([key, value]);
    else if (existing !== value) return { key, existing };
  }
  for (const [key, value] of missing) session.run(sql.insertParameter, run, internName(session, key), value);
  return null;
}

export function setTags(session: Session, runId: string, tags: Texts): void {
  const run = runNumber(session, runId);
  for (const [key, value] of Object.entries(tags)) session.run(sql.setTag, run, internName(session, key), value);
}

export function deleteTag(session: Session, runId: string, key: string): boolean {
  const run = findRun(session, runId);
  const name = findName(session, key);
  return run !== null && name !== null && session.run(sql.deleteTag, run, name) > 0;
}

/** Rows are arrays of numbers as far as can be, as there are many: the keys are put in at the end. */
export function values(session: Session, runIds: readonly string[], keys: Keys = {}): ReadonlyMap<string, RunValues> {
  const runs = session.all<{ number: number; id: string }>(sql.runs, JSON.stringify(runIds));
  const wanted = JSON.stringify(runs.map(({ number }) => number));
  const parameters = readValues<TextRow>(session, tables.parameters, { wanted, keys: keys.parameters });
  const tags = readValues<TextRow>(session, tables.tags, { wanted, keys: keys.tags });
  const metrics = readValues<MetricRow>(session, tables.metrics, { wanted, keys: keys.metrics });
  const names = readNames(session, [...parameters, ...tags, ...metrics]);
  const found = {
    parameters: byRun(parameters, names, ([, , value]) => value),
    tags: byRun(tags, names, ([, , value]) => value),
    metrics: byRun(metrics, names, toMetric),
  };
  return new Map(
    runs.map(({ number, id }) => [
      id,
      {
        parameters: found.parameters.get(number) ?? {},
        tags: found.tags.get(number) ?? {},
        metrics: found.metrics.get(number) ?? {},
      },
    ]),
  );
}

type ValueRow = readonly [run: number, name: number, ...values: unknown[]];
type TextRow = readonly [run: number, name: number, value: string];
type MetricRow = readonly [
  run: number,
  name: number,
  value: number | null,
  step: number,
  timestamp: number,
  points: number,
  low: number | null,
  high: number | null,
];

function readValues<R extends ValueRow>(
  session: Session,
  [all, chosen]: readonly [string, string],
  { wanted, keys }: { readonly wanted: string; readonly keys: readonly string[] | undefined },
): readonly R[] {
  if (keys === undefined) return session.arrays<R>(all, [wanted]);
  return keys.length === 0 ? [] : session.arrays<R>(chosen, [wanted, JSON.stringify(keys)]);
}

/** The keys by number, in the order of their texts. */
function readNames(session: Session, rows: readonly ValueRow[]): ReadonlyMap<number, string> {
  const ids = JSON.stringify([...new Set(rows.map(([, name]) => name))]);
  const names = session.all<{ id: number; text: string }>(sql.names, ids);
  return new Map(names.map(({ id, text }) => [id, text]));
}

/** Each run's values in the order of their keys. Key by key, as thousands of small sorts took most of a search. */
function byRun<T, R extends ValueRow>(
  rows: readonly R[],
  names: ReadonlyMap<number, string>,
  toValue: (row: R, key: string) => T,
): ReadonlyMap<number, Readonly<Record<string, T>>> {
  const ofNames = Map.groupBy(rows, ([, name]) => name);
  const records = new Map<number, Record<string, T>>();
  for (const [name, key] of names) {
    for (const row of ofNames.get(name) ?? []) {
      const record = records.get(row[0]);
      if (record === undefined) records.set(row[0], put({}, key, toValue(row, key)));
      else put(record, key, toValue(row, key));
    }
  }
  return records;
}

function put<T>(record: Record<string, T>, key: string, value: T): Record<string, T> {
  // To assign `__proto__` would set the prototype.
  if (key === '__proto__') Object.defineProperty(record, key, { value, enumerable: true });
  else record[key] = value;
  return record;
}

function toMetric([, , value, step, timestamp, points, low, high]: MetricRow, key: string): MetricSummary {
  return toSummary({ key, value, step, timestamp, points, low, high });
}
