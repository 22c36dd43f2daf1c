/**
 * Jobs as a repository defines them in flywheel.yaml. The one model of that
 * file: the JSON schema for editors (media/flywheel.schema.json) is made of it.
 */
import * as z from 'zod';
import { environmentId, projectId, relativePath, runId, slug, tierId } from './common.ts';
import { costEstimate } from './cost.ts';
import { codeRef, parameterKey, runReason } from './run.ts';
import { scheduleDefinition } from './schedule.ts';

export { jobFileName } from './jobFileName.ts';
export const maxJobs = 200;

export const jobName = slug.describe('Name of a job');

const units = { s: 1 / 60, m: 1, h: 60, d: 1440 } as const;

/** As `45s`, `30m`, `2h`, `1d`. */
export const duration = z.string().regex(/^\d{1,6}(?:\.\d{1,3})?\s?[smhd]$/, 'a number and a unit: 45s, 30m, 2h, 1d');

/** Minutes of a duration. */
export function minutesOf(text: string): number {
  const unit = text.slice(-1) as keyof typeof units;
  return Number(text.slice(0, -1)) * units[unit];
}

const value = z.union([z.string().max(6000), z.number(), z.boolean()]);

const jobRetries = z.strictObject({
  limit: z.int().min(1).max(20).describe('How often it is tried again, at most'),
  on: z
    .array(runReason)
    .min(1)
    .optional()
    .describe('Ends after which it is tried again; by default those that may pass by themselves'),
  wait: duration.optional().describe('Before the second attempt, 30s by default; doubles before each further one'),
  'longest-wait': duration.optional().describe('The wait does not grow beyond this, 1h by default'),
});

const jobConcurrency = z.strictObject({
  group: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .describe('Of the runs of a project with the same group, one goes on at a time'),
  policy: z
    .enum(['queue', 'cancel-older', 'skip'])
    .optional()
    .describe('queue (default): wait; cancel-older: stop the others; skip: do not run while another has not ended'),
});

export const jobDefinition = z
  .strictObject({
    description: z.string().max(500).optional().describe('What it is for, in one line'),
    command: z
      .string()
      .trim()
      .min(1)
      .max(20_000)
      .optional()
      .describe('Shell command. {name} is replaced by that parameter; the others are appended as --name value'),
    report: relativePath
      .optional()
      .describe('Instead of a command: a notebook (.ipynb) or R Markdown (.Rmd) that is run and kept as report.html'),
    folder: relativePath.optional().describe('Folder that the command runs in, from where this file is'),
    environment: environmentId.optional().describe("Environment; by default the server's default"),
    tier: tierId.optional().describe("Hardware tier; by default the server's default"),
    parameters: z.record(parameterKey, value).optional().describe('Parameters by name'),
    outputs: z
      .array(relativePath)
      .max(50)
      .optional()
      .describe('Folders and files that are kept as artifacts; by default outputs'),
    priority: z.int().min(-100).max(100).optional().describe('Higher starts first within the project'),
    retries: jobRetries.optional().describe('Whether and how a failed run is tried again'),
    timeout: duration.optional().describe('Stopped after this long'),
    concurrency: jobConcurrency.optional().describe('Which runs must not go on at the same time'),
    'depends-on': z
      .array(jobName)
      .max(50)
      .optional()
      .describe('Jobs of this file that are launched first and must succeed'),
    notify: z
      .enum(['always', 'failure', 'never'])
      .optional()
      .describe('When its person is told in the editor that a run has ended; by default as their setting says'),
    schedule: scheduleDefinition.optional().describe('When it is to run; takes effect once somebody schedules it'),
  })
  .refine(({ command, report }) => (command === undefined) !== (report === undefined), {
    message: 'needs either a command or a report',
    path: ['command'],
  })
  .refine(({ report }) => report === undefined || /\.(ipynb|rmd)$/i.test(report), {
    message: 'a notebook (.ipynb) or R Markdown (.Rmd)',
    path: ['report'],
  });
export type JobDefinition = z.infer<typeof jobDefinition>;

export const jobFile = z.strictObject({
  version: z.literal(1).optional().describe('Of the format of this file'),
  jobs: z
    .record(jobName, jobDefinition)
    .refine((jobs) => Object.keys(jobs).length <= maxJobs, `${maxJobs} jobs at most`)
    .describe('Jobs by name'),
});
export type JobFile = z.infer<typeof jobFile>;

/** What is wrong in a flywheel.yaml, and where. Lines count from 1. */
export const jobProblem = z.object({
  line: z.int().positive(),
  column: z.int().positive(),
  field: z.string().nullable().describe('Dotted path, as jobs.train.tier'),
  message: z.string(),
});
export type JobProblem = z.infer<typeof jobProblem>;

export const definedJob = z.object({
  name: jobName,
  line: z.int().positive(),
  definition: jobDefinition,
});
export type DefinedJob = z.infer<typeof definedJob>;

/** Jobs that are wrong are left out and named in the problems. */
export const readJobFile = z.object({
  jobs: z.array(definedJob).readonly(),
  problems: z.array(jobProblem).readonly(),
});
export type ReadJobFile = z.infer<typeof readJobFile>;

export const validateJobsInput = z.object({ text: z.string().max(500_000) });
export type ValidateJobsInput = z.infer<typeof validateJobsInput>;

export const listJobsInput = z.object({
  projectId,
  code: codeRef.optional().describe('The commit to read flywheel.yaml of; absent means that of the newest launch'),
});
export type ListJobsInput = z.infer<typeof listJobsInput>;

export const jobList = readJobFile.extend({
  path: z.string().nullable().describe('Where the file is in the snapshot; null when there is none'),
  code: codeRef.nullable(),
});
export type JobList = z.infer<typeof jobList>;

export const launchJobInput = z.object({
  projectId,
  job: jobName,
  code: codeRef,
  parameters: z.record(parameterKey, z.string().max(6000)).default({}).describe('Instead of those of the file'),
  tierId: tierId.optional(),
  environmentId: environmentId.optional(),
  alone: z.boolean().default(false).describe('Without the jobs that it depends on'),
  requestId: z.uuid().optional(),
});
export type LaunchJobInput = z.infer<typeof launchJobInput>;

/** What a launch of a job would do, one step a job, those it depends on first. */
export const jobPlan = z.object({
  steps: z
    .array(
      z.object({
        job: jobName,
        command: z.string(),
        folder: z.string(),
        parameters: z.record(z.string(), z.string()),
        environmentId: z.string(),
        environmentRevision: z.int().nullable(),
        tierId: z.string(),
        waitsFor: z.array(z.string()).readonly().describe('In words, one line each'),
        estimate: costEstimate.nullable(),
        problem: z.string().nullable().describe('Why it would be refused, and what to do'),
      }),
    )
    .readonly(),
  commit: z.string(),
  cost: z
    .object({ low: z.number(), high: z.number(), currency: z.string() })
    .nullable()
    .describe('Of all steps together, one attempt each; null where nothing is known of one of them'),
  possible: z.boolean(),
});
export type JobPlan = z.infer<typeof jobPlan>;

export const launchedJob = z.object({
  runId: runId.describe('Of the job itself'),
  runs: z.array(z.object({ job: jobName, runId })).readonly(),
});
export type LaunchedJob = z.infer<typeof launchedJob>;
