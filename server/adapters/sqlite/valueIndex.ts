/** The indexes by (name, value, run), the ranges of them that a filter asks for, and how long those are. */
import { columnId } from '../../domain/shared/columnId.ts';
import type { Column, Comparison, RunSelection } from '../../domain/tracking/ports.ts';
import { findName } from './names.ts';
import { Bindings, comparisonSql } from './runExpressions.ts';
import { experimentNumber } from './runRow.ts';
import type { Session } from './session.ts';

export type ValueIndex = { readonly table: string; readonly index: string; readonly field: string };
/** The comparisons of one column that are a range of an index. */
export type Range = { readonly by: ValueIndex; readonly column: Column; readonly comparisons: readonly Comparison[] };
export type CountedRange = Range & { readonly entries: number; readonly share: number };

const ranged: readonly Comparison['operator'][] = ['=', '>', '>=', '<', '<='];

export function isRange({ operator }: Pick<Comparison, 'operator'>): boolean {
  return ranged.includes(operator);
}

/** Null where a column has no index, or none yet. */
export function indexOf(session: Session, { entity, reading }: Column): ValueIndex | null {
  if (entity === 'parameter') return { table: 'parameters', index: 'parameters_by_value', field: 'value' };
  if (entity === 'tag') return { table: 'tags', index: 'tags_by_value', field: 'value' };
  if (entity !== 'metric' || typeof reading === 'object') return null;
  const by = { last: 'value', min: 'low', max: 'high' }[reading ?? 'last'];
  const index = { table: 'series', index: `series_by_${by}`, field: by };
  return hasIndex(session, index.index) ? index : null;
}

function hasIndex(session: Session, name: string): boolean {
  return session.get("SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = ?", name) !== undefined;
}

/** The entries of a range as `r`, from FROM on. */
export function rangeSql(session: Session, { by, column, comparisons }: Range, bindings: Bindings): string {
  const name = bindings.bind(findName(session, column.key));
  const conditions = comparisons.map((each) => comparisonSql(`r.${by.field}`, each, bindings));
  return `FROM ${by.table} AS r INDEXED BY ${by.index} WHERE ${[`r.name = ${name}`, ...conditions].join(' AND ')}`;
}

export type Sizes = {
  /** About as many runs as there are. */
  readonly all: number;
  /** Of the experiments. */
  readonly runs: number;
  readonly ranges: readonly CountedRange[];
};

/** So many runs of the experiments are counted: a share of all runs that is guessed spoils every plan, and it is kept. */
const countedRuns = 100_000;

/** No more entries of an index are counted than the bound. */
export function measure(session: Session, selection: RunSelection, bound: number): Sizes {
  const newest = session.get<{ newest: number | null }>('SELECT max(number) AS newest FROM runs')?.newest ?? 1;
  const all = Math.max(1, newest);
  // What is more than the bound may be anything up to all: it is taken to be between the two.
  const estimate = (counted: number, most = bound) =>
    counted < most ? counted : Math.sqrt(most * Math.max(most, all));
  const ranges = rangesOf(session, selection).map((range) => {
    const bindings = new Bindings();
    const sql = `SELECT 1 ${rangeSql(session, range, bindings)} LIMIT ${bound}`;
    const entries = estimate(count(session, sql, bindings));
    return { ...range, entries, share: Math.min(1, entries / all) };
  });
  const bindings = new Bindings();
  const ids = bindings.bindList(selection.experimentIds.map(experimentNumber));
  const ofExperiments = `SELECT 1 FROM runs INDEXED BY runs_of_experiment WHERE experiment_id IN ${ids} LIMIT ${countedRuns}`;
  return { all, runs: estimate(count(session, ofExperiments, bindings), countedRuns), ranges };
}

function rangesOf(session: Session, { where }: RunSelection): readonly Range[] {
  const byColumn = Map.groupBy(where.filter(isRange), ({ column }) => columnId(column)).values();
  return [...byColumn].flatMap((comparisons) => {
    const column = comparisons[0]?.column;
    const by = column === undefined ? null : indexOf(session, column);
    return column === undefined || by === null ? [] : [{ by, column, comparisons }];
  });
}

/** As it was some seconds ago. */
function count(session: Session, sql: string, { values }: Bindings): number {
  const entries = () =>
    session.query<{ entries: number }>(`SELECT count(*) AS entries FROM (${sql})`, values)[0]?.entries ?? 0;
  return session.recall(JSON.stringify([sql, values]), entries);
}
