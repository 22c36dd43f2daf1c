/** Traces with their tags, metadata and runs in SQLite. */
import { DomainError } from '../../domain/shared/errors.ts';
import type { StoredTrace, Texts, TraceChange } from '../../domain/traces/ports.ts';
import { findName, internName } from './names.ts';
import { experimentNumber } from './runRow.ts';
import type { Session } from './session.ts';
import { flag, plain, Table } from './table.ts';

type TraceRecord = Omit<StoredTrace, 'tags' | 'metadata' | 'spans'>;
type TextTable = 'trace_tags' | 'trace_metadata';

const table = new Table<TraceRecord>('traces', {
  id: plain('id'),
  experimentId: { name: 'experiment_id', encode: experimentNumber, decode: (value) => String(value) },
  clientRequestId: plain('client_request_id'),
  state: plain('state'),
  startedAt: plain('started_at'),
  duration: plain('duration'),
  requestPreview: plain('request_preview'),
  responsePreview: plain('response_preview'),
  described: flag('described'),
});

const setText = (name: TextTable) => `INSERT INTO ${name} (trace, name, value) VALUES (?, ?, ?)
  ON CONFLICT (trace, name) DO UPDATE SET value = excluded.value`;
const texts = (name: TextTable) => `SELECT t.trace AS trace, names.text AS key, t.value AS value
  FROM ${name} AS t JOIN names ON names.id = t.name WHERE t.trace IN (SELECT value FROM json_each(?)) ORDER BY names.text`;

const sql = {
  number: 'SELECT number FROM traces WHERE id = ?',
  byIds: `SELECT ${table.select}, traces.number AS number, traces.span_count AS spans FROM json_each(?) AS wanted
    CROSS JOIN traces ON traces.id = wanted.value ORDER BY wanted.key`,
  set: { trace_tags: setText('trace_tags'), trace_metadata: setText('trace_metadata') },
  texts: { trace_tags: texts('trace_tags'), trace_metadata: texts('trace_metadata') },
  deleteTag: 'DELETE FROM trace_tags WHERE trace = ? AND name = ?',
  link: 'INSERT OR IGNORE INTO trace_runs (run_id, trace) VALUES (?, ?)',
  chosen: 'SELECT id FROM traces WHERE experiment_id = ? AND id IN (SELECT value FROM json_each(?))',
  oldest: `SELECT id FROM traces WHERE experiment_id = ? AND started_at <= ? ORDER BY started_at, id LIMIT ?`,
  delete: 'DELETE FROM traces WHERE id IN (SELECT value FROM json_each(?))',
} as const;

export function findTrace(session: Session, id: string): number | null {
  return session.get<{ number: number }>(sql.number, id)?.number ?? null;
}

export function traceNumber(session: Session, id: string): number {
  const number = findTrace(session, id);
  if (number === null) throw new DomainError('not-found', `Trace with ID '${id}' not found.`, { field: 'trace_id' });
  return number;
}

export function traces(session: Session, ids: readonly string[]): readonly StoredTrace[] {
  const rows = session.all<Record<string, string | number | null> & { number: number; spans: number }>(
    sql.byIds,
    JSON.stringify(ids),
  );
  const numbers = JSON.stringify(rows.map(({ number }) => number));
  const tags = textsOf(session, 'trace_tags', numbers);
  const metadata = textsOf(session, 'trace_metadata', numbers);
  return rows.map((row) => ({
    ...table.read(row),
    tags: Object.fromEntries(tags.get(row.number) ?? []),
    metadata: Object.fromEntries(metadata.get(row.number) ?? []),
    spans: row.spans,
  }));
}

/** By entries, as a key may be `__proto__`. */
function textsOf(session: Session, name: TextTable, numbers: string): ReadonlyMap<number, [string, string][]> {
  const found = new Map<number, [string, string][]>();
  for (const { trace, key, value } of session.all<{ trace: number; key: string; value: string }>(
    sql.texts[name],
    numbers,
  )) {
    const entries = found.get(trace) ?? [];
    entries.push([key, value]);
    found.set(trace, entries);
  }
  return found;
}

export function insertTrace(session: Session, { tags, metadata, ...record }: Omit<StoredTrace, 'spans'>): void {
  const number = table.insert(session, record);
  setTexts(session, { name: 'trace_tags', number, texts: tags });
  setTexts(session, { name: 'trace_metadata', number, texts: metadata });
}

export function updateTrace(session: Session, id: string, { tags = {}, metadata = {}, ...change }: TraceChange): void {
  const number = traceNumber(session, id);
  table.update(session, change, { column: 'number', is: number });
  setTexts(session, { name: 'trace_tags', number, texts: tags });
  setTexts(session, { name: 'trace_metadata', number, texts: metadata });
}

type TextChange = { readonly name: TextTable; readonly number: number; readonly texts: Texts };

function setTexts(session: Session, { name, number, texts: changed }: TextChange): void {
  for (const [key, value] of Object.entries(changed)) {
    session.run(sql.set[name], number, internName(session, key), value);
  }
}

export function deleteTag(session: Session, id: string, key: string): boolean {
  const name = findName(session, key);
  return name !== null && session.run(sql.deleteTag, traceNumber(session, id), name) > 0;
}

export function linkToRun(session: Session, ids: readonly string[], runId: string): void {
  for (const id of ids) session.run(sql.link, runId, traceNumber(session, id));
}

type Deletion = {
  readonly experimentId: string;
  readonly ids?: readonly string[];
  readonly until?: number;
  readonly limit?: number;
};

/** What hangs on a trace goes with it, by the foreign keys. */
export function deleteTraces(session: Session, { experimentId, ids, until, limit }: Deletion): readonly string[] {
  const experiment = experimentNumber(experimentId);
  const rows = ids
    ? session.all<{ id: string }>(sql.chosen, experiment, JSON.stringify(ids))
    : session.all<{ id: string }>(sql.oldest, experiment, until ?? Number.MAX_VALUE, limit ?? -1);
  const gone = rows.map(({ id }) => id);
  session.run(sql.delete, JSON.stringify(gone));
  return gone;
}
