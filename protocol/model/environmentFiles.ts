/** What environments are made from and given away as: files, what is wrong with a definition, how two differ. */
import * as z from 'zod';
import { environmentId, relativePath } from './common.ts';
import { environmentDefinition } from './environment.ts';

export const textFile = z.object({ path: relativePath.min(1), text: z.string().max(2_000_000) });
export type TextFile = z.infer<typeof textFile>;

/** Where a definition is wrong: which of its files, which line, which field. */
export const definitionProblem = z.object({
  file: z.enum(['devcontainer', 'dockerfile', 'requirements', 'conda', 'renv']),
  line: z.int().positive().nullable(),
  field: z.string().nullable().describe('As hostRequirements.cpus'),
  message: z.string(),
  severity: z.enum(['error', 'warning']).describe('A definition with errors is not taken'),
});
export type DefinitionProblem = z.infer<typeof definitionProblem>;

export const importFilesInput = z.object({
  files: z.array(textFile).min(1).max(50).readonly(),
});
export type ImportFilesInput = z.infer<typeof importFilesInput>;

export const importedDefinition = z.object({
  definition: environmentDefinition,
  name: z.string().nullable().describe('As the files call it'),
  used: z.array(z.string()).readonly().describe('Paths that it was made from'),
  notes: z.array(z.string()).readonly().describe('What was left out or should be known'),
  problems: z.array(definitionProblem).readonly(),
});
export type ImportedDefinition = z.infer<typeof importedDefinition>;

export const compareRevisionsInput = z.object({
  environmentId,
  before: z.int().positive(),
  after: z.int().positive(),
});
export type CompareRevisionsInput = z.infer<typeof compareRevisionsInput>;

export const packageChange = z.object({
  name: z.string(),
  before: z.string().nullable().describe('null: added'),
  after: z.string().nullable().describe('null: removed'),
});
export type PackageChange = z.infer<typeof packageChange>;

export const revisionDifference = z.object({
  files: z
    .array(z.object({ name: z.string(), before: z.string(), after: z.string() }))
    .readonly()
    .describe('Of the definition, those that differ'),
  packages: z.array(packageChange).readonly().nullable().describe('null when one of them was not built'),
  samePackages: z.int().nonnegative(),
});
export type RevisionDifference = z.infer<typeof revisionDifference>;
