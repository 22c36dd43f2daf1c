/** A run made again: what would be the same, what cannot be, and how its metrics came out. */
import * as z from 'zod';
import { label, runId, tierId } from './common.ts';
import { metricValue } from './metric.ts';
import { runSummary } from './run.ts';

/** The tag of a run that names the run it repeats. */
export const reproducesTag = 'flywheel.reproduces';

export const reproducedThings = [
  'code',
  'command',
  'parameters',
  'environment',
  'tier',
  'hardware',
  'data',
  'seed',
  'project',
] as const;
const thing = z.enum(reproducedThings);
export type ReproducedThing = z.infer<typeof thing>;

export const difference = z.object({
  what: thing,
  kind: z.enum(['blocks', 'differs', 'unknown']).describe('Forbids the launch, is known to differ, or cannot be told'),
  text: z.string(),
  remedy: z.string().nullable(),
});
export type Difference = z.infer<typeof difference>;

const sameness = z.object({ what: thing, text: z.string() });
export type Sameness = z.infer<typeof sameness>;

export const reproducePlanInput = z.object({
  runId,
  tierId: tierId.optional().describe("Another hardware tier than the run's own"),
});
export type ReproducePlanInput = z.infer<typeof reproducePlanInput>;

export const reproducePlan = z.object({
  possible: z.boolean(),
  because: z.string().nullable().describe('Why it cannot be launched again; null when it can'),
  same: z.array(sameness).readonly(),
  differences: z.array(difference).readonly(),
  pricePerHour: z.number().nonnegative().nullable(),
  told: z
    .record(z.string(), z.string())
    .describe('Of a run that was only logged: what its client told of code and environment'),
});
export type ReproducePlan = z.infer<typeof reproducePlan>;

export const reproduceInput = reproducePlanInput.extend({
  name: label.optional(),
  requestId: z.uuid().optional().describe('The same id again answers the same run'),
});
export type ReproduceInput = z.infer<typeof reproduceInput>;

export const reproductionInput = z.object({
  runId,
  tolerance: z
    .number()
    .min(0)
    .max(1)
    .default(0.01)
    .describe('Relative difference up to which a metric counts as equal'),
});
export type ReproductionInput = z.infer<typeof reproductionInput>;

export const comparedMetric = z.object({
  key: z.string(),
  original: metricValue.nullable(),
  again: metricValue.nullable(),
  difference: z.number().nullable().describe('Relative to the greater of both; null when one has no finite value'),
  verdict: z.enum(['within', 'outside', 'missing', 'time']).describe('`time` measures the machine and is not judged'),
});
export type ComparedMetric = z.infer<typeof comparedMetric>;

export const reproduction = z.object({
  of: runSummary.nullable().describe('The run that this one repeats'),
  differences: z.array(difference).readonly().describe('What was not the same, or cannot be told'),
  metrics: z.array(comparedMetric).readonly(),
  again: z.array(runSummary).readonly().describe('Runs that repeat this one, newest first'),
});
export type Reproduction = z.infer<typeof reproduction>;
