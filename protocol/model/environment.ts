/** An environment: a named, versioned definition of the software that a run starts in. */
import * as z from 'zod';
import { environmentId, label, note, person, timestamp } from './common.ts';

const interpreter = z
  .string()
  .regex(/^[\w./-]{1,200}$/)
  .default('python3')
  .describe('Interpreter that makes the virtual environment');

/**
 * What a revision fixes. `system` is the machine's own tools. `python` is a
 * virtual environment made from a requirements file; the lock of what was
 * really installed is kept with the build. `container` is a Dev Container
 * definition with the files that it stands on; what of it a machine without
 * Docker can realise says `environmentNeeds.ts`.
 */
export const environmentDefinition = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('system') }),
  z.object({
    kind: z.literal('python'),
    requirements: z.string().max(100_000).describe('Text of a pip requirements file'),
    python: interpreter,
  }),
  z.object({
    kind: z.literal('container'),
    devcontainer: z.string().min(1).max(200_000).describe('Text of a devcontainer.json; comments are allowed'),
    dockerfile: z.string().max(200_000).default('').describe('Text of the Dockerfile that the definition builds from'),
    requirements: z.string().max(100_000).default('').describe('pip requirements that are installed in it'),
    conda: z.string().max(200_000).default('').describe('Text of a conda environment.yml'),
    renv: z.string().max(2_000_000).default('').describe('Text of an renv.lock'),
    python: interpreter,
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
  python: z.string().nullable().describe('Version of the Python inside; null where there is none or it is not known'),
  bytes: z.number().nonnegative().nullable().describe('What it takes on disk'),
});
export type EnvironmentBuild = z.infer<typeof environmentBuild>;

export const revisionStates = ['active', 'deprecated', 'retired'] as const;
export const revisionState = z.enum(revisionStates).describe('Deprecated ones warn, retired ones cannot be launched');
export type RevisionState = z.infer<typeof revisionState>;

/** Whether a revision still builds from nothing, as it was last asked. */
export const environmentCheck = z.object({
  state: z.enum(['running', 'works', 'fails']),
  startedAt: timestamp,
  endedAt: timestamp.nullable(),
  error: z.string().nullable(),
  changed: z.int().nonnegative().nullable().describe('How many packages came in another version than in the build'),
});
export type EnvironmentCheck = z.infer<typeof environmentCheck>;

/** What a picker shows of a revision, told by its definition and its lock. */
export const environmentTraits = z.object({
  image: z.string().nullable(),
  languages: z.array(z.string()).readonly(),
  tools: z.array(z.string()).readonly().describe('Well-known packages and features, with versions once it was built'),
  gpu: z.boolean().describe('Asks for a GPU'),
});
export type EnvironmentTraits = z.infer<typeof environmentTraits>;

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
  state: revisionState,
  stateReason: z.string(),
  check: environmentCheck.nullable(),
  traits: environmentTraits,
  startMs: z.number().nonnegative().nullable().describe('Median from preparing to running of the newest 25 runs'),
});
export type EnvironmentRevision = z.infer<typeof environmentRevision>;

export const environment = z.object({
  id: environmentId,
  name: label,
  description: note,
  createdAt: timestamp,
  latest: environmentRevision,
  defaultRevision: z.int().positive().nullable().describe('Chosen by a person; null: the newest that is active'),
  current: environmentRevision.nullable().describe('What a launch takes; null when all are retired'),
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

export const updateEnvironmentInput = z.object({
  environmentId,
  name: label.optional(),
  description: note.optional(),
  defaultRevision: z.int().positive().nullable().optional().describe('null: the newest that is active'),
});
export type UpdateEnvironmentInput = z.infer<typeof updateEnvironmentInput>;

export const setRevisionStateInput = revisionRef.extend({
  state: revisionState,
  reason: z.string().trim().max(2000).default(''),
});
export type SetRevisionStateInput = z.infer<typeof setRevisionStateInput>;
