/**
 * The messages of OTLP's trace service in protobuf, by their public field
 * numbers, decoded and encoded with protobufjs: it stops at a depth, and needs
 * no generated code.
 */
import protobuf from 'protobufjs/light.js';

type Fields = Readonly<Record<string, readonly [number: number, type: string, repeated?: 'repeated']>>;

const attributes = 'KeyValue';
const messages: Readonly<Record<string, Fields>> = {
  Request: { resourceSpans: [1, 'ResourceSpans', 'repeated'] },
  ResourceSpans: { resource: [1, 'Resource'], scopeSpans: [2, 'ScopeSpans', 'repeated'] },
  Resource: { attributes: [1, attributes, 'repeated'] },
  ScopeSpans: { scope: [1, 'Scope'], spans: [2, 'Span', 'repeated'] },
  Scope: { name: [1, 'string'], version: [2, 'string'], attributes: [3, attributes, 'repeated'] },
  Span: {
    traceId: [1, 'bytes'],
    spanId: [2, 'bytes'],
    traceState: [3, 'string'],
    parentSpanId: [4, 'bytes'],
    name: [5, 'string'],
    kind: [6, 'int32'],
    startTimeUnixNano: [7, 'fixed64'],
    endTimeUnixNano: [8, 'fixed64'],
    attributes: [9, attributes, 'repeated'],
    droppedAttributesCount: [10, 'uint32'],
    events: [11, 'Event', 'repeated'],
    droppedEventsCount: [12, 'uint32'],
    links: [13, 'Link', 'repeated'],
    droppedLinksCount: [14, 'uint32'],
    status: [15, 'SpanStatus'],
    flags: [16, 'fixed32'],
  },
  Event: {
    timeUnixNano: [1, 'fixed64'],
    name: [2, 'string'],
    attributes: [3, attributes, 'repeated'],
    droppedAttributesCount: [4, 'uint32'],
  },
  Link: {
    traceId: [1, 'bytes'],
    spanId: [2, 'bytes'],
    traceState: [3, 'string'],
    attributes: [4, attributes, 'repeated'],
    droppedAttributesCount: [5, 'uint32'],
    flags: [6, 'fixed32'],
  },
  SpanStatus: { message: [2, 'string'], code: [3, 'int32'] },
  KeyValue: { key: [1, 'string'], value: [2, 'AnyValue'] },
  AnyValue: {
    stringValue: [1, 'string'],
    boolValue: [2, 'bool'],
    intValue: [3, 'int64'],
    doubleValue: [4, 'double'],
    arrayValue: [5, 'ArrayValue'],
    kvlistValue: [6, 'KeyValueList'],
    bytesValue: [7, 'bytes'],
  },
  ArrayValue: { values: [1, 'AnyValue', 'repeated'] },
  KeyValueList: { values: [1, attributes, 'repeated'] },
  Response: { partialSuccess: [1, 'PartialSuccess'] },
  PartialSuccess: { rejectedSpans: [1, 'int64'], errorMessage: [2, 'string'] },
  Failure: { code: [1, 'int32'], message: [2, 'string'] },
};

const root = protobuf.Root.fromJSON({
  nested: Object.fromEntries(Object.entries(messages).map(([name, fields]) => [name, typeOf(name, fields)])),
});

/** What is unset must not read as a default where a value has one of several fields. */
function typeOf(name: string, fields: Fields) {
  const described = Object.entries(fields).map(([field, [id, type, rule]]) => [
    field,
    { id, type, ...(rule && { rule }) },
  ]);
  const oneofs = { value: { oneof: Object.keys(fields) } };
  return { fields: Object.fromEntries(described), ...(name === 'AnyValue' && { oneofs }) };
}

/** Ids and bytes as base64, 64-bit numbers as decimal text, other fields as in OTLP's JSON. Throws on what is no request. */
export function decodeRequest(bytes: Uint8Array): unknown {
  const type = root.lookupType('Request');
  return type.toObject(type.decode(bytes), { longs: String, bytes: String, json: true });
}

export function encodeMessage(name: 'Response' | 'Failure', fields: Readonly<Record<string, unknown>>): Uint8Array {
  const type = root.lookupType(name);
  return type.encode(type.fromObject(fields)).finish();
}
