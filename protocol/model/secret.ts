/** A secret: a value that the server keeps sealed, gives to runs that ask for it by name, and shows to nobody. */
import * as z from 'zod';
import { person, projectId, timestamp } from './common.ts';

/** A shorter value would be found all over the output of a job, and could not be masked there. */
export const shortestSecret = 8;
export const longestSecret = 16_384;
export const mostSecrets = 100;
export const mostSecretsOfRun = 20;

/** What a job's own variables are called: a secret must not take their place. */
const reserved = /^(FLYWHEEL_.*|MLFLOW_(TRACKING_URI|TRACKING_TOKEN|RUN_ID|EXPERIMENT_ID)|PATH|HOME|LD_.*)$/;

export const secretName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'letters, digits and _, not beginning with a digit')
  .refine((name) => !reserved.test(name), 'this variable belongs to the system or to Flywheel')
  .describe('Also the variable that a job finds it in');

/** The project's, for everybody who launches there; or the launching person's own. */
export const secretOrigin = z.enum(['project', 'own']);
export type SecretOrigin = z.infer<typeof secretOrigin>;

export const secretValue = z
  .string()
  .refine((value) => new TextEncoder().encode(value).length >= shortestSecret, `at least ${shortestSecret} bytes`)
  .refine((value) => new TextEncoder().encode(value).length <= longestSecret, `at most ${longestSecret} bytes`)
  .refine((value) => !value.includes('\0'), 'no NUL character')
  .describe('Never shown again, and masked in the output of runs');

/** What may be known of it. */
export const secret = z.object({
  name: secretName,
  createdAt: timestamp,
  updatedAt: timestamp,
  updatedBy: person,
});
export type Secret = z.infer<typeof secret>;

export const secretChoice = z.object({
  name: secretName,
  from: secretOrigin.default('project'),
  as: z
    .enum(['variable', 'file'])
    .default('variable')
    .describe('As a file, the variable of its name holds the path of a file with the value'),
});
export type SecretChoice = z.infer<typeof secretChoice>;

export const secretChoices = z
  .array(secretChoice)
  .max(mostSecretsOfRun)
  .refine((choices) => new Set(choices.map(({ name }) => name)).size === choices.length, 'a name is there twice');

export const ofProjectSecrets = z.object({ projectId });
export const namedSecret = z.object({ projectId, name: secretName });
export const setSecretInput = z.object({ projectId, name: secretName, value: secretValue });
export const ownSecret = z.object({ name: secretName });
export const setOwnSecretInput = z.object({ name: secretName, value: secretValue });
export type SetSecretInput = z.infer<typeof setSecretInput>;
