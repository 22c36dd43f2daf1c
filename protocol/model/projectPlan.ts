/** What a project is to reach and what holds it up; and what is known of it at a glance. */
import * as z from 'zod';
import { clock, experimentId, label, person, projectId, runId, timestamp } from './common.ts';

export const mostGoals = 100;
export const mostOpenBlockers = 100;

const planId = z.uuid();
const reason = z.string().trim().max(2000);

export const goal = z.object({
  id: planId,
  title: label,
  progress: z.int().min(0).max(100).describe('Percent'),
  dueAt: timestamp.nullable(),
  version: clock.describe('Position of the event that changed it last'),
  removed: z.boolean(),
});
export type Goal = z.infer<typeof goal>;

export const saveGoalInput = z.object({
  projectId,
  goalId: planId.optional().describe('Absent makes a new one, which needs a title'),
  title: label.optional(),
  progress: z.int().min(0).max(100).optional(),
  dueAt: timestamp.nullable().optional(),
  removed: z.boolean().optional().describe('Takes it away, or brings it back'),
  reason: reason.optional().describe('Why it changes, for the feed'),
  expectedVersion: clock.optional().describe('The version that you saw'),
});
export type SaveGoalInput = z.infer<typeof saveGoalInput>;

export const blocker = z.object({
  id: planId,
  text: label.describe('What holds the project up'),
  openedBy: person,
  openedAt: timestamp,
  waitingFor: z.string().nullable().describe('Who or what it waits for'),
  closedBy: person.nullable(),
  closedAt: timestamp.nullable(),
  resolution: z.string().nullable().describe('Why it is none any more'),
  version: clock,
});
export type Blocker = z.infer<typeof blocker>;

export const saveBlockerInput = z.object({
  projectId,
  blockerId: planId.optional().describe('Absent opens a new one, which needs a text'),
  text: label.optional(),
  waitingFor: z.string().trim().max(200).nullable().optional(),
  closed: z.boolean().optional(),
  reason: reason.optional().describe('How it was resolved, or why it is open again; closing needs one'),
  expectedVersion: clock.optional().describe('The version that you saw'),
});
export type SaveBlockerInput = z.infer<typeof saveBlockerInput>;

/** The best that an experiment's runs came to, by the metric that most of them have. */
export const projectResult = z.object({
  experimentId,
  experiment: z.string(),
  metric: z.string(),
  direction: z.enum(['min', 'max']),
  value: z.number(),
  run: z.object({ id: runId, name: z.string() }),
  runs: z.int().describe('With this metric'),
});
export type ProjectResult = z.infer<typeof projectResult>;

export const usedEnvironment = z.object({
  environmentId: z.string(),
  name: z.string(),
  revision: z.int(),
  runs: z.int(),
  lastUsedAt: timestamp,
});
export type UsedEnvironment = z.infer<typeof usedEnvironment>;

export const usedDataset = z.object({
  name: z.string(),
  digest: z.string(),
  context: z.string().nullable(),
  runs: z.int(),
  lastUsedAt: timestamp,
});
export type UsedDataset = z.infer<typeof usedDataset>;

export const projectOverview = z.object({
  goals: z.array(goal).readonly(),
  blockers: z.array(blocker).readonly().describe('Open ones first, then the newest 50 that are closed'),
  results: z.array(projectResult).readonly().describe('Of the 20 experiments with the newest runs'),
  environments: z.array(usedEnvironment).readonly().describe('Most recently used first, at most 20'),
  datasets: z.array(usedDataset).readonly().describe('Most recently used first, at most 20'),
});
export type ProjectOverview = z.infer<typeof projectOverview>;
