/**
 * Compiles a search for runs. Each metric, parameter or tag that a filter
 * names is one join, so a run without it never matches. The first ordering by
 * a metric drives the query through its index; otherwise the experiment does.
 */
import type { Column, Ordering, RunQuery } from '../../domain/tracking/ports.ts';
import { datasetComparisonSql } from './datasetExpressions.ts';
import { findName } from './names.ts';
import { attributeSql, Bindings, comparisonSql, metricComparisonSql } from './runExpressions.ts';
import { experimentNumber } from './runRow.ts';
import type { Session } from './session.ts';

type Found = { readonly runIds: readonly string[]; readonly total: number };

const views = { active: 'runs.deleted_at IS NULL', deleted: 'runs.deleted_at IS NOT NULL', all: 'TRUE' } as const;
const tables = { metric: 'series', parameter: 'parameters', tag: 'tags' } as const;
const newestFirst = 'runs.created_at DESC, runs.id';

/** Column names looked up once: null when nobody ever used the key. */
type Names = (column: Column) => number | null;

export function searchRuns(session: Session, query: RunQuery): Found {
  const names: Names = (column) => findName(session, column.key);
  const unknown = query.where.some(({ column }) => isNamed(column) && names(column) === null);
  if (unknown || query.experimentIds.length === 0) return { runIds: [], total: 0 };
  const total = countRows(session, new Statement(query, names));
  if (total <= query.offset || query.limit === 0) return { runIds: [], total };
  return { runIds: page(session, query, names), total };
}

function isNamed({ entity }: Column): boolean {
  return entity !== 'attribute' && entity !== 'dataset';
}

function page(session: Session, query: RunQuery, names: Names): readonly string[] {
  const [first] = query.orderBy;
  if (first?.column.entity !== 'metric' || names(first.column) === null) {
    return pageRows(session, new Statement(query, names), query);
  }
  // Those with a number come first whatever the direction, read along the index until the page is full.
  const numbers = pageRows(session, new Statement(query, names).drive('numbers'), query);
  if (numbers.length === query.limit) return numbers;
  const before = countRows(session, new Statement(query, names).drive('numbers'));
  const rest = { offset: Math.max(0, query.offset - before), limit: query.limit - numbers.length };
  return [...numbers, ...pageRows(session, new Statement(query, names).drive('rest'), rest)];
}

function countRows(session: Session, statement: Statement): number {
  const { sql, values } = statement.count();
  return session.query<{ total: number }>(sql, values)[0]?.total ?? 0;
}

function pageRows(
  session: Session,
  statement: Statement,
  range: { readonly offset: number; readonly limit: number },
): readonly string[] {
  const { sql, values } = statement.page(range);
  return session.query<{ id: string }>(sql, values).map(({ id }) => id);
}

/** One SELECT over runs, with what its filter and its order join. */
class Statement {
  readonly #query: RunQuery;
  readonly #names: Names;
  readonly #bindings = new Bindings();
  readonly #where: string[] = [];
  readonly #joins: string[] = [];
  #from = 'runs';
  #part: 'numbers' | 'rest' | null = null;

  constructor(query: RunQuery, names: Names) {
    this.#query = query;
    this.#names = names;
    const experiments = query.experimentIds.map(experimentNumber);
    this.#where.push(`runs.experiment_id IN ${this.#bindings.bindList(experiments)}`, views[query.view]);
    for (const comparison of query.where) {
      const { entity } = comparison.column;
      if (entity === 'dataset') {
        this.#where.push(datasetComparisonSql(comparison, this.#bindings));
        continue;
      }
      const operand =
        entity === 'attribute' ? attributeSql(comparison.column.key, this.#bindings) : this.#join(comparison.column);
      const compare = entity === 'metric' ? metricComparisonSql : comparisonSql;
      this.#where.push(compare(operand, comparison, this.#bindings));
    }
  }

  /** Splits the rows by the first ordering's metric: those with a number, or those without. */
  drive(part: 'numbers' | 'rest'): this {
    this.#part = part;
    const first = this.#query.orderBy[0];
    const name = first ? this.#bindings.bind(this.#names(first.column)) : 'NULL';
    if (part === 'numbers') {
      this.#from = 'series AS first INDEXED BY series_by_value CROSS JOIN runs ON runs.number = first.run';
      this.#where.push(`first.name = ${name}`, 'first.value IS NOT NULL');
    } else {
      this.#from = `runs LEFT JOIN series AS first ON first.run = runs.number AND first.name = ${name}`;
      this.#where.push('first.value IS NULL');
    }
    return this;
  }

  count(): { readonly sql: string; readonly values: Bindings['values'] } {
    return { sql: `SELECT count(*) AS total ${this.#body()}`, values: this.#bindings.values };
  }

  page({ offset, limit }: { readonly offset: number; readonly limit: number }): ReturnType<Statement['count']> {
    const order = [...this.#query.orderBy.map((ordering, index) => this.#order(ordering, index)), newestFirst];
    const range = `LIMIT ${this.#bindings.bind(limit)} OFFSET ${this.#bindings.bind(offset)}`;
    const sql = `SELECT runs.id AS id ${this.#body()} ORDER BY ${order.filter(Boolean).join(', ')} ${range}`;
    return { sql, values: this.#bindings.values };
  }

  #body(): string {
    return `FROM ${this.#from} ${this.#joins.join(' ')} WHERE ${this.#where.join(' AND ')}`;
  }

  /** Joins the value of a metric, parameter or tag; answers its operand. */
  #join({ entity, key }: Column, kind: 'CROSS' | 'LEFT' = 'CROSS'): string {
    const alias = `v${this.#joins.length}`;
    const table = tables[entity as keyof typeof tables];
    const name = this.#bindings.bind(this.#names({ entity, key }));
    this.#joins.push(
      `${kind === 'LEFT' ? 'LEFT JOIN' : 'JOIN'} ${table} AS ${alias} ON ${alias}.run = runs.number AND ${alias}.name = ${name}`,
    );
    return `${alias}.value`;
  }

  /** Rows without the value are last in both directions; before them, those with NaN. */
  #order({ column, ascending }: Ordering, index: number): string {
    const direction = ascending ? 'ASC' : 'DESC';
    if (column.entity === 'attribute') {
      const operand = attributeSql(column.key, this.#bindings);
      return `${operand} IS NULL, ${operand} ${direction}`;
    }
    if (index === 0 && this.#part === 'numbers') return `first.value ${direction}`;
    if (index === 0 && this.#part === 'rest') return 'first.run IS NULL';
    if (this.#names(column) === null) return '';
    const operand = this.#join(column, 'LEFT');
    const present = operand.replace('.value', '.run');
    return `${present} IS NULL, ${operand} IS NULL, ${operand} ${direction}`;
  }
}
