/** What a search for logged models is in SQL: its conditions, and its order. */
import type { DatasetChoice, LoggedModelQuery, ModelOrdering } from '../../domain/models/ports.ts';
import type { Comparison } from '../../domain/tracking/ports.ts';
import { conditionSql, type EntityShape, orderingSql } from './entitySearch.ts';
import { type Bindings, metricComparisonSql } from './runExpressions.ts';
import { experimentNumber } from './runRow.ts';

const shape: EntityShape = {
  attributes: {
    name: 'logged_models.name',
    model_id: 'logged_models.id',
    model_type: 'logged_models.model_type',
    status: 'logged_models.status',
    source_run_id: 'logged_models.source_run_id',
    creation_timestamp: 'logged_models.created_at',
    last_updated_timestamp: 'logged_models.updated_at',
  },
  texts: {
    tag: { table: 'logged_model_tags', of: 't.model = logged_models.number' },
    parameter: { table: 'logged_model_parameters', of: 't.model = logged_models.number' },
  },
};

const newestFirst = 'logged_models.created_at DESC, logged_models.id';

export function searchClauses(
  query: LoggedModelQuery,
  bindings: Bindings,
): { readonly where: string; readonly order: string } {
  const experiments = bindings.bindList(query.experimentIds.map(experimentNumber));
  const conditions = [`logged_models.experiment_id IN ${experiments}`, 'logged_models.deleted_at IS NULL'];
  const onMetrics = query.where.some(({ column }) => column.entity === 'metric');
  if (query.datasets.length > 0 && !onMetrics) conditions.push(existsSql(onDatasets(query.datasets, bindings)));
  for (const comparison of query.where) conditions.push(compareSql(comparison, query.datasets, bindings));
  const order = query.orderBy.map((ordering) => orderSql(ordering, bindings));
  return { where: conditions.join(' AND '), order: [...order, newestFirst].join(', ') };
}

function compareSql(comparison: Comparison, datasets: readonly DatasetChoice[], bindings: Bindings): string {
  if (comparison.column.entity !== 'metric') return conditionSql(shape, comparison, bindings);
  const compared = metricComparisonSql('t.value', comparison, bindings);
  const on = onDatasets(datasets, bindings);
  return existsSql(`t.key = ${bindings.bind(comparison.column.key)} AND ${on} AND ${compared}`);
}

/** By the metric's newest value, on the dataset where one is named: numbers, then NaN, then models without it. */
function orderSql(ordering: ModelOrdering, bindings: Bindings): string {
  const { column, ascending, dataset } = ordering;
  if (column.entity !== 'metric') return orderingSql(shape, ordering, bindings);
  const on = onDatasets(dataset === null ? [] : [dataset], bindings);
  const rows = `t.key = ${bindings.bind(column.key)} AND ${on}`;
  const newest = `(SELECT t.value FROM logged_model_metrics AS t WHERE t.model = logged_models.number AND ${rows}
    ORDER BY t.timestamp DESC, t.step DESC, t.value DESC LIMIT 1)`;
  return `NOT ${existsSql(rows)}, ${newest} IS NULL, ${newest} ${ascending ? 'ASC' : 'DESC'}`;
}

function existsSql(condition: string): string {
  return `EXISTS (SELECT 1 FROM logged_model_metrics AS t WHERE t.model = logged_models.number AND ${condition})`;
}

function onDatasets(datasets: readonly DatasetChoice[], bindings: Bindings): string {
  if (datasets.length === 0) return 'TRUE';
  const each = datasets.map(({ name, digest }) => {
    const named = `t.dataset_name = ${bindings.bind(name)}`;
    return digest === null ? named : `${named} AND t.dataset_digest = ${bindings.bind(digest)}`;
  });
  return `(${each.join(' OR ')})`;
}
