/** An experiment: the table that runs stand in. */
import * as z from 'zod';
import { experimentId, label, projectId, runId, timestamp } from './common.ts';
import { metricSummary, metricValue } from './metric.ts';
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

/** Which runs: those of the experiments for which the filter holds. */
export const runSelection = z.object({
  experimentIds: z.array(experimentId).min(1).max(100).describe('Of any projects that you may see'),
  filter: z
    .string()
    .max(100_000)
    .default('')
    .describe("MLflow's filter grammar, as in metrics.accuracy > 0.9 and params.model = 'tree'"),
  view: z.enum(['active', 'deleted', 'all']).default('active'),
});
export type RunSelectionInput = z.infer<typeof runSelection>;

export const runColumn = z
  .string()
  .min(1)
  .max(600)
  .describe(
    'As in a filter: metrics.loss (the latest), best.loss, min.loss, max.loss, metrics.loss@100 (at a step), params.rate, tags.team, or an attribute such as duration',
  );
const ordering = z
  .string()
  .max(600)
  .describe('A column with ASC or DESC; parameters and tags that read as numbers are ordered as numbers');

/** What a cell of a table holds. A metric that is no finite number is one of the words NaN, Infinity, -Infinity. */
export const cell = z.union([z.number(), z.string(), z.null()]);
export type Cell = z.infer<typeof cell>;

export const metricPlace = z.object({ key: z.string().min(1).max(250), step: z.number() });
export type MetricPlace = z.infer<typeof metricPlace>;

export const searchRunsInput = runSelection.extend({
  orderBy: z
    .array(ordering)
    .max(10)
    .default([])
    .describe('As in metrics.accuracy DESC; ties end with the newest first'),
  inGroup: z
    .object({ columns: z.array(runColumn).min(1).max(3), values: z.array(cell).min(1).max(3) })
    .refine(({ columns, values }) => columns.length === values.length, 'as many values as columns')
    .optional()
    .describe('Only members of this row of a grouping'),
  offset: z.int().nonnegative().default(0),
  limit: z.int().min(1).max(1000).default(100),
  metrics: z.array(z.string()).max(1000).optional().describe('Keys to return; absent means all'),
  parameters: z.array(z.string()).max(1000).optional(),
  tags: z.array(z.string()).max(1000).optional(),
  at: z.array(metricPlace).max(50).optional().describe('Values of metrics at steps to return'),
});
export type SearchRunsInput = z.infer<typeof searchRunsInput>;

export const runRow = runSummary.extend({
  note: z.string().describe('Its first 300 characters'),
  starred: z.boolean().describe('By you'),
  parameters: z.record(z.string(), z.string()),
  tags: z.record(z.string(), z.string()),
  metrics: z.record(z.string(), metricSummary),
  at: z.record(z.string(), metricValue).describe('By KEY@STEP, of those asked for that the run has'),
});
export type RunRow = z.infer<typeof runRow>;

export const runPage = z.object({
  rows: z.array(runRow).readonly(),
  total: z.int().nonnegative(),
  exact: z.boolean().describe('False where runs came or went since they were counted, a moment ago'),
});
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

export const experimentColumns = columns.extend({
  directions: z
    .record(z.string(), z.enum(['min', 'max']))
    .describe('Which end of a metric is best, where an experiment says it; of the others the name does'),
});
export type ExperimentColumns = z.infer<typeof experimentColumns>;

export const parseInput = z.object({ filter: z.string().max(100_000) });

/** A filter as comparisons, all of which hold; empty when it is wrong. Offsets count UTF-16 units of the filter. */
export const parsedFilter = z.object({
  comparisons: z
    .array(
      z.object({
        column: z.string().describe('As it is written, as in metrics.`val loss`'),
        kind: z.enum(['number', 'text', 'listable']).describe('What it holds, and so the operators that it takes'),
        operator: z.string(),
        value: z
          .union([z.number(), z.string(), z.array(z.string()), z.null()])
          .describe('Null where the operator needs none'),
      }),
    )
    .readonly(),
  error: filterError.nullable(),
});
export type ParsedFilter = z.infer<typeof parsedFilter>;
export const groupRunsInput = runSelection.extend({
  groupBy: z.array(runColumn).min(1).max(3),
  metrics: z.array(runColumn).max(50).default([]).describe('Columns to aggregate over the runs of each group'),
  orderBy: z
    .array(ordering)
    .max(10)
    .default([])
    .describe('A column of groupBy, a column of metrics (by its mean), or runs; each with ASC or DESC'),
  offset: z.int().nonnegative().default(0),
  limit: z.int().min(1).max(1000).default(100),
});
export type GroupRunsInput = z.infer<typeof groupRunsInput>;

/** Over the finite values. */
export const aggregate = z.object({
  count: z.int().positive().describe('Runs that have a finite value'),
  mean: z.number(),
  deviation: z.number().nullable().describe('Of a sample; null for fewer than two'),
  min: z.number(),
  max: z.number(),
});
export type Aggregate = z.infer<typeof aggregate>;

export const runGroups = z.object({
  rows: z
    .array(
      z.object({
        values: z.array(cell).readonly().describe('One for each column of groupBy; null where runs have none'),
        runs: z.int().positive(),
        aggregates: z.record(z.string(), aggregate.nullable()).describe('By the columns as they were asked for'),
      }),
    )
    .readonly(),
  total: z.int().nonnegative().describe('Groups in all'),
});
export type RunGroups = z.infer<typeof runGroups>;

export const maxTableRuns = 20_000;

export const runValuesInput = runSelection.extend({
  columns: z.array(runColumn).min(1).max(50),
  limit: z.int().min(1).max(maxTableRuns).default(10_000),
  runIds: z.array(runId).max(maxTableRuns).optional().describe('Only these'),
});
export type RunValuesInput = z.infer<typeof runValuesInput>;

/** Column by column: `columns[c][r]` is of the run `runIds[r]`. Parameters are text, as they were logged. */
export const runValues = z.object({
  runIds: z.array(z.string()).readonly(),
  names: z.array(z.string()).readonly(),
  columns: z.array(z.array(cell).readonly()).readonly(),
  total: z.int().nonnegative().describe('Runs that match'),
  sampled: z
    .boolean()
    .describe('Whether more match than are here: these are taken evenly, and the same ones each time'),
});
export type RunTable = z.infer<typeof runValues>;

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
