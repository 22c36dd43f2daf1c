/** Budgets and quotas: how much a project, a person or a group may spend and use, and what happens past that. */
import * as z from 'zod';
import { person, projectId, runId, slug, timestamp } from './common.ts';

export const mostBudgets = 2000;
/** A budget is told of when so many percent of it are spent. */
export const budgetThresholds = [50, 80, 100] as const;

export const limitKinds = ['project', 'person', 'group'] as const;
export const limitKind = z.enum(limitKinds);
export type LimitKind = z.infer<typeof limitKind>;

/** Months are those of the calendar in UTC. */
export const budgetPeriod = z.enum(['month', 'total']);
export type BudgetPeriod = z.infer<typeof budgetPeriod>;

/** Past a budget, `warn` tells and lets runs start; `approve` lets none start that nobody approved. */
export const enforcement = z.enum(['warn', 'approve']);
export type Enforcement = z.infer<typeof enforcement>;

const money = z.number().nonnegative();

/** A budget and how it stands now. Money is in the catalog currency. */
export const budget = z.object({
  id: z.string(),
  kind: limitKind,
  subjectId: z.string(),
  name: z.string().describe('Of the project, person or group'),
  period: budgetPeriod,
  amount: z.number().positive(),
  enforcement,
  spent: money.describe('In the period so far'),
  reserved: money.describe('What runs that are queued or running are expected to cost beyond what they have cost'),
  forecast: money.nullable().describe('At the end of the month at the rate so far; null where that says nothing'),
});
export type Budget = z.infer<typeof budget>;

export const budgetList = z.object({ currency: z.string(), budgets: z.array(budget).readonly() });
export type BudgetList = z.infer<typeof budgetList>;

export const listBudgetsInput = z.object({ projectId: projectId.optional().describe('Only those of this project') });
export type ListBudgetsInput = z.infer<typeof listBudgetsInput>;

export const setBudgetInput = z.object({
  kind: limitKind,
  subjectId: slug,
  period: budgetPeriod.default('month'),
  amount: z.number().positive().max(1e12),
  enforcement: enforcement.default('warn'),
});
export type SetBudgetInput = z.infer<typeof setBudgetInput>;

/** A run that waits because it would cross a budget. */
export const approval = z.object({
  runId,
  projectId,
  runName: z.string(),
  askedBy: person,
  askedAt: timestamp,
  reason: z.string(),
  cost: money.describe('What it is expected to cost'),
  mayDecide: z.boolean(),
});
export type Approval = z.infer<typeof approval>;

export const decideInput = z.object({
  runId,
  verdict: z.enum(['approve', 'deny']),
  note: z.string().trim().max(1000).default('').describe('Why; whoever launched the run reads it'),
});
export type DecideInput = z.infer<typeof decideInput>;

/** What a launch would do to a budget. */
export const budgetOutlook = z.object({
  name: z.string(),
  kind: limitKind,
  period: budgetPeriod,
  amount: money,
  left: z.number().describe('Of it now, what is reserved taken away; below 0 when it is crossed already'),
  over: z.boolean().describe('Whether this launch would cross it'),
  enforcement,
});
export type BudgetOutlook = z.infer<typeof budgetOutlook>;

export const quota = z.object({
  kind: z.enum(['project', 'person']),
  subjectId: z.string(),
  name: z.string(),
  concurrentRuns: z.int().positive().nullable().describe('So many runs at a time; null is no limit'),
  gpuHours: z.number().nonnegative().nullable().describe('GPUs times hours in a month; null is no limit'),
  gpuHoursUsed: z.number().nonnegative(),
});
export type Quota = z.infer<typeof quota>;

export const setQuotaInput = z.object({
  kind: z.enum(['project', 'person']),
  subjectId: slug,
  concurrentRuns: z.int().positive().max(100_000).nullable().default(null),
  gpuHours: z.number().nonnegative().max(1e9).nullable().default(null),
});
export type SetQuotaInput = z.infer<typeof setQuotaInput>;
