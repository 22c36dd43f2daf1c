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
    const look = (sql: string) =>
      `(SELECT ${sql} FROM ${tables[column.entity as keyof typeof tables]} AS c WHERE c.run = runs.number AND c.name = ${this.#bindings.bind(name)})`;
    const [absences, others] = split(comparisons);
    return [
      ...absences.map(() => `${look(operand.present)} IS NOT TRUE`),
      ...(others.length === 0 ? [] : [look(others.map((each) => this.compare(operand, each)).join(' AND '))]),
    ].join(' AND ');
  }

  /** One comparison of a value that is not an attribute's. */
  compare(operand: Operand, comparison: Comparison): string {
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

function split(comparisons: readonly Comparison[]): readonly [readonly Comparison[], readonly Comparison[]] {
  const isAbsence = ({ operator }: Comparison) => operator === 'IS NULL';
  return [comparisons.filter(isAbsence), comparisons.filter((each) => !isAbsence(each))];
}
