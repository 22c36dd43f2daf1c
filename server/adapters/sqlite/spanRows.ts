/**
 * Spans in SQLite: what they hold as it came, compressed where that pays, and
 * beside it what searches look at. Writing a span again replaces it.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Span, SpanFacts } from '../../domain/traces/ports.ts';
import { internName } from './names.ts';
import type { Session } from './session.ts';
import { traceNumber } from './traceRows.ts';

const sql = {
  put: `INSERT INTO spans (trace, id, name, type, status, started_at, duration, codec, content)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (trace, id) DO UPDATE SET name = excluded.name, type = excluded.type, status = excluded.status,
      started_at = excluded.started_at, duration = excluded.duration, codec = excluded.codec,
      content = excluded.content`,
  number: 'SELECT number FROM spans WHERE trace = ? AND id = ?',
  clear: 'DELETE FROM span_attributes WHERE span = ?',
  attribute: 'INSERT INTO span_attributes (span, name, value) VALUES (?, ?, ?)',
  count: 'UPDATE traces SET span_count = (SELECT count(*) FROM spans WHERE trace = traces.number) WHERE number = ?',
  ofTrace: 'SELECT codec, content FROM spans WHERE trace = ? ORDER BY started_at, id',
} as const;

/** As it is, or deflated. Below that size compression saves less than it costs. */
const codecs = { plain: 0, deflated: 1 } as const;
const worthCompressing = 512;

export function putSpans(session: Session, traceId: string, spans: readonly (readonly [Span, SpanFacts])[]): void {
  const trace = traceNumber(session, traceId);
  for (const [span, facts] of spans) putSpan(session, trace, [span, facts]);
  session.run(sql.count, trace);
}

function putSpan(session: Session, trace: number, [span, facts]: readonly [Span, SpanFacts]): void {
  const { type, status, startedAt, duration, attributes } = facts;
  const { codec, content } = encode(span);
  session.run(sql.put, trace, span.spanId, span.name, type, status, startedAt, duration, codec, content);
  const number = session.get<{ number: number }>(sql.number, trace, span.spanId)?.number ?? -1;
  session.run(sql.clear, number);
  for (const [key, value] of Object.entries(attributes)) {
    session.run(sql.attribute, number, internName(session, key), value);
  }
}

type Content = { readonly codec: number; readonly content: Uint8Array };

function encode(span: Span): Content {
  const content = Buffer.from(JSON.stringify(span));
  if (content.length < worthCompressing) return { codec: codecs.plain, content };
  return { codec: codecs.deflated, content: deflateRawSync(content, { level: 1 }) };
}

function decode({ codec, content }: Content): Span {
  const plain = codec === codecs.deflated ? inflateRawSync(content) : content;
  return JSON.parse(Buffer.from(plain).toString('utf8')) as Span;
}

export function spans(session: Session, traceId: string): readonly Span[] {
  return session.all<Content>(sql.ofTrace, traceNumber(session, traceId)).map(decode);
}
