/** An environment: a named, versioned definition of the software that a run starts in. */
import * as z from 'zod';
import { environmentId, label, note, person, timestamp } from './common.ts';

/**
 * What a revision fixes. `system` is the machine's own tools. `python` is a
 * virtual environment made from a requirements file; the lock of what was
 * really installed is kept with the build.
 */
export const environmentDefinition = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('system') }),
  z.object({
    kind: z.literal('python'),
    requirements: z.string().max(100_000).describe('Text of a pip requirements file'),
    python: z
      .string()
      .regex(/^[\w./-]{1,200}$/)
      .default('python3')
      .describe('Interpreter that makes the virtual environment'),
  }),
]);
export type EnvironmentDefinition = z.infer<typeof environmentDefinition>;

export const buildStates = ['never', 'building', 'ready', 'failed'] as const;
export const buildState = z.enum(buildStates);
export type BuildState = z.infer<typeof buildState>;

export const environmentBuild = z.object({
  state: buildState,
  startedAt: timestamp.nullable(),
  endedAt: timestamp.nullable(),
  error: z.string().nullable().describe('One line; the log has the rest'),
  lock: z.string().nullable().describe('What was installed, one package==version a line'),
});
export type EnvironmentBuild = z.infer<typeof environmentBuild>;

export const environmentRevision = z.object({
  environmentId,
  revision: z.int().positive(),
  definition: environmentDefinition,
  digest: z.string().describe('SHA-256 of the definition: equal digests share one build'),
  message: z.string(),
  createdBy: person,
  createdAt: timestamp,
  build: environmentBuild,
  runs: z.int().nonnegative().describe('How many runs used it'),
});
export type EnvironmentRevision = z.infer<typeof environmentRevision>;

export const environment = z.object({
  id: environmentId,
  name: label,
  description: note,
  createdAt: timestamp,
  latest: environmentRevision,
});
export type Environment = z.infer<typeof environment>;

export const createEnvironmentInput = z.object({
  id: environmentId,
  name: label.optional(),
  description: note.default(''),
  definition: environmentDefinition,
});
export type CreateEnvironmentInput = z.infer<typeof createEnvironmentInput>;

export const reviseEnvironmentInput = z.object({
  environmentId,
  definition: environmentDefinition,
  message: z.string().max(2000).default(''),
});
export type ReviseEnvironmentInput = z.infer<typeof reviseEnvironmentInput>;

export const revisionRef = z.object({ environmentId, revision: z.int().positive() });
export type RevisionRef = z.infer<typeof revisionRef>;
