/**
 * Counts, sums and percentiles over traces, spans or assessments, grouped by
 * dimensions and by time: the numbers of a dashboard, computed where the rows
 * are. Which figures and dimensions there are is in the tables below.
 */
import { DomainError } from '../../domain/shared/errors.ts';
import type { MetricAggregation, TraceFigure, TraceFigureQuery } from '../../domain/traces/ports.ts';
import type { Comparison } from '../../domain/tracking/ports.ts';
import { Bindings, comparisonSql } from './runExpressions.ts';
import { whereSql } from './searchTraces.ts';
import type { Session } from './session.ts';
import { valueText } from './traceExpressions.ts';

const metadataOf = (key: string) =>
  `(SELECT value FROM trace_metadata WHERE trace = traces.number AND name = (SELECT id FROM names WHERE text = '${key}'))`;
const attributeOf = (key: string) =>
  `(SELECT value FROM span_attributes WHERE span = spans.number AND name = (SELECT id FROM names WHERE text = '${key}'))`;
/** A number inside a text of JSON; NULL where the text is none, as clients write what they like. */
const numberIn = (text: string, key: string) => `CASE WHEN json_valid(${text}) THEN ${text} ->> '$.${key}' END`;
const tokens = (key: string) => numberIn(metadataOf('mlflow.trace.tokenUsage'), key);
const cost = (key: string) => numberIn(attributeOf('mlflow.llm.cost'), key);

type View = {
  readonly from: string;
  readonly at: string;
  readonly metrics: Readonly<Record<string, string>>;
  readonly dimensions: Readonly<Record<string, string>>;
};

const views: Readonly<Record<TraceFigureQuery['view'], View>> = {
  TRACES: {
    from: 'traces',
    at: 'traces.started_at',
    metrics: {
      trace_count: '1',
      session_count: metadataOf('mlflow.trace.session'),
      latency: 'traces.duration',
      input_tokens: tokens('input_tokens'),
      output_tokens: tokens('output_tokens'),
      total_tokens: tokens('total_tokens'),
      cache_read_input_tokens: tokens('cache_read_input_tokens'),
      cache_creation_input_tokens: tokens('cache_creation_input_tokens'),
    },
    dimensions: {
      trace_name: `(SELECT value FROM trace_tags WHERE trace = traces.number
        AND name = (SELECT id FROM names WHERE text = 'mlflow.traceName'))`,
      trace_status: 'traces.state',
    },
  },
  SPANS: {
    from: 'traces JOIN spans ON spans.trace = traces.number',
    at: 'spans.started_at',
    metrics: {
      span_count: '1',
      latency: 'spans.duration',
      input_cost: cost('input_cost'),
      output_cost: cost('output_cost'),
      total_cost: cost('total_cost'),
    },
    dimensions: {
      span_name: 'spans.name',
      span_type: 'spans.type',
      span_status: 'spans.status',
      span_model_name: attributeOf('mlflow.llm.model'),
      span_model_provider: attributeOf('mlflow.llm.provider'),
    },
  },
  ASSESSMENTS: {
    from: 'traces JOIN assessments AS said ON said.trace = traces.number AND said.valid = 1',
    at: 'said.created_at',
    metrics: {
      assessment_count: '1',
      assessment_value: `CASE json_type(said.value) WHEN 'integer' THEN said.value + 0 WHEN 'real' THEN said.value + 0
        WHEN 'true' THEN 1 WHEN 'false' THEN 0 END`,
    },
    dimensions: { assessment_name: 'said.name', assessment_value: valueText },
  },
};

/** The texts in `said.value` and in metrics stand in the code; only values of the query are bound. */
export function traceFigures(session: Session, query: TraceFigureQuery): readonly TraceFigure[] {
  const view = views[query.view];
  const bindings = new Bindings();
  const metric = known(view.metrics, query.metric, 'metric_name');
  const groups = groupsOf(query, view);
  const where = conditions(session, query, bindings);
  if (query.from !== null) where.push(`${view.at} >= ${bindings.bind(query.from)}`);
  if (query.to !== null) where.push(`${view.at} <= ${bindings.bind(query.to)}`);
  const values = query.aggregations.map((each, index) => `${aggregate(each, metric, query)} AS value${index}`);
  const columns = [...groups.map(({ sql }, index) => `${sql} AS group${index}`), ...values];
  const numbers = groups.map((_, index) => String(index + 1)).join(', ');
  const grouped = groups.length === 0 ? '' : `GROUP BY ${numbers} ORDER BY ${numbers}`;
  const range = `LIMIT ${bindings.bind(query.limit)} OFFSET ${bindings.bind(query.offset)}`;
  const rows = session.query<Record<string, string | number | null>>(
    `SELECT ${columns.join(', ')} FROM ${view.from} WHERE ${where.join(' AND ')} ${grouped} ${range}`,
    bindings.values,
  );
  return rows.map((row) => ({
    dimensions: Object.fromEntries(groups.map(({ name, show }, index) => [name, show(row[`group${index}`] ?? null)])),
    values: query.aggregations.map((_, index) => numeric(row[`value${index}`])),
  }));
}

/** Among spans, what is said of a span is said of the one that is counted, not of any in its trace. */
function conditions(session: Session, query: TraceFigureQuery, bindings: Bindings): string[] {
  const ofRow = (each: Comparison) => query.view === 'SPANS' && spanColumn(each) !== undefined;
  const where = whereSql(session, { ...query, where: query.where.filter((each) => !ofRow(each)) }, bindings);
  for (const each of query.where.filter(ofRow)) where.push(comparisonSql(spanColumn(each) ?? '', each, bindings));
  return where;
}

const spanColumns: Readonly<Record<string, string>> = {
  name: 'spans.name',
  type: 'spans.type',
  status: 'spans.status',
};

function spanColumn({ column }: Comparison): string | undefined {
  return column.entity === 'span' && Object.hasOwn(spanColumns, column.key) ? spanColumns[column.key] : undefined;
}

type Group = {
  readonly name: string;
  readonly sql: string;
  readonly show: (value: string | number | null) => string;
};

function groupsOf({ dimensions, intervalSeconds }: TraceFigureQuery, view: View): readonly Group[] {
  const named = dimensions.map((name) => ({
    name,
    sql: known(view.dimensions, name, 'dimensions'),
    show: (value: string | number | null) => (value === null ? '' : String(value)),
  }));
  if (intervalSeconds === null) return named;
  const width = intervalSeconds * 1000;
  const bucket = {
    name: 'time_bucket',
    sql: `floor(${view.at} / ${width}) * ${width}`,
    show: (value: string | number | null) => new Date(Number(value)).toISOString(),
  };
  return [bucket, ...named];
}

/** Sessions are counted once each; all else by row that has the value. */
function aggregate({ type, percentile }: MetricAggregation, sql: string, { metric }: TraceFigureQuery): string {
  if (type === 'COUNT') return metric === 'session_count' ? `count(DISTINCT ${sql})` : `count(${sql})`;
  if (type === 'PERCENTILE') return `percentile(${sql}, ${Number(percentile ?? 50)})`;
  return `${type.toLowerCase()}(${sql})`;
}

function known(table: Readonly<Record<string, string>>, name: string, field: string): string {
  const sql = Object.hasOwn(table, name) ? table[name] : undefined;
  if (sql !== undefined) return sql;
  throw new DomainError('invalid-input', `Invalid value '${name}' for parameter '${field}' supplied.`, {
    field,
    remedy: `Use one of ${Object.keys(table).join(', ')}.`,
  });
}

function numeric(value: string | number | null | undefined): number | null {
  return typeof value === 'number' ? value : null;
}
