/** Calls about what is said of traces. */
import * as z from 'zod';
import type { AssessmentChange } from '../../domain/traces/assessmentService.ts';
import type { TraceService } from '../../domain/traces/traceService.ts';
import { optional, text } from './fields.ts';
import { MlflowError } from './mlflowError.ts';
import { ofTrace } from './ofTrace.ts';
import type { Route } from './route.ts';
import {
  type AssessmentFields,
  changedAssessment,
  contentOf,
  newAssessment,
  toNewAssessment,
  traceIdField,
} from './traceFields.ts';
import { assessmentToWire } from './traceWire.ts';

const within = z.object({ trace_id: traceIdField });
const one = within.extend({ assessment_id: text.max(128) });

const path = 'traces/{trace_id}/assessments/{assessment_id}';

export function assessmentRoutes(traces: TraceService): readonly Route[] {
  return [createRoute(traces), readRoute(traces), updateRoute(traces), deleteRoute(traces)];
}

function createRoute(traces: TraceService): Route {
  return ofTrace(traces, {
    path: 'traces/{trace_id}/assessments',
    methods: ['POST'],
    role: 'contributor',
    input: within.extend({ assessment: newAssessment }),
    answer: async ({ trace_id, assessment }) => {
      return { assessment: assessmentToWire(await traces.assessments.create(toNewAssessment(assessment, trace_id))) };
    },
  });
}

function readRoute(traces: TraceService): Route {
  return ofTrace(traces, {
    path,
    methods: ['GET'],
    role: 'viewer',
    input: one,
    answer: async ({ trace_id, assessment_id }) => {
      return { assessment: assessmentToWire(await traces.assessments.get(trace_id, assessment_id)) };
    },
  });
}

const maskFields = ['assessment_name', 'expectation', 'feedback', 'rationale', 'metadata', 'valid'] as const;
/** As protobuf's JSON writes a mask: one text with commas, whose names may have capitals instead of underscores. */
const mask = z
  .union([z.string(), z.object({ paths: z.array(z.string()) }).transform(({ paths }) => paths.join(','))])
  .transform((given) =>
    given
      .split(',')
      .filter((name) => name !== '')
      .map((name) => name.trim().replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`)),
  )
  .pipe(z.array(z.enum(maskFields)).min(1));

function updateRoute(traces: TraceService): Route {
  return ofTrace(traces, {
    path,
    methods: ['PATCH'],
    role: 'contributor',
    input: one.extend({ assessment: changedAssessment, update_mask: mask }),
    answer: async ({ trace_id, assessment_id, assessment, update_mask }) => {
      const change = Object.assign({}, ...update_mask.map((field) => changeOf(field, assessment)));
      return { assessment: assessmentToWire(await traces.assessments.update(trace_id, assessment_id, change)) };
    },
  });
}

/** What a field of the mask changes. */
function changeOf(field: (typeof maskFields)[number], assessment: AssessmentFields): AssessmentChange {
  switch (field) {
    case 'assessment_name':
      if (assessment.assessment_name === undefined) throw missing('assessment.assessment_name');
      return { name: assessment.assessment_name };
    case 'rationale':
      return { rationale: assessment.rationale ?? null };
    case 'metadata':
      return { metadata: assessment.metadata };
    case 'valid':
      return { valid: assessment.valid ?? true };
    default: {
      const content = contentOf(assessment);
      if (content?.kind !== field) throw missing(`assessment.${field}`);
      return content;
    }
  }
}

function missing(field: string): MlflowError {
  return new MlflowError('INVALID_PARAMETER_VALUE', `Missing value for required parameter '${field}'.`);
}

function deleteRoute(traces: TraceService): Route {
  return ofTrace(traces, {
    path,
    methods: ['DELETE'],
    role: 'contributor',
    input: one.extend({ assessment: optional(z.unknown()) }),
    answer: async ({ trace_id, assessment_id }) => {
      await traces.assessments.delete(trace_id, assessment_id);
      return {};
    },
  });
}
