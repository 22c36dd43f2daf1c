/** Calls that count over traces: how two filters go together, and the figures of dashboards. */
import * as z from 'zod';
import type { MetricAggregation } from '../../domain/traces/ports.ts';
import type { TraceService } from '../../domain/traces/traceService.ts';
import { anyText, experimentIdField, instant, integer, oneOf, optional, text } from './fields.ts';
import { nextToken, offsetOf } from './pageToken.ts';
import { type Route, route } from './route.ts';
import { traceFilter } from './traceSearchFields.ts';
import { filled } from './wireLists.ts';

const experimentIds = z.array(experimentIdField).min(1).max(100);
const points = 1000;

export function statisticsRoutes(traces: TraceService): readonly Route[] {
  return [correlationRoute(traces), figuresRoute(traces)];
}

function correlationRoute(traces: TraceService): Route {
  return route({
    path: 'traces/calculate-filter-correlation',
    methods: ['POST'],
    under: '3.0/mlflow',
    input: z.object({
      experiment_ids: experimentIds,
      filter_string1: text,
      filter_string2: text,
      base_filter: optional(anyText),
    }),
    needs: () => 'signed-in',
    answer: async ({ experiment_ids, filter_string1, filter_string2, base_filter = '' }, { call }) => {
      const filters = {
        experimentIds: experiment_ids,
        base: traceFilter(base_filter),
        first: traceFilter(filter_string1),
        second: traceFilter(filter_string2),
      };
      const { npmi, smoothed, first, second, joint, total } = await traces.correlate(filters, call);
      return {
        npmi: double(npmi),
        npmi_smoothed: double(smoothed),
        filter1_count: first,
        filter2_count: second,
        joint_count: joint,
        total_count: total,
      };
    },
  });
}

const aggregation = z
  .object({
    aggregation_type: oneOf(['COUNT', 'SUM', 'AVG', 'PERCENTILE', 'MIN', 'MAX']),
    percentile_value: optional(z.number().min(0).max(100)),
  })
  .refine(
    ({ aggregation_type, percentile_value }) =>
      (aggregation_type === 'PERCENTILE') === (percentile_value !== undefined),
    'percentile_value goes with PERCENTILE, and with it alone',
  )
  .transform(({ aggregation_type: type, percentile_value }) => ({ type, percentile: percentile_value ?? null }));

const figures = z.object({
  experiment_ids: experimentIds,
  view_type: oneOf(['TRACES', 'SPANS', 'ASSESSMENTS']),
  metric_name: text,
  aggregations: z.array(aggregation).min(1).max(20),
  dimensions: optional(z.array(text).max(5)),
  filters: optional(z.array(anyText).max(20)),
  time_interval_seconds: optional(integer.refine((seconds) => seconds > 0, 'a number from 1')),
  start_time_ms: optional(instant),
  end_time_ms: optional(instant),
  max_results: optional(integer.refine((count) => count > 0 && count <= points, `from 1 to ${points}`)),
  page_token: optional(anyText),
});

function figuresRoute(traces: TraceService): Route {
  return route({
    path: 'traces/metrics',
    methods: ['POST'],
    under: '3.0/mlflow',
    input: figures,
    needs: () => 'signed-in',
    answer: async (input, { call }) => {
      const offset = offsetOf(input.page_token);
      const limit = input.max_results ?? points;
      const found = await traces.figures({ ...queryOf(input), offset, limit: limit + 1 }, call);
      const shown = found.slice(0, limit);
      return {
        data_points: filled(
          shown.map(({ dimensions, values }) => ({
            metric_name: input.metric_name,
            dimensions,
            values: named(input.aggregations, values),
          })),
        ),
        next_page_token: nextToken({ offset, length: shown.length, total: offset + found.length }),
      };
    },
  });
}

function queryOf(input: z.infer<typeof figures>) {
  return {
    experimentIds: input.experiment_ids,
    view: input.view_type,
    metric: input.metric_name,
    aggregations: input.aggregations,
    dimensions: input.dimensions ?? [],
    where: (input.filters ?? []).flatMap(traceFilter),
    intervalSeconds: input.time_interval_seconds ?? null,
    from: input.start_time_ms ?? null,
    to: input.end_time_ms ?? null,
  };
}

/** By the names that clients look for, in which a percentile is a float. */
function named(aggregations: readonly MetricAggregation[], values: readonly (number | null)[]) {
  const entries = aggregations.map(({ type, percentile }, index) => [
    percentile === null ? type : `P${Number.isInteger(percentile) ? percentile.toFixed(1) : percentile}`,
    values[index],
  ]);
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}

function double(value: number): number | string {
  return Number.isNaN(value) ? 'NaN' : value;
}
