/** Where a queued run stands, and what it waits for. */
import * as z from 'zod';

/** What a queued run waits for. */
export const queueHolds = ['tier', 'backend', 'rule', 'paused', 'dependency', 'time', 'group'] as const;
export const queueHold = z.enum(queueHolds);
export type QueueHold = z.infer<typeof queueHold>;

export const queueInfo = z.object({
  position: z.int().positive().describe('1 is next'),
  reason: z.string().describe('What it waits for, in words'),
  hold: queueHold.optional().describe('The same as a word'),
});
export type QueueInfo = z.infer<typeof queueInfo>;
