/** A run: a launched job and an MLflow run are the same thing, with the same id. */
import * as z from 'zod';
import { fileKind } from './code.ts';
import {
  commitId,
  environmentId,
  experimentId,
  label,
  note,
  person,
  projectId,
  relativePath,
  runId,
  tierId,
  timestamp,
} from './common.ts';
import { metricSummary } from './metric.ts';
import { queueInfo } from './queueInfo.ts';
import { secretChoices } from './secret.ts';

/** queued → preparing → starting → running → one of the last four. A logged run starts at running. */
export const runStates = [
  'queued',
  'preparing',
  'starting',
  'running',
  'succeeded',
  'failed',
  'stopped',
  'lost',
] as const;
export const runState = z.enum(runStates);
export type RunState = z.infer<typeof runState>;

export function isFinal(state: RunState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'stopped' || state === 'lost';
}

/** Why a run ended as it did, or why it waits. */
export const runReasons = [
  'exit-code',
  'signal',
  'stopped-by-user',
  'pruned',
  'sweep-ended',
  'time-limit',
  'memory-limit',
  'command-not-found',
  'environment-failed',
  'code-unavailable',
  'backend-unavailable',
  'job-disappeared',
  'disk-full',
  'image-missing',
  'host-lost',
  'preempted',
  'dependency-failed',
  'superseded',
  'group-busy',
  'reported-by-client',
  'secret-unavailable',
  'approval-denied',
] as const;
export const runReason = z.enum(runReasons);
export type RunReason = z.infer<typeof runReason>;

export const codeRef = z.object({
  commit: commitId.describe('The snapshot that runs'),
  base: commitId.nullable().describe('The commit of the branch it was taken from; null when there was none'),
  branch: z.string().nullable(),
  dirty: z.boolean().describe('Whether the snapshot differs from the base'),
  folder: relativePath.default('').describe('Folder inside the snapshot that the command runs in'),
});
export type CodeRef = z.infer<typeof codeRef>;

/** What a table or tree shows of a run. */
export const runSummary = z.object({
  id: runId,
  projectId,
  experimentId,
  name: label,
  state: runState,
  reason: runReason.nullable(),
  detail: z.string().nullable().describe('One line for people about the reason'),
  launched: z.boolean().describe('Whether Flywheel started it; false when a client only logged it'),
  createdBy: person,
  createdAt: timestamp,
  startedAt: timestamp.nullable(),
  endedAt: timestamp.nullable(),
  deletedAt: timestamp.nullable(),
  exitCode: z.int().nullable(),
  tierId: tierId.nullable(),
  environmentId: environmentId.nullable(),
  environmentRevision: z.int().nullable(),
  commit: z.string().nullable(),
  cost: z.number().nonnegative().describe('In the catalog currency, so far'),
});
export type RunSummary = z.infer<typeof runSummary>;

export const runUsage = z.object({
  cpuSeconds: z.number().nonnegative(),
  peakMemoryBytes: z.number().nonnegative(),
});
export type RunUsage = z.infer<typeof runUsage>;

/** A dataset that a run used, and what for. */
export const datasetInput = z.object({
  name: z.string(),
  digest: z.string(),
  sourceType: z.string(),
  context: z.string().nullable().describe('As training or test'),
});
export type DatasetInput = z.infer<typeof datasetInput>;

/** A model that a run made. */
export const modelOutput = z.object({ modelId: z.string(), name: z.string(), step: z.number() });
export type ModelOutput = z.infer<typeof modelOutput>;

export const run = runSummary.extend({
  command: z.string().nullable(),
  parameters: z.record(z.string(), z.string()),
  tags: z.record(z.string(), z.string()),
  note: note,
  metrics: z.array(metricSummary).readonly(),
  code: codeRef.nullable(),
  queue: queueInfo.nullable(),
  usage: runUsage.nullable(),
  pricePerHour: z.number().nonnegative(),
  artifactRoot: z.string(),
  inputs: z.array(datasetInput).readonly(),
  outputs: z.array(modelOutput).readonly(),
});
export type Run = z.infer<typeof run>;

export const parameterKey = z
  .string()
  .regex(/^[\w.\-/: ]{1,250}$/, 'letters, digits, space and _ . - / :, at most 250');

/** Ends after which the same run may well come out otherwise; the others would only repeat themselves. */
const retriedReasons = ['exit-code', 'signal', 'backend-unavailable', 'job-disappeared', 'disk-full'] as const;

export const retryRule = z.object({
  limit: z.int().min(1).max(20).describe('How often it is tried again, at most'),
  on: z
    .array(runReason)
    .min(1)
    .default([...retriedReasons])
    .describe('The ends after which it is tried again'),
  firstWaitSeconds: z
    .number()
    .min(0)
    .max(86_400)
    .default(30)
    .describe('Before the second attempt; doubles before each further one'),
  longestWaitSeconds: z.number().min(0).max(86_400).default(3600),
});
export type RetryRule = z.infer<typeof retryRule>;

