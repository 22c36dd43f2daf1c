/** The code of a project beside its runs: what its repository says of it, its branches, and projects made from it. */
import * as z from 'zod';
import { commitId, label, note, person, projectId, runId, slug, timestamp } from './common.ts';

export const templateFile = 'flywheel-template.yaml';
export const longestReadme = 200_000;

export const readme = z
  .object({ path: z.string(), text: z.string(), cut: z.boolean().describe('Whether it goes on'), commit: commitId })
  .nullable();
export type Readme = z.infer<typeof readme>;

export const branch = z.object({
  name: z.string(),
  commit: commitId,
  committedAt: timestamp,
  subject: z.string().describe('First line of the newest commit'),
  author: z.string(),
  isDefault: z.boolean(),
  isProtected: z.boolean().describe('Owners alone push to it, and nobody rewrites or deletes it'),
});
export type Branch = z.infer<typeof branch>;

export const protectBranchInput = z.object({
  projectId,
  branch: z.string().min(1).max(230),
  protected: z.boolean(),
});
export type ProtectBranchInput = z.infer<typeof protectBranchInput>;

/** A word that whoever starts from the template chooses: `{{ name }}` in its files and their paths stands for it. */
export const templateParameter = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'lower-case letters, digits and _, beginning with a letter'),
  description: z.string().max(500).default(''),
  default: z.string().max(2000).optional(),
  choices: z.array(z.string().max(200)).min(1).max(100).optional(),
});
export type TemplateParameter = z.infer<typeof templateParameter>;

export const templateDefinition = z.strictObject({
  description: z.string().max(2000).default(''),
  parameters: z
    .array(templateParameter)
    .max(50)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'two parameters have the same name')
    .default([]),
});
export type TemplateDefinition = z.infer<typeof templateDefinition>;

export const createFromInput = z
  .object({
    projectId: projectId.describe('The project to start from'),
    kind: z
      .enum(['fork', 'template'])
      .describe('fork: its branches and tags with their history. template: its files, filled in, as a first commit'),
    id: slug.describe('Id of the new project'),
    name: label.optional(),
    description: note.optional().describe('Purpose of the new one; of a fork that of its source where absent'),
    parameters: z.record(z.string().max(64), z.string().max(2000)).default({}),
    runId: runId
      .optional()
      .describe(
        'Of a fork: a run of the source that it starts from. Its default branch begins with the code of the run, uncommitted changes included, where the run has any here; what the source has is the branch upstream',
      ),
  })
  .refine(({ kind, runId: run }) => kind === 'fork' || run === undefined, {
    path: ['runId'],
    message: 'a template does not start from a run: fork the project',
  });
export type CreateFromInput = z.infer<typeof createFromInput>;

/** What would miss a project that is deleted. */
export const dependents = z.object({
  runs: z.int(),
  activeRuns: z.int(),
  experiments: z.int(),
  models: z.array(z.object({ name: z.string(), aliases: z.array(z.string()).readonly() })).readonly(),
  forks: z
    .array(z.object({ id: projectId, name: label }))
    .readonly()
    .describe('That you may see; they keep their own code'),
  otherForks: z.int().describe('That you may not see'),
  members: z.int(),
  workspaces: z.int().describe('They must be deleted first: people may have work in them'),
  schedules: z.int().describe('They launch nothing from then on'),
});
export type Dependents = z.infer<typeof dependents>;

export const restorableDays = 30;

export const deletedProject = z.object({
  id: projectId,
  name: label,
  deletedAt: timestamp,
  deletedBy: person,
  restorableUntil: timestamp,
});
export type DeletedProject = z.infer<typeof deletedProject>;
