/** What people and judges say of traces, in SQLite. */
import type { Assessment } from '../../domain/traces/ports.ts';
import type { Row } from './connection.ts';
import type { Session } from './session.ts';
import { flag, json, plain, Table } from './table.ts';
import { findTrace, traceNumber } from './traceRows.ts';

type Record = Omit<Assessment, 'traceId' | 'source' | 'value'> & {
  readonly trace: number;
  readonly sourceType: string;
  readonly sourceId: string;
  /** JSON as text: null, too, is a value. */
  readonly value: string;
};

const table = new Table<Record>('assessments', {
  id: plain('id'),
  trace: plain('trace'),
  spanId: plain('span_id'),
  name: plain('name'),
  sourceType: plain('source_type'),
  sourceId: plain('source_id'),
  createdAt: plain('created_at'),
  updatedAt: plain('updated_at'),
  kind: plain('kind'),
  value: plain('value'),
  format: plain('format'),
  error: json('error'),
  rationale: plain('rationale'),
  metadata: json('metadata'),
  overrides: plain('overrides'),
  valid: flag('valid'),
});

const select = `SELECT ${table.select}, traces.id AS traceId FROM assessments
  JOIN traces ON traces.number = assessments.trace`;
const sql = {
  ofTraces: `${select} WHERE traces.id IN (SELECT value FROM json_each(?)) ORDER BY assessments.created_at, assessments.id`,
  one: `${select} WHERE traces.id = ? AND assessments.id = ?`,
  delete: 'DELETE FROM assessments WHERE trace = ? AND id = ?',
} as const;

function toAssessment(row: Row): Assessment {
  const { trace: _trace, sourceType, sourceId, value, ...others } = table.read(row);
  return {
    ...others,
    traceId: String(row.traceId),
    source: { type: sourceType, id: sourceId },
    value: JSON.parse(value) as unknown,
  };
}

export function assessments(session: Session, traceIds: readonly string[]): readonly Assessment[] {
  return session.all<Row>(sql.ofTraces, JSON.stringify(traceIds)).map(toAssessment);
}

export function assessment(session: Session, traceId: string, id: string): Assessment | null {
  const row = session.get<Row>(sql.one, traceId, id);
  return row ? toAssessment(row) : null;
}

export function putAssessment(session: Session, { traceId, source, value, ...others }: Assessment): void {
  const trace = traceNumber(session, traceId);
  session.run(sql.delete, trace, others.id);
  const said = { sourceType: source.type, sourceId: source.id, value: JSON.stringify(value ?? null) };
  table.insert(session, { ...others, ...said, trace });
}

export function deleteAssessment(session: Session, traceId: string, id: string): boolean {
  return session.run(sql.delete, findTrace(session, traceId), id) > 0;
}
