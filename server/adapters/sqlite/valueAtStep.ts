/** Values of metrics at steps, for a page of runs. */
import { findName, findRun } from './names.ts';
import { findSeries } from './points/seriesRow.ts';
import { valueAt } from './points/valueAt.ts';
import type { Session } from './session.ts';

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
    const values = at.map(({ step }, index) => readAt(session, { run, name: names[index] ?? null, step }));
    if (values.some((value) => value !== null)) found.set(runId, values);
  }
  return found;
}

type Asked = { readonly run: number | null; readonly name: number | null; readonly step: number };

function readAt(session: Session, { run, name, step }: Asked): number | null {
  const series = run === null || name === null ? null : findSeries(session, run, name);
  return series && valueAt(session, series.id, step);
}
