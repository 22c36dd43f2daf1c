/**
 * The value of a metric at one step: the last that was logged there, by
 * (timestamp, value). This file alone knows where points lie for it.
 */
import { findName, findRun } from './names.ts';
import type { Session } from './session.ts';

/** Of a series and a step, each an SQL term: a number, 'NaN', or NULL where nothing was logged at that step. */
export function stepValueSql(series: string, step: string): string {
  return `(SELECT CASE nan WHEN 1 THEN 'NaN' ELSE value END FROM points WHERE series = ${series} AND step = ${step}
    ORDER BY timestamp DESC, nan DESC, value DESC LIMIT 1)`;
}

const valueAt = `SELECT ${stepValueSql('series.id', '?')} AS value FROM series WHERE run = ? AND name = ?`;

type Place = { readonly key: string; readonly step: number };

/** For each run that has a value at any of the places: by position in `at`, null where it has none. */
export function valuesAt(
  session: Session,
  runIds: readonly string[],
  at: readonly Place[],
): ReadonlyMap<string, readonly (number | null)[]> {
  const names = at.map(({ key }) => findName(session, key));
  const found = new Map<string, readonly (number | null)[]>();
  for (const runId of at.length > 0 ? runIds : []) {
    const run = findRun(session, runId);
    const values = at.map(({ step }, index) => readValue(session, valueAt, [step, run, names[index] ?? null]));
    if (values.some((value) => value !== null)) found.set(runId, values);
  }
  return found;
}

function readValue(session: Session, sql: string, values: readonly (number | null)[]): number | null {
  const value = session.get<{ value: number | 'NaN' | null }>(sql, ...values)?.value ?? null;
  return value === null ? null : Number(value);
}
