/** Values of metrics at steps, for a page of runs. */
import { findName, findRun } from './names.ts';
import { valueAtSql } from './points/valueAt.ts';
import type { Session } from './session.ts';

const valueAt = `SELECT ${valueAtSql('series.id', '?')} AS value FROM series WHERE run = ? AND name = ?`;

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
