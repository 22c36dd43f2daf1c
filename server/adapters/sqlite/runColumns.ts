/**
 * What a column of a search is in SQL, seen from a row of `runs`: as a
 * condition that is looked up run by run, or as a value that is joined. Keys
 * are numbers here; one that nobody ever used leads to no table at all.
 */
import type { Column, Comparison } from '../../domain/tracking/ports.ts';
import { datasetComparisonSql, datasetValueSql } from './datasetExpressions.ts';
import { findName } from './names.ts';
import { valueAtSql } from './points/valueAt.ts';
import { attributeSql, type Bindings, comparisonSql, metricComparisonSql } from './runExpressions.ts';
import type { Session } from './session.ts';

export const tables = { metric: 'series', parameter: 'parameters', tag: 'tags' } as const;
type Keyed = Column & { readonly entity: keyof typeof tables };

/** Whether the column is one key of many, kept in a table by the number of its name. */
export function isKeyed(column: Column): column is Keyed {
  return Object.hasOwn(tables, column.entity);
}

/** SQL terms. A metric that is NaN has no `value`, but is `present`; as a `cell` it is 'NaN'. */
export type Operand = { readonly value: string; readonly present: string; readonly cell: string };

const absent: Operand = { value: 'NULL', present: 'FALSE', cell: 'NULL' };

function present(value: string): Operand {
  return { value, present: `${value} IS NOT NULL`, cell: value };
}

/** Whether a text reads as a number, as clients write them. */
export function isNumberSql(text: string): string {
  return `((CASE WHEN ${text} GLOB '[-0-9]*' AND json_valid(${text}) THEN json_type(${text}) END) IN ('integer', 'real'))`;
}

export class RunColumns {
  readonly joins: string[] = [];
  readonly #session: Session;
  readonly #bindings: Bindings;
  #filters = 0;

  constructor(session: Session, bindings: Bindings) {
    this.#session = session;
    this.#bindings = bindings;
  }

  /** Null for what has no keys, as attributes, and for a key that nobody ever used. */
  name(column: Column): number | null {
    return isKeyed(column) ? findName(this.#session, column.key) : null;
  }

  /** True of the runs for which all of the comparisons hold; they are of one column. */
  holds(column: Column, comparisons: readonly Comparison[]): string {
    if (!isKeyed(column)) return comparisons.map((each) => this.#holdsOfRun(each)).join(' AND ');
    const name = this.name(column);
    if (name === null) return comparisons.every(({ operator }) => operator === 'IS NULL') ? 'TRUE' : 'FALSE';
    const operand = this.operand(column, 'c');
    const table = tables[column.entity];
    const row = `FROM ${table} AS c WHERE c.run = runs.number AND c.name = ${this.#bindings.bind(name)}`;
    const terms = comparisons.map((each) =>
      each.operator === 'IS NULL'
        ? `(SELECT ${operand.present} ${row}) IS NOT TRUE`
        : `(SELECT ${this.#compare(operand, each)} ${row})`,
    );
    return terms.join(' AND ');
  }

  #holdsOfRun(comparison: Comparison): string {
    const { column } = comparison;
    if (column.entity === 'dataset') return datasetComparisonSql(comparison, this.#bindings);
    return comparisonSql(attributeSql(column, this.#bindings), comparison, this.#bindings);
  }

  /** The same as a join to the run's number, which costs a third; null where only `holds` can tell. */
  joinHolding(run: string, column: Column, comparisons: readonly Comparison[]): string | null {
    if (!isKeyed(column) || comparisons.some(({ operator }) => operator === 'IS NULL')) return null;
    const name = this.name(column);
    if (name === null) return null;
    this.#filters += 1;
    const alias = `f${this.#filters}`;
    const operand = this.operand(column, alias);
    const conditions = comparisons.map((each) => this.#compare(operand, each));
    const on = [`${alias}.run = ${run}`, `${alias}.name = ${this.#bindings.bind(name)}`, ...conditions];
    return `CROSS JOIN ${tables[column.entity]} AS ${alias} ON ${on.join(' AND ')}`;
  }

  /** One comparison of a value that is not an attribute's. */
  #compare(operand: Operand, comparison: Comparison): string {
    if (comparison.operator === 'IS NOT NULL') return operand.present;
    if (comparison.column.entity !== 'metric') return comparisonSql(operand.value, comparison, this.#bindings);
    return `${operand.present} AND ${metricComparisonSql(operand.value, comparison, this.#bindings)}`;
  }

  /** Joins the column to each run, of which those without it stay. */
  join(column: Column): Operand {
    if (!isKeyed(column)) return present(this.#ofRun(column));
    const name = this.name(column);
    if (name === null) return absent;
    const alias = `v${this.joins.length}`;
    const table = tables[column.entity];
    const on = `${alias}.run = runs.number AND ${alias}.name = ${this.#bindings.bind(name)}`;
    this.joins.push(`LEFT JOIN ${table} AS ${alias} ON ${on}`);
    return this.operand(column, alias);
  }

  #ofRun(column: Column): string {
    return column.entity === 'dataset' ? datasetValueSql(column.key) : attributeSql(column, this.#bindings);
  }

  /** The column in a table of its kind that has this alias. */
  operand({ entity, reading }: Column, alias: string): Operand {
    if (entity !== 'metric') return present(`${alias}.value`);
    if (reading === 'min') return present(`${alias}.low`);
    if (reading === 'max') return present(`${alias}.high`);
    if (reading === undefined) {
      const value = `${alias}.value`;
      const there = `${alias}.run IS NOT NULL`;
      return { value, present: there, cell: `CASE WHEN ${there} AND ${value} IS NULL THEN 'NaN' ELSE ${value} END` };
    }
    const cell = valueAtSql(`${alias}.id`, this.#bindings.bind(reading.step));
    return { value: `nullif(${cell}, 'NaN')`, present: `${cell} IS NOT NULL`, cell };
  }
}
