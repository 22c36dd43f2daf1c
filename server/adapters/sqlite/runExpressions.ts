/** What the columns and operators of a run search mean in SQL. Text of a query is bound, never spliced. */

import { DomainError } from '../../domain/shared/errors.ts';
import type { Column, Comparison, ComparisonOperator, RunAttribute } from '../../domain/tracking/ports.ts';
import type { SqlValue } from './connection.ts';

/** Values of one statement by number, so that clauses can be put together in any order. */
export class Bindings {
  readonly values: SqlValue[] = [];

  bind(value: SqlValue): string {
    return `?${this.values.push(value)}`;
  }

  /** A list is one value. */
  bindList(values: readonly (string | number)[]): string {
    return `(SELECT value FROM json_each(${this.bind(JSON.stringify(values))}))`;
  }
}

const elapsed = '(coalesce(runs.ended_at, :now) - runs.started_at)';
const price = launched('price_per_hour');

/** Null for a run that nobody launched. */
function launched(column: string): string {
  return `(SELECT ${column} FROM launches WHERE run = runs.number)`;
}

/** MLflow's word for each state. */
const status = `CASE runs.state WHEN 'running' THEN 'RUNNING' WHEN 'succeeded' THEN 'FINISHED'
  WHEN 'failed' THEN 'FAILED' WHEN 'lost' THEN 'FAILED' WHEN 'stopped' THEN 'KILLED' ELSE 'SCHEDULED' END`;

const attributes: Readonly<Record<RunAttribute, string>> = {
  run_id: 'runs.id',
  run_name: 'runs.name',
  status,
  user_id: 'runs.created_by_name',
  artifact_uri: "('mlflow-artifacts:/' || runs.experiment_id || '/' || runs.id || '/artifacts')",
  start_time: 'runs.started_at',
  end_time: 'runs.ended_at',
  experiment_id: 'CAST(runs.experiment_id AS TEXT)',
  created_at: 'runs.created_at',
  cost: `coalesce(${price} * ${elapsed} / 3600000.0, 0.0)`,
  duration: elapsed,
  environment: launched('environment_id'),
  environment_revision: launched('environment_revision'),
  tier: launched('tier_id'),
  commit: launched("code ->> '$.commit'"),
  project: 'runs.project_id',
  created_by: 'runs.created_by_name',
  note: "nullif(runs.note, '')",
  starred: `CASE WHEN EXISTS (SELECT 1 FROM stars WHERE user_id = :user AND run = runs.number) THEN 'true' ELSE 'false' END`,
};

/** `now` is for what is still running, `user` for what is each person's own. */
export function attributeSql({ key, userId }: Pick<Column, 'key' | 'userId'>, bindings: Bindings): string {
  if (!Object.hasOwn(attributes, key)) {
    throw new DomainError('invalid-filter', `Runs have no attribute "${key}"`, {
      remedy: `Use one of ${Object.keys(attributes).join(', ')}`,
    });
  }
  const sql = attributes[key as RunAttribute];
  if (sql.includes(':now')) return sql.replace(':now', bindings.bind(Date.now()));
  return sql.includes(':user') ? sql.replace(':user', bindings.bind(userId ?? null)) : sql;
}

const plainOperators: readonly ComparisonOperator[] = ['=', '!=', '>', '>=', '<', '<='];

export function comparisonSql(operand: string, { operator, value }: Comparison, bindings: Bindings): string {
  if (operator === 'IS NULL' || operator === 'IS NOT NULL') return `${operand} ${operator}`;
  if (Array.isArray(value)) {
    if (operator !== 'IN' && operator !== 'NOT IN') throw misfit(operator);
    return `${operand} ${operator} ${bindings.bindList(value)}`;
  }
  const scalar = value as string | number;
  if (plainOperators.includes(operator)) return `${operand} ${operator} ${bindings.bind(scalar)}`;
  if (typeof scalar !== 'string') throw misfit(operator);
  // GLOB knows case and needs no pragma; LIKE ignores the case of ASCII letters and, without ESCAPE, has two wildcards.
  if (operator === 'LIKE') return `${operand} GLOB ${bindings.bind(toGlob(scalar))}`;
  if (operator === 'ILIKE') return `${operand} LIKE ${bindings.bind(scalar)}`;
  throw misfit(operator);
}

/** Whether one of the rows that a SELECT with a WHERE finds compares so; of no value, whether none has one. */
export function anySql(rows: string, operand: string, { comparison, bindings }: AnyOf): string {
  if (comparison.operator === 'IS NULL') return `NOT EXISTS (${rows} AND ${operand} IS NOT NULL)`;
  return `EXISTS (${rows} AND ${comparisonSql(operand, comparison, bindings)})`;
}

type AnyOf = { readonly comparison: Comparison; readonly bindings: Bindings };

/** Metrics may be NaN, which is NULL here: it equals nothing and so differs from everything. */
export function metricComparisonSql(operand: string, comparison: Comparison, bindings: Bindings): string {
  if (typeof comparison.value !== 'number' || !plainOperators.includes(comparison.operator)) {
    throw misfit(comparison.operator);
  }
  if (comparison.operator !== '!=') return comparisonSql(operand, comparison, bindings);
  return `(${comparisonSql(operand, { ...comparison, operator: '=' }, bindings)}) IS NOT TRUE`;
}

function toGlob(pattern: string): string {
  const special: Readonly<Record<string, string>> = { '%': '*', _: '?', '*': '[*]', '?': '[?]', '[': '[[]' };
  return pattern.replace(/[%_*?[]/g, (character) => special[character] ?? character);
}

function misfit(operator: string): DomainError {
  return new DomainError('invalid-filter', `${operator} does not go with this column and value`);
}
