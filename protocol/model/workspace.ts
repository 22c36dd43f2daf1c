/**
 * A workspace: a tool (an editor, JupyterLab, anything on a port) in an
 * environment on a hardware tier, over a folder of its own that outlives every
 * start.
 */
import * as z from 'zod';
import { commitId, environmentId, label, person, projectId, runId, tierId, timestamp } from './common.ts';

export const workspaceId = z
  .string()
  .regex(/^[0-9a-f]{16}$/, 'the id of a workspace')
  .describe('Workspace id');

export const workspaceStates = ['stopped', 'starting', 'ready', 'stopping', 'failed', 'lost'] as const;
export const workspaceState = z.enum(workspaceStates);
export type WorkspaceState = z.infer<typeof workspaceState>;

/** Whether a workspace holds a place of its tier in this state. */
export function isActive(state: WorkspaceState): boolean {
  return state === 'starting' || state === 'ready' || state === 'stopping';
}

/** `jupyter` and `vscode` are known to every environment that has them; others by the name that it declares them under. */
export const toolName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens, at most 40')
  .describe('Tool');

/** As an environment declares it under `customizations.flywheel.tools`. */
export const toolDefinition = z.object({
  name: toolName,
  title: label.optional(),
  command: z
    .string()
    .trim()
    .min(1)
    .max(4000)
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are what is described
    .describe('Shell command; ${port} is the port to listen on, ${basePath} the path that it is reached under'),
  basePath: z
    .enum(['stripped', 'kept'])
    .default('stripped')
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder is what is described
    .describe('Whether the tool sees its requests from / on, or under ${basePath}'),
});
export type ToolDefinition = z.infer<typeof toolDefinition>;

export const toolChoice = z.object({ name: toolName, title: label, readable: z.boolean() });
export type ToolChoice = z.infer<typeof toolChoice>;

export const sharings = ['private', 'read', 'together'] as const;
export const sharing = z
  .enum(sharings)
  .describe(
    'private: its owner alone; read: the project may look; together: contributors may use it as its owner does',
  );
export type Sharing = z.infer<typeof sharing>;

export const workspace = z.object({
  id: workspaceId,
  projectId,
  name: label,
  owner: person,
  tool: toolName,
  toolTitle: label,
  environmentId,
  environmentRevision: z.int().positive(),
  tierId,
  state: workspaceState,
  detail: z.string().nullable().describe('Why it is as it is, or what it waits for, in a line'),
  sharing,
  createdAt: timestamp,
  startedAt: timestamp.nullable().describe('Since when its tool answers or it is paid for; null unless it runs'),
  activeAt: timestamp.nullable().describe('When somebody or something last worked in it'),
  busy: z.boolean().describe('A kernel or a command in it works now: it does not count as idle'),
  idleMinutes: z.int().positive().nullable().describe('It is stopped after so long without work; null is never'),
  stopsAt: timestamp.nullable().describe('When it will be stopped unless somebody works in it or extends it'),
  baseCommit: commitId.nullable().describe('The code that its folder began with; null: it began empty'),
  savedCommit: commitId.nullable().describe('Newest save of its folder, at refs/workspaces/<id>'),
  savedAt: timestamp.nullable(),
  saveProblem: z.string().nullable().describe('What the newest save left out, or why it failed'),
  fromRunId: runId.nullable().describe('The run that it was opened to debug'),
  cost: z.number().nonnegative().describe('So far, over all its starts'),
  seconds: z.number().nonnegative().describe('How long it ran, over all its starts'),
  pricePerHour: z.number().nonnegative(),
  canOpen: z.boolean(),
  canChange: z.boolean(),
});
export type Workspace = z.infer<typeof workspace>;

export const workspaceDetails = workspace.extend({
  output: z.string().describe('The end of what its tool wrote at its last end'),
});
export type WorkspaceDetails = z.infer<typeof workspaceDetails>;

const idleMinutes = z
  .int()
  .min(5)
  .max(7 * 24 * 60)
  .nullable();

export const createWorkspaceInput = z.object({
  projectId,
  name: label.optional(),
  tool: toolName,
  environmentId,
  environmentRevision: z.int().positive().optional().describe('Absent: the one in use'),
  tierId,
  commit: commitId
    .optional()
    .describe('What its folder begins with; absent: the main branch, else what was launched last, else nothing'),
  idleMinutes: idleMinutes.default(60),
});
export type CreateWorkspaceInput = z.infer<typeof createWorkspaceInput>;

export const debugRunInput = z.object({
  runId,
  tool: toolName.default('vscode'),
  tierId: tierId.optional().describe('Absent: the tier of the run'),
});
export type DebugRunInput = z.infer<typeof debugRunInput>;

export const startWorkspaceInput = z.object({
  workspaceId,
  tierId: tierId.optional().describe('Absent: as before'),
  environmentId: environmentId.optional(),
  environmentRevision: z.int().positive().optional(),
  tool: toolName.optional(),
});
export type StartWorkspaceInput = z.infer<typeof startWorkspaceInput>;

export const updateWorkspaceInput = z.object({
  workspaceId,
  name: label.optional(),
  sharing: sharing.optional(),
  idleMinutes: idleMinutes.optional(),
});
export type UpdateWorkspaceInput = z.infer<typeof updateWorkspaceInput>;

export const extendWorkspaceInput = z.object({
  workspaceId,
  minutes: z
    .int()
    .min(5)
    .max(24 * 60)
    .describe('From now on it is not stopped for being idle for so long'),
});
export type ExtendWorkspaceInput = z.infer<typeof extendWorkspaceInput>;

/** Where a workspace is reached. The address works once, within a minute, for a browser. */
export const workspaceAddress = z.object({
  signIn: z.string().describe('A link that opens it in a browser, once'),
  url: z.string().describe('Where programs reach it, with a token of yours in the Authorization header'),
});
export type WorkspaceAddress = z.infer<typeof workspaceAddress>;

export const snapshotWorkspaceInput = z.object({
  workspaceId,
  message: z.string().max(2000).default(''),
});
export type SnapshotWorkspaceInput = z.infer<typeof snapshotWorkspaceInput>;
