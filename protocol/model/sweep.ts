/**
 * A sweep: many runs of one command with other parameters each, chosen by what
 * the earlier ones came to. A trial is a run like any other; the sweep only
 * says which number it has and which values it was given.
 */
import * as z from 'zod';
import { environmentId, experimentId, label, person, projectId, relativePath, tierId, timestamp } from './common.ts';
import { codeRef, parameterKey, runReason, runState } from './run.ts';

export const sweepId = z
  .string()
  .regex(/^[0-9a-f-]{8,64}$/, 'the id of a sweep')
  .describe('Sweep id');

/** A sweep stands for so many trials at most; what needs more is several sweeps. */
export const mostTrials = 1000;
export const mostParallel = 50;
const mostValues = 200;

/** Tags that tell a run's place in a sweep to whoever reads runs. */
export const sweepTags = { sweep: 'flywheel.sweep', trial: 'flywheel.trial', pruned: 'flywheel.pruned' } as const;

export const parameterValue = z.union([z.number(), z.boolean(), z.string().max(1000)]);
export type ParameterValue = z.infer<typeof parameterValue>;
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** Only tried where an earlier parameter has one of these values. */
const when = z
  .object({ parameter: parameterKey, values: z.array(parameterValue).min(1).max(mostValues).readonly() })
  .nullable()
  .default(null);
const named = { name: parameterKey, when };

export const searchedParameter = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('float'),
    ...named,
    low: z.number(),
    high: z.number(),
    log: z.boolean().default(false).describe('Tried evenly by order of magnitude'),
    step: z.number().positive().nullable().default(null).describe('Only low, low + step, ... are tried'),
  }),
  z.object({
    kind: z.literal('int'),
    ...named,
    low: z.int(),
    high: z.int(),
    log: z.boolean().default(false),
    step: z.int().positive().default(1),
  }),
  z.object({ kind: z.literal('choice'), ...named, values: z.array(parameterValue).min(1).max(mostValues).readonly() }),
]);
export type SearchedParameter = z.infer<typeof searchedParameter>;

export const objective = z.object({
  metric: z.string().min(1).max(250),
  direction: z.enum(['minimize', 'maximize']),
  reading: z
    .enum(['last', 'best'])
    .default('last')
    .describe('Which value of the metric counts when a trial has ended: the last one or the best one'),
});
export type Objective = z.infer<typeof objective>;

export const sampler = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('grid') }),
  z.object({
    kind: z.literal('random'),
    seed: z
      .int()
      .nonnegative()
      .max(2 ** 31)
      .default(0),
  }),
  z.object({
    kind: z.literal('tpe'),
    seed: z
      .int()
      .nonnegative()
      .max(2 ** 31)
      .default(0),
    startup: z.int().positive().max(mostTrials).default(10).describe('So many trials are random before it learns'),
  }),
]);
export type Sampler = z.infer<typeof sampler>;

export const pruner = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({
    kind: z.literal('median'),
    startup: z.int().nonnegative().max(mostTrials).default(5).describe('So many trials must have ended before'),
    warmup: z.int().nonnegative().default(0).describe('Steps in which no trial is stopped'),
    interval: z.int().positive().default(1).describe('Steps between two looks'),
  }),
  z.object({
    kind: z.literal('asha'),
    resource: z.int().positive().default(1).describe('The step of the first rung'),
    factor: z
      .int()
      .min(2)
      .max(100)
      .default(4)
      .describe('One of so many goes on, and each rung lies so many times higher'),
  }),
]);
export type Pruner = z.infer<typeof pruner>;

const limits = {
  trials: z.int().positive().max(mostTrials).nullable().describe('A grid needs none: it ends by itself'),
  minutes: z.number().positive().nullable().describe('While it is not paused'),
  cost: z.number().positive().nullable().describe('In the catalog currency, over all its trials'),
};
export const sweepBudget = z.object({
  trials: limits.trials.default(null),
  minutes: limits.minutes.default(null),
  cost: limits.cost.default(null),
});
export type SweepBudget = z.infer<typeof sweepBudget>;

