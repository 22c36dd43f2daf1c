/** A project: the unit of membership, code, runs and cost. */
import * as z from 'zod';
import { label, note, person, projectId, timestamp, userId } from './common.ts';
import { projectRole } from './session.ts';

export const projectStages = ['ideation', 'exploration', 'validation', 'deployed', 'monitored', 'retired'] as const;
export const projectStage = z.enum(projectStages);
export type ProjectStage = z.infer<typeof projectStage>;

export const project = z.object({
  id: projectId,
  name: label,
  description: note,
  stage: projectStage,
  tags: z.array(z.string().min(1).max(64)).max(50).readonly(),
  owner: person,
  role: projectRole.describe('Your role in it; administrators are owners everywhere'),
  experimentId: z.string().describe('The experiment that launches log into unless they name another'),
  gitPath: z.string().describe('Path of the code repository on this server, for git over HTTP'),
  archived: z.boolean(),
  createdAt: timestamp,
  lastActivityAt: timestamp,
  runs: z.object({ total: z.int(), active: z.int() }),
});
export type Project = z.infer<typeof project>;

export const createProjectInput = z.object({
  id: projectId,
  name: label.optional().describe('Defaults to the id'),
  description: note.default(''),
  stage: projectStage.default('exploration'),
  tags: z.array(z.string().trim().min(1).max(64)).max(50).default([]),
});
export type CreateProjectInput = z.infer<typeof createProjectInput>;

export const updateProjectInput = z.object({
  projectId,
  name: label.optional(),
  description: note.optional(),
  stage: projectStage.optional(),
  stageReason: z.string().max(2000).optional().describe('Why the stage changes; required when it does'),
  tags: z.array(z.string().trim().min(1).max(64)).max(50).optional(),
  archived: z.boolean().optional(),
});
export type UpdateProjectInput = z.infer<typeof updateProjectInput>;

export const member = z.object({ user: person, role: projectRole });
export type Member = z.infer<typeof member>;

export const setMemberInput = z.object({
  projectId,
  userId,
  role: projectRole.nullable().describe('null removes the member'),
});
export type SetMemberInput = z.infer<typeof setMemberInput>;
