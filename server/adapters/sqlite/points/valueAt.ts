/**
 * The value of a metric at a step, for readers and for SQL that filters and
 * orders by it. Of several points at one step the last in reading order counts.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Session } from '../session.ts';
import { lastValueAt } from './segmentCodec.ts';

/** SQL for the value of a series at a step; NULL where there is none, and for NaN. Both operands are SQL, used twice. */
export function valueAtSql(series: string, step: string): string {
  const at = `series = ${series} AND step`;
  const backwards = 'ORDER BY step DESC, timestamp DESC, nan DESC, value DESC LIMIT 1';
  return `CASE WHEN EXISTS (SELECT 1 FROM tail WHERE ${at} = ${step})
    THEN (SELECT iif(nan, NULL, value) FROM tail WHERE ${at} = ${step} ${backwards})
    ELSE (SELECT segment_value(codec, n, data, ${step}) FROM segments WHERE ${at} <= ${step} ${backwards}) END`;
}

/** Makes `segment_value(codec, n, data, step)` known to a connection. */
export function defineSegmentValue(database: DatabaseSync): void {
  database.function('segment_value', { deterministic: true, varargs: true }, (...given) => {
    const [codec, n, data, step] = given as [number, number, Uint8Array, number];
    const value = lastValueAt({ codec, data }, n, step);
    return value === undefined || Number.isNaN(value) ? null : value;
  });
}

const sql = `SELECT ${valueAtSql('?1', '?2')} AS value`;

export function valueAt(session: Session, series: number, step: number): number | null {
  return session.get<{ readonly value: number | null }>(sql, series, step)?.value ?? null;
}
