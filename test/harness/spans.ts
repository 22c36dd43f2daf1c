/** Spans for tests. */
import { randomBytes } from 'node:crypto';
import type { Span } from '../../server/domain/traces/ports.ts';

export const aSpan = (change: Partial<Span> = {}): Span => ({
  traceId: randomBytes(16).toString('hex'),
  spanId: randomBytes(8).toString('hex'),
  parentSpanId: '',
  name: 'root',
  kind: 1,
  startTimeUnixNano: '1700000000123456789',
  endTimeUnixNano: '1700000001623456789',
  attributes: [],
  events: [],
  links: [],
  status: { code: 1, message: '' },
  traceState: '',
  flags: 0,
  droppedAttributesCount: 0,
  droppedEventsCount: 0,
  droppedLinksCount: 0,
  resource: [],
  scope: { name: '', version: '', attributes: [] },
  ...change,
});

export const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
