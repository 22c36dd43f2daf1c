/**
 * The value of a metric at a step, for readers and for SQL that filters and
 * orders by it. Of several points at one step the last in reading order counts.
 */
import type { Session } from '../session.ts';

/**
 * Of a series and a step, each an SQL term that stands once in the text: a
 * number, 'NaN', or NULL where nothing was logged at that step.
 */
export function valueAtSql(series: string, step: string): string {
  const backwards = 'ORDER BY step DESC, timestamp DESC, nan DESC, value DESC LIMIT 1';
  return `(SELECT coalesce(
      (SELECT iif(nan, 'NaN', value) FROM tail WHERE tail.series = wanted.id AND tail.step = wanted.at ${backwards}),
      (SELECT segment_value(codec, n, data, wanted.at) FROM segments
        WHERE segments.series = wanted.id AND segments.step <= wanted.at ${backwards}))
    FROM (SELECT ${series} AS id, ${step} AS at) AS wanted)`;
}

const sql = `SELECT ${valueAtSql('?', '?')} AS value`;

/** Null where nothing was logged at that step. */
export function valueAt(session: Session, series: number, step: number): number | null {
  const value = session.get<{ readonly value: number | 'NaN' | null }>(sql, series, step)?.value ?? null;
  return value === null ? null : Number(value);
}
