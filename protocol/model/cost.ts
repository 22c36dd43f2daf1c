/** Money that runs spent: time on a hardware tier, by its price when the run was launched. */
import * as z from 'zod';
import { budgetOutlook } from './budget.ts';
import { projectId, tierId, timestamp } from './common.ts';

export const maxPeriods = 120;
export const maxSpenders = 500;

export const costDimensions = ['project', 'person', 'tier', 'experiment', 'command', 'run'] as const;
export const costDimension = z.enum(costDimensions);
export type CostDimension = z.infer<typeof costDimension>;

export const spendingInput = z.object({
  edges: z
    .array(timestamp)
    .min(2)
    .max(maxPeriods + 1)
    .refine(
      (edges) => edges.every((edge, at) => at === 0 || edge > (edges[at - 1] ?? edge)),
      'each later than the one before',
    )
    .describe('Where periods begin and end: one period lies between each two neighbours'),
  by: costDimension,
  projectIds: z.array(projectId).min(1).max(1000).optional().describe('Absent means all that you may see'),
});
export type SpendingInput = z.infer<typeof spendingInput>;

const spent = z.object({
  cost: z.number().nonnegative().describe('In the catalog currency'),
  hours: z.number().nonnegative().describe('On the tier, of all runs together'),
  runs: z.int().nonnegative().describe('That began in the period, or ran already when the first one began'),
});
export type Spent = z.infer<typeof spent>;

/** What one of them spent, period by period. */
export const spender = z.object({
  key: z.string().describe('Id, or the command itself'),
  name: z.string(),
  periods: z.array(spent).readonly(),
});
export type Spender = z.infer<typeof spender>;

export const spending = z.object({
  currency: z.string(),
  spenders: z.array(spender).readonly().describe(`Most expensive first, ${maxSpenders} at most`),
  others: z.array(spent).nullable().describe('All that are beyond those, together; null when there are none'),
  until: timestamp.describe('Now: what runs has cost so much so far'),
});
export type Spending = z.infer<typeof spending>;

export const estimateInput = z.object({
  projectId,
  command: z.string().min(1).max(20_000),
  tierId,
});
export type EstimateInput = z.infer<typeof estimateInput>;

/** What a command will likely cost, by the newest of its runs that succeeded. */
export const costEstimate = z.object({
  currency: z.string(),
  runs: z.int().nonnegative().describe('From so many runs on this tier; none means that nothing is known'),
  minutes: z
    .object({ low: z.number(), median: z.number(), high: z.number() })
    .nullable()
    .describe('The shortest of ten, the middle and the longest of ten'),
  cost: z.object({ low: z.number(), median: z.number(), high: z.number() }).nullable(),
  budgets: z.array(budgetOutlook).readonly().describe('Those that the launch would count against'),
});
export type CostEstimate = z.infer<typeof costEstimate>;
