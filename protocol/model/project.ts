/** A project: the unit of membership, code, runs and cost. */
import * as z from 'zod';
import { clock, commitId, label, note, person, projectId, runId, slug, timestamp, userId } from './common.ts';
import { projectRole } from './session.ts';

/** A step that projects go through. The list is the administrator's: `stages` of catalog.json, in their order. */
export const projectStage = slug.describe('Stage id, of those that projects.stages lists');

export const stage = z.object({
  id: projectStage,
  name: label,
  quiet: z.boolean().default(false).describe('Whether nothing is expected to happen in it, as in a retired project'),
});
export type Stage = z.infer<typeof stage>;

export const visibilities = ['private', 'discoverable', 'internal'] as const;
export const visibility = z
  .enum(visibilities)
  .describe(
    'private: its members. discoverable: everyone learns its name and purpose. internal: everyone here is a viewer',
  );
export type ProjectVisibility = z.infer<typeof visibility>;

/** Where a project's code came from. */
export const projectOrigin = z.object({
  kind: z.enum(['fork', 'template']),
  projectId: projectId.nullable().describe('null where you may not see it'),
  name: z.string().nullable(),
  commit: commitId.nullable().describe('The commit of its default branch then, or of the run'),
  run: z.object({ id: runId, name: z.string() }).nullable().describe('The run that it was started from'),
  at: timestamp,
});
export type ProjectOrigin = z.infer<typeof projectOrigin>;

const tags = z.array(z.string().trim().min(1).max(64)).max(50);

export const project = z.object({
  id: projectId,
  name: label,
  description: note.describe('Its purpose'),
  stage: projectStage,
  tags: z.array(z.string().min(1).max(64)).max(50).readonly(),
  visibility,
  template: z.boolean().describe('Whether others may start projects from it'),
  origin: projectOrigin.nullable(),
  version: clock.describe('Of what is told here about it: the position of the event that changed it last'),
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
  stage: projectStage.optional().describe('Defaults to exploration, or the first stage where there is no such one'),
  tags: tags.default([]),
  visibility: visibility.optional().describe('Defaults to private'),
});
export type CreateProjectInput = z.infer<typeof createProjectInput>;

export const updateProjectInput = z.object({
  projectId,
  name: label.optional(),
  description: note.optional(),
  stage: projectStage.optional(),
  stageReason: z.string().max(2000).optional().describe('Why the stage changes; required when it does'),
  tags: tags.optional(),
  visibility: visibility.optional(),
  template: z.boolean().optional(),
  archived: z.boolean().optional(),
  expectedVersion: clock
    .optional()
    .describe('The version that you saw: the change is refused where somebody changed the same since'),
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
