/** What the columns of a search for traces mean in SQL. Text of a query is bound, never spliced. */
import { DomainError } from '../../domain/shared/errors.ts';
import type { Column, Comparison } from '../../domain/tracking/ports.ts';
import { findName } from './names.ts';
import { anySql, type Bindings, comparisonSql } from './runExpressions.ts';
import type { Session } from './session.ts';

const attributes: Readonly<Record<string, string>> = {
  trace_id: 'traces.id',
  client_request_id: 'traces.client_request_id',
  status: 'traces.state',
  timestamp_ms: 'traces.started_at',
  execution_time_ms: 'traces.duration',
  end_time_ms: '(traces.started_at + traces.duration)',
  experiment_id: 'traces.experiment_id',
  run_id: '(SELECT min(run_id) FROM trace_runs WHERE trace = traces.number)',
};
const nameTag = 'mlflow.traceName';

/** The operand of an attribute of a trace. */
export function attributeSql(session: Session, { key }: Column, bindings: Bindings): string {
  if (key === 'name') return `(${textSql(session, { table: 'trace_tags', key: nameTag }, bindings)})`;
  const known = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
  if (known !== undefined) return known;
  throw new DomainError('invalid-filter', `Traces have no attribute "${key}"`, { field: 'filter' });
}

/** One comparison as a condition on `traces`. */
export function conditionSql(session: Session, comparison: Comparison, bindings: Bindings): string {
  const { column } = comparison;
  switch (column.entity) {
    case 'tag':
      return existsText(session, { table: 'trace_tags', comparison }, bindings);
    case 'metadata':
      return existsText(session, { table: 'trace_metadata', comparison }, bindings);
    case 'span':
      return existsSpan(session, comparison, bindings);
    case 'feedback':
    case 'expectation':
      return existsAssessment(comparison, bindings);
    default:
      return attributeCondition(session, comparison, bindings);
  }
}

function attributeCondition(session: Session, comparison: Comparison, bindings: Bindings): string {
  if (comparison.column.key !== 'run_id') {
    return comparisonSql(attributeSql(session, comparison.column, bindings), comparison, bindings);
  }
  const rows = 'SELECT 1 FROM trace_runs AS linked WHERE linked.trace = traces.number';
  return anySql(rows, 'linked.run_id', { comparison, bindings });
}

type TextOf = { readonly table: 'trace_tags' | 'trace_metadata'; readonly key: string };

/** The text itself; NULL where there is none. */
function textSql(session: Session, { table, key }: TextOf, bindings: Bindings): string {
  return `SELECT value FROM ${table} WHERE trace = traces.number AND name = ${bindings.bind(findName(session, key))}`;
}

function existsText(
  session: Session,
  { table, comparison }: { readonly table: TextOf['table']; readonly comparison: Comparison },
  bindings: Bindings,
): string {
  const text = textSql(session, { table, key: comparison.column.key }, bindings);
  return anySql(text, 'value', { comparison, bindings });
}

const attributePrefix = 'attributes.';

function existsSpan(session: Session, comparison: Comparison, bindings: Bindings): string {
  const { key } = comparison.column;
  if (key.startsWith(attributePrefix)) {
    const name = bindings.bind(findName(session, key.slice(attributePrefix.length)));
    const rows = `SELECT 1 FROM spans JOIN span_attributes AS held ON held.span = spans.number AND held.name = ${name}
      WHERE spans.trace = traces.number`;
    return anySql(rows, 'held.value', { comparison, bindings });
  }
  const columns: Readonly<Record<string, string>> = { name: 'spans.name', type: 'spans.type', status: 'spans.status' };
  const column = Object.hasOwn(columns, key) ? columns[key] : undefined;
  if (column === undefined) {
    throw new DomainError('invalid-filter', `Invalid span attribute '${key}'`, {
      field: 'filter',
      remedy: 'Use span.name, span.type, span.status or span.attributes.NAME.',
    });
  }
  return anySql('SELECT 1 FROM spans WHERE spans.trace = traces.number', column, { comparison, bindings });
}

/** Of a JSON value: texts without their quotes, all else as JSON writes it. */
export const valueText = "CASE json_type(said.value) WHEN 'text' THEN said.value ->> '$' ELSE said.value END";

function existsAssessment(comparison: Comparison, bindings: Bindings): string {
  const { entity, key } = comparison.column;
  const rows = `SELECT 1 FROM assessments AS said WHERE said.trace = traces.number AND said.valid = 1
    AND said.kind = ${bindings.bind(entity)} AND said.name = ${bindings.bind(key)}`;
  return anySql(rows, `(${valueText})`, { comparison, bindings });
}
