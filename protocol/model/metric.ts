/** Metrics: what a run measures, at steps and times. */
import * as z from 'zod';
import { runId } from './common.ts';

/** JSON has no word for the non-finite numbers; these three strings are MLflow's. */
export const metricValue = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]);
export type MetricValue = z.infer<typeof metricValue>;

/** The number that a wire value stands for. */
export function toNumber(value: MetricValue): number {
  return Number(value);
}

/** The wire value of a number. */
export function toMetricValue(value: number): MetricValue {
  return Number.isFinite(value) ? value : (String(value) as MetricValue);
}

/** A metric's summary in a run. Latest is the greatest by (step, timestamp, value), as in MLflow. */
export const metricSummary = z.object({
  key: z.string(),
  latest: metricValue,
  step: z.number(),
  timestamp: z.number(),
  count: z.int().nonnegative(),
  min: metricValue.nullable().describe('Of the finite values; null when there are none'),
  max: metricValue.nullable(),
});
export type MetricSummary = z.infer<typeof metricSummary>;

export const historyInput = z.object({
  runIds: z.array(runId).min(1).max(50),
  keys: z.array(z.string().max(250)).min(1).max(50),
  maxPoints: z.int().min(10).max(20_000).default(1000).describe('Per series'),
  fromStep: z.number().optional(),
  toStep: z.number().optional(),
});
export type HistoryInput = z.infer<typeof historyInput>;

/** One curve. Columns, not rows: `steps[i]`, `timestamps[i]`, `values[i]` belong together, ordered by step. */
export const series = z.object({
  runId,
  key: z.string(),
  steps: z.array(z.number()).readonly(),
  timestamps: z.array(z.number()).readonly(),
  values: z.array(metricValue).readonly(),
  total: z
    .int()
    .nonnegative()
    .describe(
      'How many points there are in the range; more than shown when reduced (each bucket keeps its lowest and highest)',
    ),
});
export type Series = z.infer<typeof series>;
