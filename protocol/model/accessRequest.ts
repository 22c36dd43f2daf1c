/** Why somebody may or may not do something in a project, and asking those who can change it. */
import * as z from 'zod';
import { person, projectId } from './common.ts';
import { projectRole } from './session.ts';

export const explainInput = z.object({ projectId, role: projectRole.describe('That is wanted') });
export type ExplainInput = z.infer<typeof explainInput>;

export const explanation = z.object({
  allowed: z.boolean(),
  role: projectRole
    .nullable()
    .describe('What you have there by all ways together; null where only a token lets you in'),
  reasons: z.array(z.string()).readonly().describe('Where your role comes from, and what narrows it, a sentence each'),
  granters: z.array(person).readonly().describe('Owners of the project, who can give the role'),
});
export type Explanation = z.infer<typeof explanation>;

export const requestRoleInput = explainInput.extend({
  note: z.string().trim().max(1000).default('').describe('Why; owners of the project read it'),
});
export type RequestRoleInput = z.infer<typeof requestRoleInput>;
