/** The kinds of fields that MLflow's requests have, with its limits, and its words for what is wrong with them. */
import * as z from 'zod';
import { experimentId, runId } from '../../../protocol/model/common.ts';
import { MlflowError } from './mlflowError.ts';

export const limits = {
  keyLength: 250,
  parameterLength: 6000,
  tagLength: 8000,
  experimentNameLength: 500,
  experimentTagLength: 5000,
  metricsInBatch: 1000,
  parametersInBatch: 100,
  tagsInBatch: 100,
  entitiesInBatch: 1000,
  modelNameLength: 256,
  modelTagLength: 100_000,
  modelDescriptionLength: 100_000,
  aliasLength: 255,
  datasetNameLength: 500,
  datasetDigestLength: 36,
  datasetSourceLength: 65_535,
  datasetSchemaLength: 1_048_575,
  datasetProfileLength: 16_777_215,
  datasetsInCall: 1000,
  inputTagKeyLength: 255,
  inputTagLength: 500,
  tracesToLink: 100,
  page: 50_000,
  defaultPage: 1000,
} as const;

export function optional<T extends z.ZodType>(field: T) {
  return field.nullish().transform((value) => value ?? undefined);
}

/** Absent and empty are the same in the protocol's messages. */
export const text = z.string().min(1);
export const anyText = z.string();
export const runIdField = text.max(256).refine(passes(runId), 'letters, digits, _ and -');
export const experimentIdField = text.max(64).refine(passes(experimentId), 'letters, digits, _ and -');

/** Ids of logged models have the form of run ids. */
export const modelIdField = text.max(256).refine(passes(runId), 'letters, digits, _ and -');

/** Names stand in addresses such as models:/name/3. */
export const modelNameField = text
  .max(limits.modelNameLength)
  .refine(
    (name) => name.trim() !== '' && !/[/:\p{C}]/u.test(name),
    "Names cannot contain '/' or ':' or control characters",
  )
  .refine((name) => name !== '.' && name !== '..', 'Names must be normalised relative paths');

/** Versions travel as text. */
export const versionField = z
  .union([z.number(), z.string().regex(/^\d{1,15}$/)])
  .transform(Number)
  .refine((version) => Number.isSafeInteger(version) && version > 0, 'Model version must be an integer above 0');

function passes(schema: z.ZodType): (value: unknown) => boolean {
  return (value) => schema.safeParse(value).success;
}

/** Numbers and numeric texts; what a double cannot hold exactly is refused. */
export const integer = z
  .union([z.number(), z.string().regex(/^-?\d{1,20}$/)])
  .transform(Number)
  .refine(Number.isSafeInteger, 'not an integer of at most 2^53');

export const instant = integer.refine((value) => value >= 0, 'Timestamps must be non-negative');

const doubleText = /^(?:NaN|-?Infinity|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/;
export const double = z.union([z.number(), z.string().regex(doubleText)]).transform(Number);

const allowedName = /^[\p{L}\p{N}_/.\- :]+$/u;

/** Names become paths in stores of other make: only what is one path, written one way. */
export const key = text
  .max(limits.keyLength)
  .refine((name) => allowedName.test(name), 'Names may hold letters, digits, and _ - . : / and spaces')
  .refine(
    (name) => !name.startsWith('..') && name.split('/').every((part) => part !== '' && part !== '.' && part !== '..'),
    'Names must be normalised relative paths',
  );

export function oneOf<const T extends readonly string[]>(names: T) {
  return z.union([z.enum(names), z.int().transform((number) => names[number - 1])]).transform((name, context) => {
    if (name !== undefined) return name as T[number];
    context.addIssue({ code: 'custom', message: `one of ${names.join(', ')}` });
    return z.NEVER;
  });
}

const views = { ACTIVE_ONLY: 'active', DELETED_ONLY: 'deleted', ALL: 'all' } as const;
export const view = optional(oneOf(['ACTIVE_ONLY', 'DELETED_ONLY', 'ALL'])).transform(
  (name) => views[name ?? 'ACTIVE_ONLY'],
);

/** The input as the schema makes it, or the first thing that is wrong with it in MLflow's words. */
export function parseFields<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new MlflowError('INVALID_PARAMETER_VALUE', issue === undefined ? 'Invalid request.' : complaint(issue, input));
}

function complaint(issue: z.core.$ZodIssue, input: unknown): string {
  if (issue.code === 'custom' && issue.params?.whole === true) return issue.message;
  const path = issue.path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}.${String(part)}`),
    '',
  );
  const name = path.replace(/^\./, '');
  const value = issue.path.reduce<unknown>(
    (part, step) => (part as Record<PropertyKey, unknown> | undefined)?.[step],
    input,
  );
  if (value === undefined || value === null || (value === '' && issue.code === 'too_small')) {
    return `Missing value for required parameter '${name}'.`;
  }
  if (issue.code === 'too_big' && issue.origin === 'string') {
    return `'${name}' exceeds the maximum length of ${issue.maximum} characters`;
  }
  const shown = JSON.stringify(value).slice(0, 200);
  return `Invalid value ${shown} for parameter '${name}' supplied: ${issue.message}`;
}
