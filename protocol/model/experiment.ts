/** An experiment: the table that runs stand in. */
import * as z from 'zod';
import { experimentId, label, projectId, timestamp } from './common.ts';
import { metricSummary } from './metric.ts';
import { runSummary } from './run.ts';

export const experiment = z.object({
  id: experimentId,
  projectId,
  name: z.string(),
  createdAt: timestamp,
  updatedAt: timestamp,
  deletedAt: timestamp.nullable(),
  runs: z.int().nonnegative(),
});
export type Experiment = z.infer<typeof experiment>;

export const createExperimentInput = z.object({ projectId, name: label });
export type CreateExperimentInput = z.infer<typeof createExperimentInput>;

export const searchRunsInput = z.object({
  experimentIds: z.array(experimentId).min(1).max(100),
  filter: z
    .string()
    .max(100_000)
    .default('')
    .describe("MLflow's filter grammar, as in metrics.accuracy > 0.9 and params.model = 'tree'"),
  orderBy: z
    .array(z.string().max(600))
    .max(10)
    .default([])
    .describe('As in metrics.accuracy DESC; ties end with the newest first'),
  view: z.enum(['active', 'deleted', 'all']).default('active'),
  offset: z.int().nonnegative().default(0),
  limit: z.int().min(1).max(1000).default(100),
  metrics: z.array(z.string()).max(1000).optional().describe('Keys to return; absent means all'),
  parameters: z.array(z.string()).max(1000).optional(),
  tags: z.array(z.string()).max(1000).optional(),
});
export type SearchRunsInput = z.infer<typeof searchRunsInput>;

export const runRow = runSummary.extend({
  note: z.string().describe('Its first 300 characters'),
  starred: z.boolean().describe('By you'),
  parameters: z.record(z.string(), z.string()),
  tags: z.record(z.string(), z.string()),
  metrics: z.record(z.string(), metricSummary),
});
export type RunRow = z.infer<typeof runRow>;

export const runPage = z.object({ rows: z.array(runRow).readonly(), total: z.int().nonnegative() });
export type RunPage = z.infer<typeof runPage>;

const filterError = z.object({
  message: z.string(),
  from: z.int().nonnegative(),
  to: z.int().nonnegative(),
});

/** The columns that runs of the experiments have beside their attributes. */
export const columns = z.object({
  metrics: z.array(z.string()).readonly(),
  parameters: z.array(z.string()).readonly(),
  tags: z.array(z.string()).readonly(),
});
export type Columns = z.infer<typeof columns>;

export const parseInput = z.object({ filter: z.string().max(100_000) });

/** A filter as comparisons, all of which hold; empty when it is wrong. Offsets count UTF-16 units of the filter. */
export const parsedFilter = z.object({
  comparisons: z
    .array(
      z.object({
        column: z.string().describe('As the grammar writes it, as in metrics.`val loss`'),
        kind: z.enum(['number', 'text', 'listable']).describe('What it holds, and so the operators that it takes'),
        operator: z.string(),
        value: z.union([z.number(), z.string(), z.array(z.string())]),
      }),
    )
    .readonly(),
  error: filterError.nullable(),
});
export type ParsedFilter = z.infer<typeof parsedFilter>;

export const completeInput = z.object({
  experimentIds: z.array(experimentId).min(1).max(100),
  filter: z.string().max(100_000),
  caret: z.int().nonnegative(),
});
export type CompleteInput = z.infer<typeof completeInput>;

/** What may stand at the caret, and what is wrong so far. Offsets count UTF-16 units of the filter. */
export const completion = z.object({
  from: z.int().nonnegative().describe('Where the text to be replaced begins; it ends at the caret'),
  items: z
    .array(
      z.object({
        text: z.string(),
        kind: z.enum(['column', 'operator', 'value', 'keyword']),
        detail: z.string().optional(),
      }),
    )
    .readonly(),
  error: filterError.nullable(),
});
export type Completion = z.infer<typeof completion>;
