/** Who is connected, as what, to which server. */
import * as z from 'zod';
import { clock, label, person, projectId, timestamp, userId } from './common.ts';

export const projectRoles = ['viewer', 'contributor', 'owner'] as const;
export const projectRole = z.enum(projectRoles);
export type ProjectRole = z.infer<typeof projectRole>;

/** A service account is what programs act as: it has roles like a person, and tokens, but nothing to sign in with. */
export const accountKinds = ['person', 'service'] as const;
export const accountKind = z.enum(accountKinds);
export type AccountKind = z.infer<typeof accountKind>;

export const user = z.object({
  id: userId,
  name: label,
  admin: z.boolean(),
  auditor: z.boolean().default(false).describe('Whether they may read the whole event log'),
  kind: accountKind.default('person'),
  disabledAt: timestamp.nullable().default(null).describe('Since when it may do nothing; null where it may'),
  createdAt: timestamp,
});
export type User = z.infer<typeof user>;

/** What a token may do: everything its user may, or one role in one project, or one run's own records. */
export const tokenScope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('user') }),
  z.object({ kind: z.literal('project'), projectId, role: projectRole }),
  z.object({ kind: z.literal('run'), projectId, runId: z.string() }),
]);
export type TokenScope = z.infer<typeof tokenScope>;

export const token = z.object({
  id: z.string(),
  userId,
  name: label,
  scope: tokenScope,
  createdAt: timestamp,
  expiresAt: timestamp.nullable(),
  lastUsedAt: timestamp.nullable(),
  kind: z.enum(['token', 'session']).default('token').describe('A session began by signing in and ends by signing out'),
  madeBy: person.nullable().default(null).describe('Who made it; null for the server itself'),
  client: z.string().nullable().default(null).describe('The program that used it last'),
  address: z.string().nullable().default(null).describe('Where that came from, as the server saw it'),
  current: z.boolean().default(false).describe('Whether it is the one that asks'),
});
export type Token = z.infer<typeof token>;

export const helloInput = z.object({
  client: z.object({ name: label, version: z.string().max(64) }),
  protocol: z.int().positive().describe('The newest protocol version that the client speaks'),
  oldest: z
    .int()
    .positive()
    .optional()
    .describe('The oldest that it still speaks; absent means that it bridges down to any'),
});
export type HelloInput = z.infer<typeof helloInput>;

export const hello = z.object({
  serverId: z.string().describe('Stable identity of the server, from its data folder'),
  version: z.string(),
  protocol: z.int().positive(),
  user: user,
  scope: tokenScope,
  clock: clock,
  startedAt: timestamp,
});
export type Hello = z.infer<typeof hello>;

export const createTokenInput = z.object({
  name: label,
  userId: userId.optional().describe('Whose token: of an account that you look after; absent means your own'),
  scope: tokenScope.default({ kind: 'user' }),
  expiresInDays: z.number().positive().max(3650).nullable().default(90),
});
export type CreateTokenInput = z.infer<typeof createTokenInput>;

export const createdToken = z.object({
  token: token,
  secret: z.string().describe('Shown once; the server keeps only its hash'),
});
export type CreatedToken = z.infer<typeof createdToken>;

export const createUserInput = z.object({
  id: userId,
  name: label,
  admin: z.boolean().default(false),
  auditor: z.boolean().default(false),
  kind: accountKind.default('person'),
});
export type CreateUserInput = z.input<typeof createUserInput>;
