/**
 * Compiles searches over things that have attributes and tables of texts by
 * key: logged models, registered models and their versions. A thing without
 * the text that a comparison names never matches. Text of a query is bound,
 * never spliced.
 */
import { DomainError } from '../../domain/shared/errors.ts';
import type { Column, Comparison, Ordering } from '../../domain/tracking/ports.ts';
import { anySql, type Bindings, comparisonSql } from './runExpressions.ts';

/** What the columns of one kind of thing are in SQL. */
export type EntityShape = {
  readonly attributes: Readonly<Record<string, string>>;
  /** Tables with key and value, and the condition that ties their row `t` to the thing. */
  readonly texts: Readonly<Partial<Record<'tag' | 'parameter', { readonly table: string; readonly of: string }>>>;
};

export function attributeOf({ attributes }: EntityShape, key: string): string {
  const sql = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
  if (sql !== undefined) return sql;
  throw new DomainError('invalid-filter', `There is no attribute "${key}" here`, {
    remedy: `Use one of ${Object.keys(attributes).join(', ')}`,
  });
}

export function conditionSql(shape: EntityShape, comparison: Comparison, bindings: Bindings): string {
  const { column } = comparison;
  if (column.entity === 'attribute') return comparisonSql(attributeOf(shape, column.key), comparison, bindings);
  const { table, of } = textsOf(shape, column);
  const rows = `SELECT 1 FROM ${table} AS t WHERE ${of} AND t.key = ${bindings.bind(column.key)}`;
  return anySql(rows, 't.value', { comparison, bindings });
}

/** What has no value stands last in both directions. */
export function orderingSql(shape: EntityShape, { column, ascending }: Ordering, bindings: Bindings): string {
  const direction = ascending ? 'ASC' : 'DESC';
  if (column.entity === 'attribute') {
    const operand = attributeOf(shape, column.key);
    return `${operand} IS NULL, ${operand} ${direction}`;
  }
  const { table, of } = textsOf(shape, column);
  const operand = `(SELECT t.value FROM ${table} AS t WHERE ${of} AND t.key = ${bindings.bind(column.key)})`;
  return `${operand} IS NULL, ${operand} ${direction}`;
}

function textsOf(shape: EntityShape, { entity, key }: Column) {
  const texts = entity === 'tag' || entity === 'parameter' ? shape.texts[entity] : undefined;
  if (texts !== undefined) return texts;
  throw new DomainError('invalid-filter', `There is no ${entity} "${key}" to search here`);
}