/** What is the same in the launch form, in a file and over the contract. */
export const sweepFields = z.object({
  name: label.optional(),
  command: z.string().trim().min(1).max(20_000).describe('As of a run: parameters are named in it or appended'),
  parameters: z.record(parameterKey, z.string().max(6000)).default({}).describe('The same in each trial'),
  environmentId,
  environmentRevision: z.int().positive().optional(),
  tierIds: z
    .array(tierId)
    .min(1)
    .max(10)
    .readonly()
    .describe('Each trial runs on the one that is least used by the sweep'),
  artifacts: z.array(relativePath).max(50).readonly().default(['outputs']),
  space: z.array(searchedParameter).min(1).max(50).readonly(),
  objective,
  sampler: sampler.default({ kind: 'tpe', seed: 0, startup: 10 }),
  pruner: pruner.default({ kind: 'none' }),
  budget: sweepBudget,
  parallel: z.int().positive().max(mostParallel).default(1).describe('Trials at the same time'),
  failuresInARow: z.int().positive().max(mostTrials).default(5).describe('The sweep ends after so many'),
});
export type SweepFields = z.infer<typeof sweepFields>;

export const createSweepInput = sweepFields.extend({
  projectId,
  experimentId: experimentId.optional().describe("Defaults to the project's own"),
  code: codeRef,
  requestId: z.uuid().optional().describe('The same id again answers the same sweep'),
});
export type CreateSweepInput = z.infer<typeof createSweepInput>;

export const sweepStates = ['running', 'paused', 'ending', 'ended'] as const;
export const sweepState = z.enum(sweepStates);
export type SweepState = z.infer<typeof sweepState>;

export const sweepReasons = [
  'trials-done',
  'space-done',
  'time-over',
  'money-spent',
  'failing',
  'refused',
  'stopped-by-user',
  'recorded',
] as const;
export const sweepReason = z.enum(sweepReasons);
export type SweepReason = z.infer<typeof sweepReason>;

/** `failed`: also a trial that succeeded without a value of the metric. `stopped`: by a person, or with the sweep. */
export const trialOutcomes = ['waiting', 'running', 'complete', 'pruned', 'failed', 'stopped'] as const;
export const trialOutcome = z.enum(trialOutcomes);
export type TrialOutcome = z.infer<typeof trialOutcome>;

export const sweepTrial = z.object({
  number: z.int().nonnegative(),
  runId: z.string().nullable().describe('Null until it is launched'),
  name: z.string().nullable(),
  values: z.record(z.string(), parameterValue),
  outcome: trialOutcome,
  state: runState.nullable(),
  reason: runReason.nullable(),
  detail: z.string().nullable(),
  value: z.number().nullable().describe('Of the metric: so far, or at the end'),
  step: z.number().nullable().describe('The last step at which it was logged'),
  tierId: z.string().nullable(),
  cost: z.number().nonnegative(),
  startedAt: timestamp.nullable(),
  endedAt: timestamp.nullable(),
});
export type SweepTrial = z.infer<typeof sweepTrial>;

export const bestTrial = z.object({ number: z.int(), runId: z.string(), value: z.number() });
export type BestTrial = z.infer<typeof bestTrial>;

export const sweep = z.object({
  id: sweepId,
  projectId,
  experimentId,
  name: label,
  origin: z.enum(['flywheel', 'optuna']).describe('Whether it is driven here, or a script with Optuna was recorded'),
  state: sweepState,
  reason: sweepReason.nullable().describe('Why it ended or is ending'),
  detail: z.string().nullable(),
  createdBy: person,
  createdAt: timestamp,
  endedAt: timestamp.nullable(),
  definition: sweepFields.nullable().describe('Null for a recorded one'),
  objective: objective.pick({ metric: true, direction: true }).describe('What is judged'),
  parameters: z.array(z.string()).readonly().describe('Names of those that differ between trials'),
  size: z.int().positive().nullable().describe('How many trials a grid has; null for what has no end of its own'),
  counts: z.record(trialOutcome, z.int().nonnegative()),
  minutes: z.number().nonnegative().describe('Not paused, so far'),
  cost: z.number().nonnegative(),
  currency: z.string(),
  best: bestTrial.nullable(),
});
export type Sweep = z.infer<typeof sweep>;

export const sweepDetail = sweep.extend({ trials: z.array(sweepTrial).readonly() });
export type SweepDetail = z.infer<typeof sweepDetail>;

export const updateSweepInput = z.object({
  sweepId,
  name: label.optional(),
  budget: z
    .object(limits)
    .partial()
    .optional()
    .describe('What is left out stays; an ended sweep with room again goes on'),
  parallel: z.int().positive().max(mostParallel).optional(),
});
export type UpdateSweepInput = z.infer<typeof updateSweepInput>;
