/**
 * The order of a search as SQL terms, and going on after a run by their values
 * (keyset). Each ordering is two terms: a rank that is always ascending, so
 * that what has no number or no value is last both ways, and the value.
 */
import type { Cell, Column, Ordering, RunCursor, RunQuery } from '../../domain/tracking/ports.ts';
import { isNumberSql, type Operand, type RunColumns } from './runColumns.ts';
import type { Bindings } from './runExpressions.ts';
import type { Drive } from './runPlan.ts';

export type Term = { readonly sql: string; readonly ascending: boolean; readonly constant?: boolean };

const newestFirst: readonly Term[] = [
  { sql: 'runs.created_at', ascending: false },
  { sql: 'runs.id', ascending: true },
];

export function orderTerms({ orderBy, textOrder }: RunQuery, drive: Drive, columns: RunColumns): readonly Term[] {
  const terms = orderBy.flatMap((ordering, index): readonly Term[] => {
    // Along the index there are only rows that have the value.
    if (index === 0 && drive.kind === 'order') return valueTerms('0', `first.${drive.by.field}`, ordering);
    if (index === 0 && drive.kind === 'attribute') return valueTerms('0', drive.value, ordering);
    const operand = columns.join(ordering.column);
    return isNatural(ordering.column, textOrder) ? naturalTerms(operand, ordering) : plainTerms(operand, ordering);
  });
  return [...terms, ...newestFirst];
}

function isNatural({ entity }: Column, textOrder: RunQuery['textOrder']): boolean {
  return textOrder === 'natural' && (entity === 'parameter' || entity === 'tag');
}

function valueTerms(rank: string, value: string, { ascending }: Ordering): readonly Term[] {
  return [
    { sql: rank, ascending: true, constant: rank === '0' },
    { sql: value, ascending, constant: value === 'NULL' },
  ];
}

/** 0 a value, 1 NaN, 2 none. */
function plainTerms({ value, present }: Operand, ordering: Ordering): readonly Term[] {
  return valueTerms(`((${present}) IS NOT TRUE) + (${value} IS NULL)`, value, ordering);
}

/** 0 a number, 1 other text, 2 none. */
function naturalTerms({ value, present }: Operand, ordering: Ordering): readonly Term[] {
  const isNumber = isNumberSql(value);
  const rank = `((${present}) IS NOT TRUE) + (${isNumber} IS NOT TRUE)`;
  return valueTerms(rank, `CASE WHEN ${isNumber} THEN CAST(${value} AS REAL) ELSE ${value} END`, ordering);
}

/** For a SELECT that lists the terms first. */
export function orderSql(terms: readonly Term[]): string {
  const parts = terms.flatMap(({ ascending, constant }, index) =>
    constant ? [] : [`${index + 1} ${ascending ? 'ASC' : 'DESC'}`],
  );
  return `ORDER BY ${parts.join(', ')}`;
}

/** As `orderSql`, for any SELECT. */
export function orderExpressions(terms: readonly Term[]): string {
  const parts = terms.filter(({ constant }) => !constant);
  return `ORDER BY ${parts.map(({ sql, ascending }) => `${sql} ${ascending ? 'ASC' : 'DESC'}`).join(', ')}`;
}

/** True of what comes after the cursor. Within one rank a value is always there or never, so NULL needs no order. */
export function afterSql(terms: readonly Term[], cursor: RunCursor, bindings: Bindings): string {
  const [term, ...others] = terms;
  const [value, ...rest] = cursor;
  if (term === undefined || value === undefined) return 'FALSE';
  const bound = bindings.bind(value);
  const beyond = value === null ? 'FALSE' : `${term.sql} ${term.ascending ? '>' : '<'} ${bound}`;
  return `(${beyond} OR (${term.sql} IS ${bound} AND ${afterSql(others, rest, bindings)}))`;
}

/** Bounds the index itself, where the first term that varies lies in one: what is before the cursor is not even walked. */
export function fromSql(terms: readonly Term[], cursor: RunCursor, bindings: Bindings): string {
  const index = terms.findIndex(({ constant }) => constant !== true);
  const term = terms[index];
  const value: Cell | undefined = cursor[index];
  if (term === undefined || value === undefined || value === null) return 'TRUE';
  return `${term.sql} ${term.ascending ? '>=' : '<='} ${bindings.bind(value)}`;
}
