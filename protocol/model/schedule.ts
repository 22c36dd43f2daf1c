/** When something runs by itself: cron in a time zone, what happens on overlap and after an outage. */
import * as z from 'zod';
import { label, person, projectId, runId, slug, timestamp } from './common.ts';
import { codeRef, launchInput } from './run.ts';

export const maxSchedules = 500;
export const maxCatchUp = 20;

export const scheduleId = z
  .string()
  .regex(/^[0-9a-f-]{8,64}$/, 'the id of a schedule')
  .describe('Schedule id');

export const cronText = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .describe(
    'Five fields: minute, hour, day of month, month, day of week. Also @hourly, @daily, @weekly, @monthly, @yearly',
  );
export const timeZone = z.string().min(1).max(100).describe('IANA time zone, as Europe/Vienna');

export const overlapPolicies = ['skip', 'queue', 'cancel-older', 'allow'] as const;
export const overlapPolicy = z
  .enum(overlapPolicies)
  .describe('When the run before has not ended: skip this one, let it wait, stop the one before, or let both go on');
export const catchUpPolicies = ['skip', 'one', 'all'] as const;
export const catchUpPolicy = z
  .enum(catchUpPolicies)
  .describe(`What was missed while the server was down: nothing, one run, or each, the newest ${maxCatchUp} at most`);

/** As it stands in flywheel.yaml. */
export const scheduleDefinition = z.strictObject({
  cron: cronText,
  timezone: timeZone.optional().describe('IANA time zone, as Europe/Vienna; UTC by default'),
  overlap: overlapPolicy.optional(),
  'catch-up': catchUpPolicy.optional(),
});
export type ScheduleDefinition = z.infer<typeof scheduleDefinition>;

/** What it launches: a job of flywheel.yaml at a commit, or a launch as it was once made. */
export const scheduledWork = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('job'),
    job: slug,
    code: codeRef,
    parameters: z.record(z.string(), z.string().max(6000)).default({}),
  }),
  z.object({
    kind: z.literal('launch'),
    launch: launchInput.omit({ projectId: true, requestId: true, rules: true }),
  }),
]);
export type ScheduledWork = z.infer<typeof scheduledWork>;

/** What somebody asks to be scheduled: the work, or a run whose launch is to be repeated. */
export const askedWork = z.discriminatedUnion('kind', [
  ...scheduledWork.options,
  z.object({ kind: z.literal('run'), runId }),
]);
export type AskedWork = z.infer<typeof askedWork>;

const timing = {
  cron: cronText,
  timezone: timeZone.default('UTC'),
  overlap: overlapPolicy.default('skip'),
  catchUp: catchUpPolicy.default('one'),
};

export const schedule = z.object({
  id: scheduleId,
  projectId,
  name: label,
  ...timing,
  work: scheduledWork,
  owner: person.describe('Runs are launched as this person, with the role they have then'),
  paused: z.boolean(),
  pauseReason: z.string().nullable().describe('Why the server paused it; null when a person did'),
  words: z.string().describe('When it runs, in words'),
  next: z.array(timestamp).readonly().describe('The next times; empty while it is paused'),
  last: z.object({ at: timestamp, outcome: z.string(), runId: runId.nullable() }).nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type Schedule = z.infer<typeof schedule>;

export const createScheduleInput = z.object({ projectId, name: label, ...timing, work: askedWork });
export type CreateScheduleInput = z.infer<typeof createScheduleInput>;

export const updateScheduleInput = z.object({
  scheduleId,
  name: label.optional(),
  cron: cronText.optional(),
  timezone: timeZone.optional(),
  overlap: overlapPolicy.optional(),
  catchUp: catchUpPolicy.optional(),
  work: askedWork.optional(),
  paused: z.boolean().optional(),
});
export type UpdateScheduleInput = z.infer<typeof updateScheduleInput>;

export const listSchedulesInput = z.object({
  projectId: projectId.optional().describe('Absent means all projects that you may see'),
});
export type ListSchedulesInput = z.infer<typeof listSchedulesInput>;

export const previewScheduleInput = z.object({ cron: cronText, timezone: timeZone.default('UTC') });
export type PreviewScheduleInput = z.infer<typeof previewScheduleInput>;

export const schedulePreview = z.object({ words: z.string(), next: z.array(timestamp).readonly() });
export type SchedulePreview = z.infer<typeof schedulePreview>;

export const firingOutcomes = ['launched', 'skipped', 'missed', 'refused'] as const;
/** What came of a time at which it was due. */
export const firing = z.object({
  due: timestamp,
  at: timestamp.describe('When the server dealt with it'),
  outcome: z.enum(firingOutcomes),
  count: z.int().positive().describe('Of missed ones: how many together'),
  runId: runId.nullable(),
  detail: z.string().nullable(),
});
export type Firing = z.infer<typeof firing>;
