/** Traces, spans and assessments in MLflow's shapes. What is empty is left out. */
import type { AnyValue, Assessment, Attribute, Span } from '../../domain/traces/ports.ts';
import { traceRoot } from '../../domain/traces/traceRules.ts';
import type { ShownTrace } from '../../domain/traces/traceService.ts';
import { filled } from './wireLists.ts';

export function traceInfoToWire({ trace, assessments }: ShownTrace) {
  // Where a trace is kept is not the client's to say: these two tags are made here.
  const derived = {
    'mlflow.artifactLocation': `mlflow-artifacts:/${traceRoot(trace)}`,
    ...(trace.spans > 0 && { 'mlflow.trace.spansLocation': 'TRACKING_STORE' }),
  };
  const { 'mlflow.trace.spansLocation': _location, ...tags } = trace.tags;
  return {
    trace_id: trace.id,
    client_request_id: trace.clientRequestId ?? undefined,
    trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: trace.experimentId } },
    request_preview: trace.requestPreview ?? undefined,
    response_preview: trace.responsePreview ?? undefined,
    request_time: timestamp(trace.startedAt),
    execution_duration: trace.duration === null ? undefined : seconds(trace.duration),
    state: trace.state,
    trace_metadata: trace.metadata,
    assessments: filled(assessments.map(assessmentToWire)),
    tags: { ...tags, ...derived },
  };
}

export function assessmentToWire(assessment: Assessment) {
  const { spanId, rationale, overrides, metadata, error } = assessment;
  return {
    assessment_id: assessment.id,
    assessment_name: assessment.name,
    trace_id: assessment.traceId,
    span_id: spanId ?? undefined,
    source: { source_type: assessment.source.type, source_id: assessment.source.id },
    create_time: timestamp(assessment.createdAt),
    last_update_time: timestamp(assessment.updatedAt),
    ...contentToWire(assessment),
    rationale: rationale ?? undefined,
    error: error === null ? undefined : errorToWire(error),
    metadata: Object.keys(metadata).length === 0 ? undefined : metadata,
    overrides: overrides ?? undefined,
    valid: assessment.valid,
  };
}

function contentToWire({ kind, value, format, error }: Assessment) {
  if (kind === 'issue') return { issue: { issue_name: value ?? undefined } };
  if (kind === 'feedback') return { feedback: { value, ...(error && { error: errorToWire(error) }) } };
  if (format === null) return { expectation: { value } };
  return { expectation: { serialized_value: { serialization_format: format, value } } };
}

function errorToWire({ code, message, stackTrace }: NonNullable<Assessment['error']>) {
  return { error_code: code, error_message: message, stack_trace: stackTrace };
}

/** In protobuf's JSON, whose bytes are base64. */
export function spanToWire(span: Span) {
  return {
    trace_id: base64(span.traceId),
    span_id: base64(span.spanId),
    parent_span_id: span.parentSpanId === '' ? undefined : base64(span.parentSpanId),
    trace_state: span.traceState || undefined,
    flags: span.flags || undefined,
    name: span.name,
    kind: span.kind,
    start_time_unix_nano: span.startTimeUnixNano,
    end_time_unix_nano: span.endTimeUnixNano,
    attributes: span.attributes.map(attributeToWire),
    dropped_attributes_count: span.droppedAttributesCount || undefined,
    events: span.events.map((event) => ({
      time_unix_nano: event.timeUnixNano,
      name: event.name,
      attributes: event.attributes.map(attributeToWire),
    })),
    dropped_events_count: span.droppedEventsCount || undefined,
    links: span.links.map((link) => ({
      trace_id: base64(link.traceId),
      span_id: base64(link.spanId),
      trace_state: link.traceState || undefined,
      attributes: link.attributes.map(attributeToWire),
    })),
    dropped_links_count: span.droppedLinksCount || undefined,
    status: { code: span.status.code, message: span.status.message || undefined },
  };
}

function attributeToWire({ key, value }: Attribute): unknown {
  return { key, value: value && valueToWire(value) };
}

function valueToWire({ arrayValue, kvlistValue, ...plain }: AnyValue): unknown {
  if (arrayValue !== undefined) return { array_value: { values: (arrayValue.values ?? []).map(valueToWire) } };
  if (kvlistValue !== undefined) return { kvlist_value: { values: (kvlistValue.values ?? []).map(attributeToWire) } };
  const names = {
    stringValue: 'string',
    boolValue: 'bool',
    intValue: 'int',
    doubleValue: 'double',
    bytesValue: 'bytes',
  };
  return Object.fromEntries(
    Object.entries(names).flatMap(([field, name]) => {
      const held = plain[field as keyof typeof plain];
      return held === undefined ? [] : [[`${name}_value`, held]];
    }),
  );
}

function base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(9).replace(/\.?0+$/, '')}s`;
}
