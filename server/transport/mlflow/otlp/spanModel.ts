/**
 * Spans of an export request, checked one by one: what is wrong with one span
 * rejects that span and no other. Takes both forms of a request: from protobuf,
 * with ids in base64, and JSON, with ids in hex.
 */
import * as z from 'zod';
import type { AnyValue, Attribute, Span } from '../../../domain/traces/ports.ts';

export const otlpLimits = {
  spans: 10_000,
  attributes: 1000,
  events: 10_000,
  links: 1000,
  keyLength: 1000,
  nameLength: 10_000,
  /** Of values inside values. */
  depth: 32,
} as const;

export type IdForm = 'hex' | 'base64';

const decimal = z
  .union([z.string().regex(/^-?\d{1,20}$/), z.int().transform(String)])
  .describe('a whole number, as decimal text past 2^53');
const nanoseconds = decimal.refine((text) => !text.startsWith('-'), 'a time before 1970');
const count = z.int().min(0).max(0xffff_ffff).default(0);

function idOf(bytes: number, form: IdForm) {
  const hex = new RegExp(`^[0-9a-f]{${bytes * 2}}$`);
  const toHex = (text: string) => (form === 'hex' ? text.toLowerCase() : Buffer.from(text, 'base64').toString('hex'));
  return z
    .string()
    .max(64)
    .transform(toHex)
    .refine((id) => hex.test(id) && !/^0+$/.test(id), `an id of ${bytes} bytes that are not all zero`);
}

const anyValue: z.ZodType<AnyValue> = z.lazy(() =>
  z.object({
    stringValue: z.string().optional(),
    boolValue: z.boolean().optional(),
    intValue: decimal.optional(),
    doubleValue: z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]).optional(),
    arrayValue: z.object({ values: z.array(anyValue).optional() }).optional(),
    kvlistValue: z.object({ values: z.array(attribute).optional() }).optional(),
    bytesValue: z.base64().optional(),
  }),
);
const attribute: z.ZodType<Attribute> = z.object({
  key: z.string().min(1).max(otlpLimits.keyLength),
  value: anyValue.optional(),
});
const attributeList = z.array(attribute).max(otlpLimits.attributes).default([]);
const name = z.string().max(otlpLimits.nameLength).default('');

function spanModel(form: IdForm) {
  const absent = z.literal('').transform(() => '');
  return z.object({
    traceId: idOf(16, form),
    spanId: idOf(8, form),
    parentSpanId: z.union([absent, idOf(8, form)]).default(''),
    name,
    kind: z.int().min(0).max(100).default(0),
    startTimeUnixNano: nanoseconds,
    endTimeUnixNano: nanoseconds.default('0'),
    attributes: attributeList,
    events: z
      .array(
        z.object({
          timeUnixNano: nanoseconds.default('0'),
          name,
          attributes: attributeList,
          droppedAttributesCount: count,
        }),
      )
      .max(otlpLimits.events)
      .default([]),
    links: z
      .array(
        z.object({
          traceId: idOf(16, form),
          spanId: idOf(8, form),
          traceState: name,
          attributes: attributeList,
          droppedAttributesCount: count,
          flags: count,
        }),
      )
      .max(otlpLimits.links)
      .default([]),
    status: z.object({ code: z.int().min(0).max(2).default(0), message: z.string().default('') }).prefault({}),
    traceState: name,
    flags: count,
    droppedAttributesCount: count,
    droppedEventsCount: count,
    droppedLinksCount: count,
  });
}

const models = { hex: spanModel('hex'), base64: spanModel('base64') } as const;

const producer = z.object({
  attributes: attributeList,
  name,
  version: name,
});
const envelope = z.object({
  resourceSpans: z
    .array(
      z.object({
        resource: z.object({ attributes: attributeList }).prefault({}),
        scopeSpans: z
          .array(z.object({ scope: producer.prefault({}), spans: z.array(z.unknown()).default([]) }))
          .default([]),
      }),
    )
    .default([]),
});

export type ReadSpans = {
  readonly spans: readonly Span[];
  readonly rejected: number;
  /** What was wrong with the first rejected one. */
  readonly message: string;
};

/** Throws a ZodError for what is no request at all. */
export function readSpans(request: unknown, form: IdForm): ReadSpans {
  const spans: Span[] = [];
  let rejected = 0;
  let message = '';
  for (const { given, ...origin } of givenSpans(request)) {
    const read = models[form].safeParse(given);
    if (read.success) spans.push({ ...read.data, ...origin });
    else {
      rejected += 1;
      message ||= problemOf(read.error);
    }
  }
  return { spans, rejected, message };
}

type Given = Pick<Span, 'resource' | 'scope'> & { readonly given: unknown };

function givenSpans(request: unknown): readonly Given[] {
  return envelope
    .parse(request)
    .resourceSpans.flatMap(({ resource, scopeSpans }) =>
      scopeSpans.flatMap(({ scope, spans }) => spans.map((given) => ({ given, scope, resource: resource.attributes }))),
    );
}

/** One span by itself. */
export function readSpan(given: unknown, form: IdForm): Span {
  return { ...models[form].parse(given), resource: [], scope: { name: '', version: '', attributes: [] } };
}

export function problemOf({ issues: [issue] }: z.ZodError): string {
  return `${issue?.path.join('.') || 'request'}: ${issue?.message ?? 'invalid'}`;
}

/** Whether something is nested deeper than a limit, found without recursion. */
export function isDeeper(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limit) return true;
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return false;
}
