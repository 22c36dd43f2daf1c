/**
 * What follows from spans: what searches know of each, and what a trace is
 * called, when it ran and how it ended as long as no client has described it.
 * Pure. Attributes come from anyone: whatever they hold, something is answered.
 */
import type { AnyValue, Attribute, Span, SpanFacts, Texts, TraceState } from './ports.ts';

/** Attributes that mean something here, by MLflow's names and OpenTelemetry's. */
const names = {
  type: 'mlflow.spanType',
  inputs: ['mlflow.spanInputs', 'gen_ai.input.messages', 'input.value'],
  outputs: ['mlflow.spanOutputs', 'gen_ai.output.messages', 'output.value'],
  session: ['session.id', 'gen_ai.conversation.id'],
  user: ['user.id'],
  traceTag: 'mlflow.traceTag.',
} as const;

export const traceTags = { name: 'mlflow.traceName' } as const;
export const traceMetadata = {
  session: 'mlflow.trace.session',
  user: 'mlflow.trace.user',
  sourceRun: 'mlflow.sourceRun',
} as const;

export const factLimits = { attributeText: 1000, preview: 1000, name: 250 } as const;

const statuses = ['UNSET', 'OK', 'ERROR'] as const;

export function factsOf(span: Span): SpanFacts {
  const startedAt = milliseconds(span.startTimeUnixNano);
  const endedAt = milliseconds(span.endTimeUnixNano);
  return {
    type: textOf(span.attributes, [names.type]) ?? null,
    status: statuses[span.status.code] ?? 'UNSET',
    startedAt,
    duration: endedAt === 0 ? null : endedAt - startedAt,
    attributes: Object.fromEntries(
      span.attributes.map(({ key, value }) => [key, attributeText(value).slice(0, factLimits.attributeText)]),
    ),
  };
}

export type TraceFacts = {
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** Known once the root has ended. */
  readonly state: TraceState;
  readonly requestPreview: string | null;
  readonly responsePreview: string | null;
  readonly tags: Texts;
  readonly metadata: Texts;
};

/** Of spans of one trace, at least one. */
export function traceFactsOf(spans: readonly Span[]): TraceFacts {
  const root = spans.find(({ parentSpanId }) => parentSpanId === '');
  const ends = spans.map(({ endTimeUnixNano }) => milliseconds(endTimeUnixNano)).filter((end) => end > 0);
  const attributes = root?.attributes ?? [];
  return {
    startedAt: spans.reduce((least, span) => Math.min(least, milliseconds(span.startTimeUnixNano)), Number.MAX_VALUE),
    endedAt: ends.length === 0 ? null : ends.reduce((a, b) => Math.max(a, b)),
    state: stateOf(root),
    requestPreview: textOf(attributes, names.inputs)?.slice(0, factLimits.preview) ?? null,
    responsePreview: textOf(attributes, names.outputs)?.slice(0, factLimits.preview) ?? null,
    tags: { ...(root && { [traceTags.name]: root.name.slice(0, factLimits.name) }), ...tagsIn(attributes) },
    metadata: metadataIn(spans),
  };
}

function stateOf(root: Span | undefined): TraceState {
  if (root === undefined || root.endTimeUnixNano === '0') return 'IN_PROGRESS';
  return root.status.code === 2 ? 'ERROR' : 'OK';
}

/** Tags that a client without a connection of its own to the server hangs on the root. */
function tagsIn(attributes: readonly Attribute[]): Texts {
  return Object.fromEntries(
    attributes
      .filter(({ key }) => key.startsWith(names.traceTag) && key.length > names.traceTag.length)
      .map(({ key, value }) => [key.slice(names.traceTag.length), attributeText(value).slice(0, 8000)]),
  );
}

function metadataIn(spans: readonly Span[]): Texts {
  const all = spans.flatMap(({ attributes }) => attributes);
  const session = textOf(all, names.session);
  const user = textOf(all, names.user);
  return {
    ...(session !== undefined && { [traceMetadata.session]: session }),
    ...(user !== undefined && { [traceMetadata.user]: user }),
  };
}

function textOf(attributes: readonly Attribute[], keys: readonly string[]): string | undefined {
  const found = attributes.find(({ key }) => keys.includes(key));
  return found && attributeText(found.value);
}

/** Texts as they are (some exporters write them as JSON), all else as JSON. */
export function attributeText(value: AnyValue | undefined): string {
  const plain = plainValue(value);
  if (typeof plain !== 'string') return JSON.stringify(plain);
  return /^".*"$/s.test(plain) ? unquoted(plain) : plain;
}

function unquoted(text: string): string {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'string' ? parsed : text;
  } catch {
    return text;
  }
}

/** The value as JSON has it. An integer past 2^53 stays a text. */
export function plainValue(value: AnyValue | undefined): unknown {
  if (value === undefined) return null;
  if (value.stringValue !== undefined) return value.stringValue;
  if (value.boolValue !== undefined) return value.boolValue;
  if (value.intValue !== undefined) return plainInteger(value.intValue);
  if (value.doubleValue !== undefined) return value.doubleValue;
  return plainCollection(value);
}

function plainCollection({ arrayValue, kvlistValue, bytesValue }: AnyValue): unknown {
  if (arrayValue !== undefined) return (arrayValue.values ?? []).map(plainValue);
  if (kvlistValue !== undefined) {
    return Object.fromEntries((kvlistValue.values ?? []).map(({ key, value }) => [key, plainValue(value)]));
  }
  return bytesValue ?? null;
}

function plainInteger(text: string): number | string {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}

/** Nanoseconds as text to milliseconds, with their fraction as far as a double holds it. */
export function milliseconds(nanoseconds: string): number {
  const digits = nanoseconds.padStart(7, '0');
  return Number(`${digits.slice(0, -6)}.${digits.slice(-6)}`);
}
