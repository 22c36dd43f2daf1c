/** Accounts as those see them who look after them: people, and what programs act as. */
import * as z from 'zod';
import { label, person, projectId, timestamp, userId } from './common.ts';
import { projectRole, user } from './session.ts';

export const account = user.extend({
  projectId: projectId.nullable().describe('Of a service account: the project whose owners look after it'),
  createdBy: person.nullable(),
  hasPassword: z.boolean(),
  hasProvider: z.boolean().describe('Whether it has signed in through the identity provider'),
  tokens: z.int().describe('Tokens and sessions that count now'),
  lastUsedAt: timestamp.nullable().describe('When one of them was last used'),
});
export type Account = z.infer<typeof account>;

export const createServiceInput = z.object({
  projectId,
  id: userId,
  name: label,
  role: projectRole.default('contributor').describe('What it may in the project'),
});
export type CreateServiceInput = z.infer<typeof createServiceInput>;

export const updateAccountInput = z.object({
  userId,
  name: label.optional(),
  disabled: z.boolean().optional().describe('Ends all its tokens and sessions; its running jobs go on'),
  admin: z.boolean().optional().describe('Administrators alone may change it'),
  auditor: z.boolean().optional().describe('Administrators alone may change it'),
});
export type UpdateAccountInput = z.infer<typeof updateAccountInput>;
