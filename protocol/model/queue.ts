/** The queue as people see it: what runs now, what waits, in which order, why, and until about when. */
import * as z from 'zod';
import { projectId, runId, tierId, timestamp } from './common.ts';
import { queueInfo, runSummary } from './run.ts';

export const maxShownQueued = 1000;

/** A waiting run in its place. */
export const queuedRun = z.object({
  run: runSummary,
  queue: queueInfo.nullable().describe('Null for a moment after the launch'),
  expectedStart: timestamp
    .nullable()
    .describe('By how long past runs of the commands took; null where nothing is known or somebody must act first'),
  paused: z.boolean(),
  priority: z.int(),
  job: z.string().nullable().describe('The job of flywheel.yaml that it is a run of'),
  scheduleId: z.string().nullable(),
  attempt: z.int().positive(),
  notBefore: timestamp.nullable(),
});
export type QueuedRun = z.infer<typeof queuedRun>;

export const listQueueInput = z.object({
  projectId: projectId.optional().describe('Absent means all projects that you may see'),
});
export type ListQueueInput = z.infer<typeof listQueueInput>;

export const queueList = z.object({
  running: z.array(runSummary.extend({ expectedEnd: timestamp.nullable() })).readonly(),
  queued: z
    .array(queuedRun)
    .readonly()
    .describe(`In the order in which they would start, tier by tier; ${maxShownQueued} at most`),
  tiers: z
    .array(
      z.object({
        tierId,
        name: z.string(),
        places: z.int().positive(),
        taken: z.int().nonnegative(),
        waiting: z.int().nonnegative(),
      }),
    )
    .readonly()
    .describe('Over all projects, seen or not'),
  hidden: z.int().nonnegative().describe('Waiting runs of projects that you do not see'),
});
export type QueueList = z.infer<typeof queueList>;

export const moveInput = z.object({
  runId,
  before: runId.nullable().describe('The waiting run of the same project and tier to stand before; null is the end'),
});
export type MoveInput = z.infer<typeof moveInput>;
