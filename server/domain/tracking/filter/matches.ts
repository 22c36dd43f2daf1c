/**
 * Whether something holds what a filter asks, decided in memory. For what is
 * few (experiments), and the oracle that the store's own search is tested by.
 */
import type { Column, Comparison } from '../ports.ts';
import { matchesILike, matchesLike } from './like.ts';

/** The value of a column; undefined where the thing has none, which then matches nothing. */
export type ValueOf = (column: Column) => string | number | undefined;

export function matchesFilter(where: readonly Comparison[], read: ValueOf): boolean {
  return where.every((comparison) => {
    const value = read(comparison.column);
    return value === undefined ? comparison.operator === 'IS NULL' : matches(value, comparison);
  });
}

type Wanted = Exclude<Comparison['value'], null>;
type Test = (value: string | number, wanted: Wanted) => boolean;

const tests: Readonly<Record<Exclude<Comparison['operator'], 'IS NULL' | 'IS NOT NULL'>, Test>> = {
  '=': (value, wanted) => value === wanted,
  '!=': (value, wanted) => value !== wanted,
  '>': (value, wanted) => value > wanted,
  '>=': (value, wanted) => value >= wanted,
  '<': (value, wanted) => value < wanted,
  '<=': (value, wanted) => value <= wanted,
  LIKE: (value, wanted) => matchesLike(String(value), String(wanted)),
  ILIKE: (value, wanted) => matchesILike(String(value), String(wanted)),
  IN: (value, wanted) => Array.isArray(wanted) && wanted.includes(value),
  'NOT IN': (value, wanted) => Array.isArray(wanted) && !wanted.includes(value),
};

function matches(value: string | number, { operator, value: wanted }: Comparison): boolean {
  if (operator === 'IS NULL' || operator === 'IS NOT NULL') return operator === 'IS NOT NULL';
  return wanted !== null && tests[operator](value, wanted);
}
