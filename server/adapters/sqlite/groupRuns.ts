/**
 * Groups runs by the values of columns and aggregates other columns over all
 * runs of each group. What is no finite number is left out of an aggregate,
 * as one infinity would hide all the rest.
 */
import type { Aggregate, Cell, Column, GroupOrdering, GroupQuery, RunGroups } from '../../domain/tracking/ports.ts';
import { toCell } from './cell.ts';
import { isNumberSql } from './runColumns.ts';
import { planAll } from './runPlan.ts';
import { isEmptySelection, SelectedRuns } from './runSelection.ts';
import type { Session } from './session.ts';

const perAggregate = 5;
const finite = (value: string) => `CASE WHEN abs(${value}) <= 1.7976931348623157e308 THEN ${value} END`;

export function groupRuns(session: Session, query: GroupQuery): RunGroups {
  if (isEmptySelection(session, query)) return { rows: [], total: 0 };
  const rows = readGroups(session, query);
  const [first] = rows;
  if (first === undefined && query.offset > 0) {
    return { rows: [], total: groupRuns(session, { ...query, offset: 0, limit: 1 }).total };
  }
  return { rows: rows.map((row) => toGroup(row, query)), total: Number(first?.[0] ?? 0) };
}

/** The number of groups, the runs in this one, its values, then the aggregates. */
type GroupRow = readonly Cell[];

function readGroups(session: Session, query: GroupQuery): readonly GroupRow[] {
  const runs = new SelectedRuns(session, query, planAll(session, query));
  const { bindings, columns } = runs;
  const values = query.groupBy.map((column, index) => `${columns.join(column).cell} AS g${index}`);
  const numbers = query.aggregates.map(
    (column, index) => `${finite(numberOf(column, columns.join(column).value))} AS a${index}`,
  );
  const aggregates = query.aggregates.map(
    (_, index) => `count(a${index}), avg(a${index}), deviation(a${index}), min(a${index}), max(a${index})`,
  );
  const names = query.groupBy.map((_, index) => `g${index}`);
  const sql = `SELECT count(*) OVER (), count(*), ${[...names, ...aggregates].join(', ')}
    FROM (SELECT ${[...values, ...numbers].join(', ')} ${runs.body()})
    GROUP BY ${names.join(', ')} ORDER BY ${orderOf(query)}
    LIMIT ${bindings.bind(query.limit)} OFFSET ${bindings.bind(query.offset)}`;
  return session.arrays<GroupRow>(sql, bindings.values);
}

/** Text that reads as a number counts as one. */
function numberOf({ entity }: Column, value: string): string {
  if (entity !== 'parameter' && entity !== 'tag') return value;
  return `CASE WHEN ${isNumberSql(value)} THEN CAST(${value} AS REAL) END`;
}

function orderOf({ orderBy, groupBy }: GroupQuery): string {
  const ties = groupBy.map((_, index): GroupOrdering => ({ by: 'group', index, ascending: true }));
  return [...orderBy, ...ties].flatMap(orderTerms).join(', ');
}

/** Numbers before text, and nothing last, both ways. */
function orderTerms(ordering: GroupOrdering): readonly string[] {
  const direction = ordering.ascending ? 'ASC' : 'DESC';
  if (ordering.by === 'runs') return [`count(*) ${direction}`];
  if (ordering.by === 'aggregate') return [`avg(a${ordering.index}) IS NULL`, `avg(a${ordering.index}) ${direction}`];
  const name = `g${ordering.index}`;
  const isNumber = `(typeof(${name}) IN ('integer', 'real') OR ${isNumberSql(name)} IS TRUE)`;
  const value = `CASE WHEN ${isNumber} THEN CAST(${name} AS REAL) ELSE ${name} END`;
  return [`${name} IS NULL`, `${isNumber} DESC`, `${value} ${direction}`];
}

function toGroup(row: GroupRow, { groupBy, aggregates }: GroupQuery): RunGroups['rows'][number] {
  const values = row.slice(2, 2 + groupBy.length).map(toCell);
  const start = 2 + groupBy.length;
  return {
    values,
    runs: Number(row[1]),
    aggregates: aggregates.map((_, index) => toAggregate(row.slice(start + index * perAggregate))),
  };
}

function toAggregate([count, mean, deviation, min, max]: GroupRow): Aggregate | null {
  if (count === 0) return null;
  return {
    count: Number(count),
    mean: Number(mean),
    deviation: deviation === null ? null : Number(deviation),
    min: Number(min),
    max: Number(max),
  };
}
