/**
 * What happened. Events carry identities, never state: a receiver marks what
 * it shows as stale and fetches again. Each has a position in the one log of
 * the server, from which a client that was away continues.
 */
import * as z from 'zod';
import { clock, person, timestamp } from './model/common.ts';

export const eventTypes = [
  'project.created',
  'project.updated',
  'project.member-changed',
  'project.goal-changed',
  'project.blocker-changed',
  'project.transferred',
  'project.branch-protected',
  'project.deleted',
  'project.restored',
  'project.purged',
  'environment.created',
  'environment.revised',
  'environment.build-changed',
  'environment.updated',
  'environment.state-changed',
  'environment.checked',
  'experiment.created',
  'experiment.updated',
  'run.created',
  'run.state-changed',
  'run.updated',
  'run.deleted',
  'run.restored',
  'run.logged',
  'run.linked',
  'logged-model.created',
  'logged-model.updated',
  'logged-model.deleted',
  'model.registered',
  'model.updated',
  'model.deleted',
  'model.tag-set',
  'model.tag-deleted',
  'model.alias-set',
  'model.alias-deleted',
  'model.version-created',
  'model.version-updated',
  'model.version-deleted',
  'model.version-tag-set',
  'model.version-tag-deleted',
  'trace.deleted',
  'webhook.created',
  'webhook.updated',
  'webhook.deleted',
  'webhook.disabled',
  'view.saved',
  'view.deleted',
  'comment.added',
  'comment.edited',
  'comment.deleted',
  'comment.resolved',
  'comment.reopened',
  'sweep.created',
  'sweep.updated',
  'sweep.state-changed',
  'sweep.trial-added',
  'sweep.trial-launched',
  'sweep.trial-pruned',
  'queue.changed',
  'schedule.created',
  'schedule.updated',
  'schedule.paused',
  'schedule.resumed',
  'schedule.deleted',
  'schedule.fired',
  'catalog.changed',
  'host.drained',
  'host.opened',
  'user.created',
  'user.updated',
  'user.disabled',
  'user.enabled',
  'user.signed-in',
  'user.signed-out',
  'password.set',
  'password.link-made',
  'password.guessed',
  'token.created',
  'token.revoked',
  'token.guessed',
  'code.pushed',
  'secret.set',
  'secret.deleted',
  'secret.read',
  'budget.set',
  'budget.deleted',
  'budget.reached',
  'approval.asked',
  'approval.decided',
  'quota.set',
  'group.set',
  'group.deleted',
  'group.role-changed',
  'access.requested',
  'workspace.created',
  'workspace.state-changed',
  'workspace.updated',
  'workspace.idle',
  'workspace.saved',
  'workspace.opened',
  'workspace.deleted',
] as const;
export const eventType = z.enum(eventTypes);
export type EventType = z.infer<typeof eventType>;

/** What stands before the dot of a type. */
export const eventKinds = [...new Set(eventTypes.map((type) => type.slice(0, type.indexOf('.'))))];
const eventKind = z.string().refine((kind) => eventKinds.includes(kind), 'the first word of a type, as run');

/** The things an event is about. Absent ids do not apply. */
export const eventSubject = z.object({
  projectId: z.string().optional(),
  experimentId: z.string().optional(),
  runId: z.string().optional(),
  modelId: z.string().optional().describe('Of a logged model'),
  modelName: z.string().optional().describe('Of a registered model'),
  version: z.int().optional().describe('Of the registered model'),
  environmentId: z.string().optional(),
  revision: z.int().optional(),
  sweepId: z.string().optional(),
  userId: z.string().optional(),
  tokenId: z.string().optional(),
  hostId: z.string().optional(),
  scheduleId: z.string().optional(),
  groupId: z.string().optional(),
  workspaceId: z.string().optional(),
});
export type EventSubject = z.infer<typeof eventSubject>;

export const event = z.object({
  clock,
  at: timestamp,
  type: eventType,
  actor: person
    .extend({
      tokenMaker: person.optional().describe('Who made the token that it was done with, where somebody else did'),
    })
    .nullable()
    .describe('Who did it; null for the server itself'),
  subject: eventSubject,
  detail: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .describe('Small facts for a feed, as from and to of a state'),
});
export type FlywheelEvent = z.infer<typeof event>;

/**
 * What a subscriber receives. `ready` comes first and says where the log
 * stands; `reset` says that the asked position was pruned, so start over;
 * `touched` says that metrics or logs of a run grew: it is not kept and not
 * replayed, because they arrive by the million.
 */
export const eventMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), clock }),
  z.object({ kind: z.literal('reset'), clock }),
  z.object({ kind: z.literal('event'), event }),
  z.object({
    kind: z.literal('touched'),
    clock,
    runs: z.array(z.object({ runId: z.string(), experimentId: z.string(), projectId: z.string() })).readonly(),
  }),
]);
export type EventMessage = z.infer<typeof eventMessage>;

export const subscribeInput = z.object({
  after: clock.optional().describe('The last position seen; absent means from now on'),
  projectId: z.string().optional(),
});
export type SubscribeInput = z.infer<typeof subscribeInput>;

export const listEventsInput = z.object({
  projectId: z.string().optional(),
  runId: z.string().optional().describe('Only what happened to this run'),
  kinds: z.array(eventKind).max(20).optional().describe('Only of these, as run or project'),
  actorId: z.string().optional().describe('Only what this person did'),
  before: clock.optional(),
  limit: z.int().min(1).max(500).default(100),
});
export type ListEventsInput = z.infer<typeof listEventsInput>;