export const groupPolicies = ['queue', 'cancel-older', 'skip'] as const;
export const concurrencyRule = z.object({
  group: label.describe('Of the runs of a project with the same group, one goes on at a time'),
  policy: z
    .enum(groupPolicies)
    .default('queue')
    .describe('queue: wait for the others; cancel-older: stop them; skip: do not run while another has not ended'),
});
export type ConcurrencyRule = z.infer<typeof concurrencyRule>;

export const awaitedRun = z.object({
  runId,
  needs: z.enum(['success', 'end']).default('success').describe('Whether it must have succeeded, or only have ended'),
});
export type AwaitedRun = z.infer<typeof awaitedRun>;

/** What the queue is to keep to, beside the order. */
export const launchRules = z.object({
  retries: retryRule.optional(),
  timeoutMinutes: z
    .number()
    .positive()
    .max(43_200)
    .optional()
    .describe('Stopped after this long, if the tier does not do so earlier'),
  concurrency: concurrencyRule.optional(),
  after: z.array(awaitedRun).max(100).default([]).describe('Runs of the same project that it waits for'),
  notBefore: timestamp.optional(),
});
export type LaunchRules = z.infer<typeof launchRules>;

export const launchInput = z.object({
  projectId,
  experimentId: experimentId.optional().describe("Defaults to the project's own"),
  name: label.optional().describe('Defaults to a generated one'),
  command: z
    .string()
    .trim()
    .min(1)
    .max(20_000)
    .describe(
      'Shell command. {name} is replaced by that parameter; parameters not named so are appended as --name value',
    ),
  parameters: z.record(parameterKey, z.string().max(6000)).default({}),
  tags: z.record(z.string().min(1).max(250), z.string().max(8000)).default({}),
  environmentId,
  environmentRevision: z.int().positive().optional().describe('Defaults to the latest'),
  tierId,
  code: codeRef,
  artifacts: z
    .array(relativePath)
    .max(50)
    .default(['outputs'])
    .describe('Folders and files that are kept as artifacts when the run ends'),
  priority: z.int().min(-100).max(100).default(0),
  rules: launchRules.optional(),
  secrets: secretChoices.optional().describe('Given to the job, by name'),
  requestId: z
    .uuid()
    .optional()
    .describe('The same id again answers the same run, so that a retry launches nothing twice'),
});
export type LaunchInput = z.infer<typeof launchInput>;

export const listRunsInput = z.object({
  projectId: projectId.optional(),
  states: z.array(runState).optional(),
  limit: z.int().min(1).max(500).default(50),
  cursor: z.string().optional(),
});
export type ListRunsInput = z.infer<typeof listRunsInput>;

export const updateRunInput = z.object({
  runId,
  name: label.optional(),
  note: note.optional(),
  setTags: z.record(z.string().min(1).max(250), z.string().max(8000)).optional(),
  removeTags: z.array(z.string()).optional(),
});
export type UpdateRunInput = z.infer<typeof updateRunInput>;

/** A piece of a log stream. `offset` counts bytes of the whole output, so a reader resumes with `offset + bytes`. */
export const logChunk = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), offset: z.int().nonnegative(), bytes: z.int().nonnegative(), text: z.string() }),
  z.object({
    kind: z.literal('gap'),
    offset: z.int().nonnegative(),
    bytes: z.int().positive().describe('Left out: past the log limit'),
  }),
  z.object({ kind: z.literal('end'), offset: z.int().nonnegative() }),
]);
export type LogChunk = z.infer<typeof logChunk>;

export const logsInput = z.object({
  runId,
  after: z.int().nonnegative().default(0).describe('Byte offset to start at'),
  tail: z
    .int()
    .positive()
    .max(16 * 1024 * 1024)
    .optional()
    .describe('Instead of `after`: at most this many bytes of the end'),
  follow: z.boolean().default(true).describe('Wait for more until the run has ended'),
});
export type LogsInput = z.infer<typeof logsInput>;

export const artifact = z.object({
  path: z.string(),
  folder: z.boolean(),
  bytes: z.int().nonnegative().nullable(),
});
export type Artifact = z.infer<typeof artifact>;

/** The beginning of a file, for a preview. */
export const filePreview = z.object({
  path: z.string(),
  bytes: z.int().nonnegative(),
  mediaType: z.string(),
  truncated: z.boolean(),
  content: z.discriminatedUnion('encoding', [
    z.object({ encoding: z.literal('text'), text: z.string() }),
    z.object({ encoding: z.literal('base64'), data: z.string() }),
  ]),
});
export type FilePreview = z.infer<typeof filePreview>;

export const codeFile = z.object({
  path: z.string(),
  bytes: z.int().nonnegative(),
  change: z.enum(['same', 'added', 'modified', 'deleted']).describe('Against the base commit'),
  id: z.string().optional().describe("Git's id of its content; equal content has equal ids"),
  kind: fileKind.optional(),
  baseId: z.string().optional().describe('Of a modified file: the id of what the base has'),
  baseBytes: z.int().nonnegative().optional().describe('Of a modified file: its size in the base'),
});
export type CodeFile = z.infer<typeof codeFile>;
