/**
 * Compiles a search for traces. What a filter names is one EXISTS each, so a
 * trace without it never matches. Pages go on from the place where the last one
 * ended, so that traces which arrive meanwhile shift nothing.
 */
import type { TracePage, TraceQuery, TraceStore } from '../../domain/traces/ports.ts';
import type { Ordering } from '../../domain/tracking/ports.ts';
import type { SqlValue } from './connection.ts';
import { Bindings } from './runExpressions.ts';
import { experimentNumber } from './runRow.ts';
import type { Session } from './session.ts';
import { attributeSql, conditionSql } from './traceExpressions.ts';

type Query = Parameters<TraceStore['searchTraces']>[0];
/** One thing that rows are ordered by. None of them is ever NULL. */
type Term = { readonly sql: string; readonly direction: 'ASC' | 'DESC' };

const newestFirst: readonly Term[] = [
  { sql: 'traces.started_at', direction: 'DESC' },
  { sql: 'traces.id', direction: 'ASC' },
];

export function searchTraces(session: Session, query: Query): TracePage {
  const bindings = new Bindings();
  const terms = [...query.orderBy.flatMap((ordering) => termsOf(session, ordering, bindings)), ...newestFirst];
  const where = whereSql(session, query, bindings);
  if (query.after !== null) where.push(afterSql(terms, query.after, bindings));
  const keys = terms.map(({ sql }, index) => `${sql} AS key${index}`).join(', ');
  const order = terms.map(({ direction }, index) => `key${index} ${direction}`).join(', ');
  const rows = session.query<Record<string, SqlValue>>(
    `SELECT ${keys} FROM traces WHERE ${where.join(' AND ')} ORDER BY ${order} LIMIT ${bindings.bind(query.limit + 1)}`,
    bindings.values,
  );
  const page = rows.slice(0, query.limit).map((row) => terms.map((_, index) => row[`key${index}`]));
  const ids = page.map((keysOfRow) => String(keysOfRow.at(-1)));
  const last = page.at(-1);
  const isMore = rows.length > query.limit && last !== undefined;
  return { ids, next: isMore ? (last as (string | number | null)[]) : null };
}

export function countTraces(session: Session, query: TraceQuery): number {
  const bindings = new Bindings();
  const where = whereSql(session, query, bindings).join(' AND ');
  const [row] = session.query<{ total: number }>(
    `SELECT count(*) AS total FROM traces WHERE ${where}`,
    bindings.values,
  );
  return row?.total ?? 0;
}

/** The conditions on `traces` that a query makes, for searches and figures alike. */
export function whereSql(session: Session, { experimentIds, where }: TraceQuery, bindings: Bindings): string[] {
  const experiments = bindings.bindList(experimentIds.map(experimentNumber));
  return [
    `traces.experiment_id IN ${experiments}`,
    ...where.map((comparison) => conditionSql(session, comparison, bindings)),
  ];
}

/** Rows without the value are last in both directions. */
function termsOf(session: Session, { column, ascending }: Ordering, bindings: Bindings): readonly Term[] {
  const operand = attributeSql(session, column, bindings);
  return [
    { sql: `(${operand} IS NULL)`, direction: 'ASC' },
    { sql: `coalesce(${operand}, 0)`, direction: ascending ? 'ASC' : 'DESC' },
  ];
}

/** Rows behind a place: greater in one term and equal in those before it. */
function afterSql(terms: readonly Term[], place: readonly (string | number | null)[], bindings: Bindings): string {
  const values = place.map((value) => bindings.bind(value));
  const alternatives = terms.map(({ sql, direction }, index) => {
    const equal = terms.slice(0, index).map((term, before) => `${term.sql} = ${values[before]}`);
    return `(${[...equal, `${sql} ${direction === 'ASC' ? '>' : '<'} ${values[index]}`].join(' AND ')})`;
  });
  return `(${alternatives.join(' OR ')})`;
}
