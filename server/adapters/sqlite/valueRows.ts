/** Parameters and tags of runs in SQLite, and the values of many runs at once. */
import type { MetricSummary } from '../../../protocol/model/metric.ts';
import type { RunValues, TrackingStore } from '../../domain/tracking/ports.ts';
import { type SummaryRow, toSummary } from './metricRows.ts';
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
  runs: 'SELECT id FROM runs WHERE id IN (SELECT value FROM json_each(?))',
} as const;

/** Values of a table for a list of runs; the second text is for chosen keys. */
function valuesSql(table: 'parameters' | 'tags' | 'series', columns: string): readonly [string, string] {
  const all = `SELECT runs.id AS run, names.text AS key, ${columns} FROM json_each(?) AS wanted
    CROSS JOIN runs ON runs.id = wanted.value CROSS JOIN ${table} AS t ON t.run = runs.number
    CROSS JOIN names ON names.id = t.name`;
  return [
    `${all} ORDER BY names.text`,
    `${all} WHERE names.text IN (SELECT value FROM json_each(?)) ORDER BY names.text`,
  ];
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

export function values(session: Session, runIds: readonly string[], keys: Keys = {}): ReadonlyMap<string, RunValues> {
  const wanted = JSON.stringify(runIds);
  const parameters = byRun<string, TextRow>(
    readValues(session, tables.parameters, { wanted, keys: keys.parameters }),
    (row) => row.value,
  );
  const tags = byRun<string, TextRow>(
    readValues(session, tables.tags, { wanted, keys: keys.tags }),
    (row) => row.value,
  );
  const metrics = byRun<MetricSummary, SummaryRow & ValueRow>(
    readValues(session, tables.metrics, { wanted, keys: keys.metrics }),
    toSummary,
  );
  const known = session.all<{ id: string }>(sql.runs, wanted);
  return new Map(
    known.map(({ id }) => [
      id,
      { parameters: toRecord(parameters.get(id)), tags: toRecord(tags.get(id)), metrics: toRecord(metrics.get(id)) },
    ]),
  );
}

type ValueRow = { readonly run: string; readonly key: string };
type TextRow = ValueRow & { readonly value: string };

function readValues<R extends ValueRow>(
  session: Session,
  [all, chosen]: readonly [string, string],
  { wanted, keys }: { readonly wanted: string; readonly keys: readonly string[] | undefined },
): readonly R[] {
  if (keys === undefined) return session.all<R>(all, wanted);
  return keys.length === 0 ? [] : session.all<R>(chosen, wanted, JSON.stringify(keys));
}

function byRun<T, R extends ValueRow>(rows: readonly R[], toValue: (row: R) => T): Map<string, [string, T][]> {
  const runs = new Map<string, [string, T][]>();
  for (const row of rows) {
    const entries = runs.get(row.run);
    if (entries) entries.push([row.key, toValue(row)]);
    else runs.set(row.run, [[row.key, toValue(row)]]);
  }
  return runs;
}

/** By entries, as a key may be `__proto__`. */
function toRecord<T>(entries: readonly [string, T][] = []): Readonly<Record<string, T>> {
  return Object.fromEntries(entries);
}
