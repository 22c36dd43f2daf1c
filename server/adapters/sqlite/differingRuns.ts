/**
 * Which columns tell runs apart. The newest runs settle most of the columns;
 * only what is the same in all of those is looked at in every run.
 */
import type { ColumnKeys, RunSelection } from '../../domain/tracking/ports.ts';
import { planAll, planFromRuns } from './runPlan.ts';
import { isEmptySelection, SelectedRuns } from './runSelection.ts';
import type { Session } from './session.ts';

const sample = 500;
const tables = { metrics: 'series', parameters: 'parameters', tags: 'tags' } as const;

type Table = (typeof tables)[keyof typeof tables];

export function differingColumns(session: Session, selection: RunSelection): ColumnKeys {
  const differing = (table: Table) =>
    isEmptySelection(session, selection) ? [] : differingKeys(session, selection, table);
  return {
    metrics: differing(tables.metrics),
    parameters: differing(tables.parameters),
    tags: differing(tables.tags),
  };
}

type Found = { readonly name: number; readonly text: string; readonly differs: number };

function differingKeys(session: Session, selection: RunSelection, table: Table): readonly string[] {
  const early = compare(session, { selection, table, limit: sample, settled: [] });
  const settled = early.filter(({ differs }) => differs === 1);
  const others = compare(session, { selection, table, limit: null, settled });
  const keys = [...settled, ...others.filter(({ differs }) => differs === 1)].map(({ text }) => text);
  return keys.toSorted((a, b) => (a < b ? -1 : 1));
}

type Comparing = {
  readonly selection: RunSelection;
  readonly table: Table;
  readonly limit: number | null;
  readonly settled: readonly Found[];
};

/** Each key that is not settled: whether some run has another value than another run, or none. */
function compare(session: Session, { selection, table, limit, settled }: Comparing): readonly Found[] {
  const plan = limit === null ? planAll(session, selection) : planFromRuns;
  const runs = new SelectedRuns(session, selection, plan);
  const { bindings } = runs;
  const newest = limit === null ? '' : `ORDER BY runs.created_at DESC LIMIT ${bindings.bind(limit)}`;
  const without =
    settled.length === 0 ? '' : `WHERE t.name NOT IN ${bindings.bindList(settled.map(({ name }) => name))}`;
  // The least and greatest value are the same where all are; NaN is NULL here, and counted apart.
  const sql = `WITH chosen AS MATERIALIZED (SELECT runs.number AS number ${runs.body()} ${newest})
    SELECT t.name AS name, names.text AS text, (count(*) < (SELECT count(*) FROM chosen)
      OR count(t.value) NOT IN (0, count(*)) OR min(t.value) IS NOT max(t.value)) AS differs
    FROM chosen CROSS JOIN ${table} AS t ON t.run = chosen.number CROSS JOIN names ON names.id = t.name
    ${without} GROUP BY t.name`;
  return session.query<Found>(sql, bindings.values);
}
