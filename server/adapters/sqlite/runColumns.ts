/**
 * What a column of a search is in SQL, seen from a row of `runs`: as a
 * condition that is looked up run by run, or as a value that is joined. Keys
 * are numbers here; one that nobody ever used leads to no table at all.
 */
import type { Column, Comparison } from '../../domain/tracking/ports.ts';
import { findName } from './names.ts';
import { attributeSql, type Bindings, comparisonSql, metricComparisonSql } from './runExpressions.ts';
import type { Session } from './session.ts';
import { stepValueSql } from './valueAtStep.ts';

const tables = { metric: 'series', parameter: 'parameters', tag: 'tags' } as const;

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

  /** Null for an attribute, and for a key that nobody ever used. */
  name({ entity, key }: Column): number | null {
    return entity === 'attribute' ? null : findName(this.#session, key);
  }

  /** True of the runs for which all of the comparisons hold; they are of one column. */
  holds(column: Column, comparisons: readonly Comparison[]): string {
    if (column.entity === 'attribute') {
      const operand = attributeSql(column.key, this.#bindings);
      return comparisons.map((each) => comparisonSql(operand, each, this.#bindings)).join(' AND ');
    }
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

  /** The same as a join to the run's number, which costs a third; null where only `holds` can tell. */
  joinHolding(run: string, column: Column, comparisons: readonly Comparison[]): string | null {
    if (column.entity === 'attribute' || comparisons.some(({ operator }) => operator === 'IS NULL')) return null;
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
    if (column.entity === 'attribute') return present(attributeSql(column.key, this.#bindings));
    const name = this.name(column);
    if (name === null) return absent;
    const alias = `v${this.joins.length}`;
    const table = tables[column.entity];
    const on = `${alias}.run = runs.number AND ${alias}.name = ${this.#bindings.bind(name)}`;
    this.joins.push(`LEFT JOIN ${table} AS ${alias} ON ${on}`);
    return this.operand(column, alias);
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
    const cell = stepValueSql(`${alias}.id`, this.#bindings.bind(reading.step));
    return { value: `nullif(${cell}, 'NaN')`, present: `${cell} IS NOT NULL`, cell };
  }
}
