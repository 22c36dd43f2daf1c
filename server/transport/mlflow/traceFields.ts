/** Traces and assessments as MLflow's requests carry them. */
import * as z from 'zod';
import type { NewAssessment } from '../../domain/traces/assessmentService.ts';
import type { AssessmentKind } from '../../domain/traces/ports.ts';
import { traceIdPattern } from '../../domain/traces/traceRules.ts';
import type { NewTrace } from '../../domain/traces/traceService.ts';
import { anyText, experimentIdField, limits, optional, text } from './fields.ts';

export const traceLimits = {
  preview: 10_000,
  texts: 1000,
  rationale: 65_535,
  valueBytes: 200_000,
  spansInTrace: 10_000,
  idsInCall: 1000,
} as const;

export const traceIdField = text.refine((id) => traceIdPattern.test(id), 'letters, digits, _ and -, 128 at most');
export const traceIds = z.array(traceIdField).max(traceLimits.idsInCall);

/** Longer ones are cut, as MLflow's server does. */
const textMap = z
  .record(anyText, anyText)
  .refine((map) => Object.keys(map).length <= traceLimits.texts, `at most ${traceLimits.texts} entries`)
  .transform((map) =>
    Object.fromEntries(
      Object.entries(map)
        .filter(([key]) => key !== '')
        .map(([key, value]) => [key.slice(0, limits.keyLength), value.slice(0, limits.tagLength)]),
    ),
  );
const texts = optional(textMap).transform((map) => map ?? {});

/** RFC 3339, to milliseconds. */
const timestamp = text
  .refine((given) => /^\d{4}-\d\d-\d\dT/.test(given) && !Number.isNaN(Date.parse(given)), 'not a time in RFC 3339')
  .transform((given) => Date.parse(given));
/** Seconds with an s behind them. */
const duration = text
  .regex(/^-?\d{1,12}(?:\.\d{1,9})?s$/, "not a duration such as '1.5s'")
  .transform((given) => Math.round(Number(given.slice(0, -1)) * 1e6) / 1e3);
const preview = optional(anyText).transform((given) => given?.slice(0, traceLimits.preview) ?? null);

const states = ['STATE_UNSPECIFIED', 'OK', 'ERROR', 'IN_PROGRESS'] as const;
const state = z
  .union([z.enum(states), z.int().min(0).max(3)])
  .transform((given) => (typeof given === 'number' ? (states[given] ?? 'STATE_UNSPECIFIED') : given));

/** Only experiments hold traces here. */
export const location = z
  .object({ mlflow_experiment: z.object({ experiment_id: experimentIdField }) })
  .transform(({ mlflow_experiment }) => mlflow_experiment.experiment_id);

const failure = z
  .object({ error_code: anyText, error_message: anyText, stack_trace: anyText })
  .partial()
  .transform(({ error_code = '', error_message = '', stack_trace = '' }) => ({
    code: error_code.slice(0, limits.keyLength),
    message: error_message.slice(0, limits.tagLength),
    stackTrace: stack_trace.slice(0, traceLimits.valueBytes),
  }));

/** Any JSON: it is stored as it came. */
const value = z
  .unknown()
  .refine((given) => Buffer.byteLength(JSON.stringify(given ?? null)) <= traceLimits.valueBytes, 'too long');

const said = z.object({
  feedback: optional(z.object({ value: value.optional(), error: optional(failure) })),
  expectation: optional(
    z.object({
      value: value.optional(),
      serialized_value: optional(z.object({ serialization_format: text, value: anyText.max(traceLimits.valueBytes) })),
    }),
  ),
  issue: optional(z.object({ issue_name: optional(anyText) })),
});

const assessmentFields = said.extend({
  assessment_name: optional(text.max(limits.keyLength)),
  span_id: optional(anyText.max(64)),
  source: optional(z.object({ source_type: anyText, source_id: optional(anyText) })),
  create_time: optional(timestamp),
  error: optional(failure),
  rationale: optional(anyText.max(traceLimits.rationale)),
  metadata: texts,
  overrides: optional(anyText),
  valid: optional(z.boolean()),
});
export type AssessmentFields = z.infer<typeof assessmentFields>;

/** What is said: exactly one of the three. */
export function contentOf({ feedback, expectation, issue, error }: AssessmentFields): {
  readonly kind: AssessmentKind;
  readonly value: unknown;
  readonly format: string | null;
  readonly error: NewAssessment['error'];
} | null {
  const given = [feedback, expectation, issue].filter((each) => each !== undefined);
  if (given.length !== 1) return null;
  if (feedback) {
    return { kind: 'feedback', value: feedback.value ?? null, format: null, error: feedback.error ?? error ?? null };
  }
  if (issue) return { kind: 'issue', value: issue.issue_name ?? null, format: null, error: null };
  const written = expectation?.serialized_value;
  return {
    kind: 'expectation',
    value: written?.value ?? expectation?.value ?? null,
    format: written?.serialization_format ?? null,
    error: error ?? null,
  };
}

const needsOne = 'one of feedback, expectation and issue is needed';
export const newAssessment = assessmentFields
  .extend({ assessment_name: text.max(limits.keyLength) })
  .refine((fields) => contentOf(fields) !== null, needsOne);
export const changedAssessment = assessmentFields;

export function toNewAssessment(fields: z.infer<typeof newAssessment>, traceId: string): NewAssessment {
  const content = contentOf(fields) ?? { kind: 'feedback', value: null, format: null, error: null };
  return {
    ...content,
    traceId,
    spanId: fields.span_id ?? null,
    name: fields.assessment_name,
    source: { type: fields.source?.source_type ?? 'SOURCE_TYPE_UNSPECIFIED', id: fields.source?.source_id ?? '' },
    createdAt: fields.create_time ?? null,
    rationale: fields.rationale ?? null,
    metadata: fields.metadata,
    overrides: fields.overrides || null,
    valid: fields.valid ?? true,
  };
}

export const traceInfo = z.object({
  trace_id: traceIdField,
  trace_location: location,
  client_request_id: optional(anyText.max(limits.keyLength)),
  state: optional(state),
  request_time: timestamp,
  execution_duration: optional(duration),
  request_preview: preview,
  response_preview: preview,
  trace_metadata: texts,
  tags: texts,
  assessments: optional(z.array(newAssessment).max(limits.tagsInBatch)),
});

export function toNewTrace(info: z.infer<typeof traceInfo>): NewTrace {
  return {
    id: info.trace_id,
    experimentId: info.trace_location,
    clientRequestId: info.client_request_id ?? null,
    state: info.state ?? 'STATE_UNSPECIFIED',
    startedAt: info.request_time,
    duration: info.execution_duration ?? null,
    requestPreview: info.request_preview,
    responsePreview: info.response_preview,
    tags: info.tags,
    metadata: info.trace_metadata,
  };
}
