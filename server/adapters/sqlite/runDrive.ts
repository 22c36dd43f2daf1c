/**
 * Where a search for runs begins. SQLite would choose by statistics that a
 * growing table does not have, so the choice is made here, by counting a
 * bounded part of each index, and then forced: from the runs themselves, from
 * the entries of the most selective comparison, or along the index that is
 * already in the order asked for until the page is full.
 */
import type { Column, Comparison, Ordering, RunQuery, RunSelection } from '../../domain/tracking/ports.ts';
import { findName } from './names.ts';
import { Bindings, comparisonSql } from './runExpressions.ts';
import { experimentNumber } from './runRow.ts';
import type { Session } from './session.ts';

/** An index by (name, value, run) over one kind of values. */
export type ValueIndex = { readonly table: string; readonly index: string; readonly field: string };

export type Drive =
  | { readonly kind: 'runs' }
  | { readonly kind: 'comparison'; readonly by: ValueIndex; readonly comparison: Comparison }
  | { readonly kind: 'order'; readonly by: ValueIndex; readonly column: Column };

export const fromRuns: Drive = { kind: 'runs' };

/** Entries of an index that are counted before it is taken to be long. */
const bound = 5000;
const ranged: readonly Comparison['operator'][] = ['=', '>', '>=', '<', '<='];

type Estimated = { readonly drive: Drive; readonly entries: number };

/** The best beginning when the order does not matter. */
export function chooseDrive(session: Session, selection: RunSelection): Estimated {
  const candidates = [
    { drive: fromRuns, entries: countRuns(session, selection.experimentIds) },
    ...selection.where.flatMap((comparison) => estimated(session, comparison)),
  ];
  return candidates.reduce((a, b) => (b.entries < a.entries ? b : a));
}

/** The best beginning for a page in order. */
export function chooseOrderedDrive(session: Session, query: RunQuery): Drive {
  const { drive, entries } = chooseDrive(session, query);
  const along = orderedIndex(session, query);
  if (along === null) return drive;
  const all = session.get<{ all: number | null }>('SELECT max(number) AS "all" FROM runs')?.all ?? 0;
  // Matches are taken to be spread evenly over the index.
  const walked = ((query.offset + query.limit) * all) / Math.max(1, entries);
  const collected = entries < bound ? entries : all;
  return Math.min(walked, all) <= collected ? along : drive;
}

/** The index in the order that the query asks for first; null when there is none. */
function orderedIndex(session: Session, { orderBy, textOrder }: RunQuery): Drive | null {
  const [first]: readonly (Ordering | undefined)[] = orderBy;
  if (first === undefined || (first.column.entity !== 'metric' && textOrder === 'natural')) return null;
  const by = indexOf(session, first.column);
  return by === null || findName(session, first.column.key) === null
    ? null
    : { kind: 'order', by, column: first.column };
}

export function indexOf(session: Session, { entity, reading }: Column): ValueIndex | null {
  if (entity === 'parameter') return { table: 'parameters', index: 'parameters_by_value', field: 'value' };
  if (entity === 'tag') return { table: 'tags', index: 'tags_by_value', field: 'value' };
  if (entity === 'attribute' || typeof reading === 'object') return null;
  const by = { last: 'value', min: 'low', max: 'high' }[reading ?? 'last'];
  const index = { table: 'series', index: `series_by_${by}`, field: by };
  return hasIndex(session, index.index) ? index : null;
}

function hasIndex(session: Session, name: string): boolean {
  return session.get("SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = ?", name) !== undefined;
}

export function isRange({ operator }: Comparison): boolean {
  return ranged.includes(operator);
}

function estimated(session: Session, comparison: Comparison): readonly Estimated[] {
  const by = isRange(comparison) ? indexOf(session, comparison.column) : null;
  if (by === null) return [];
  const bindings = new Bindings();
  const name = bindings.bind(findName(session, comparison.column.key));
  const range = comparisonSql(`t.${by.field}`, comparison, bindings);
  const sql = `SELECT count(*) AS entries FROM (SELECT 1 FROM ${by.table} AS t INDEXED BY ${by.index}
    WHERE t.name = ${name} AND ${range} LIMIT ${bound})`;
  const [row] = session.query<{ entries: number }>(sql, bindings.values);
  return [{ drive: { kind: 'comparison', by, comparison }, entries: row?.entries ?? bound }];
}

function countRuns(session: Session, experimentIds: readonly string[]): number {
  const sql = `SELECT count(*) AS entries FROM (SELECT 1 FROM runs INDEXED BY runs_of_experiment
    WHERE experiment_id IN (SELECT value FROM json_each(?)) LIMIT ${bound})`;
  const ids = JSON.stringify(experimentIds.map(experimentNumber));
  return session.get<{ entries: number }>(sql, ids)?.entries ?? bound;
}
