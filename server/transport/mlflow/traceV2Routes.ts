/**
 * Traces by the second version of the calls, for clients before 3.2: begun and
 * ended in two calls under an id of the server's, with their spans in a file.
 */
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { NewTrace, ShownTrace, TraceService } from '../../domain/traces/traceService.ts';
import { anyText, experimentIdField, instant, limits, oneOf, optional, text } from './fields.ts';
import { ofTrace, traceFor } from './ofTrace.ts';
import { type Route, route } from './route.ts';
import { traceIdField, traceLimits } from './traceFields.ts';
import { placeOf, searchedFields, tokenOf, traceFilter, traceOrder } from './traceSearchFields.ts';
import { traceInfoToWire } from './traceWire.ts';
import { filled } from './wireLists.ts';

const pairs = optional(
  z.array(z.object({ key: text.max(limits.keyLength), value: optional(anyText) })).max(traceLimits.texts),
).transform((list) =>
  Object.fromEntries((list ?? []).map(({ key, value = '' }) => [key, value.slice(0, limits.tagLength)])),
);
const described = z.object({ timestamp_ms: instant, request_metadata: pairs, tags: pairs });
const under = '2.0/mlflow';

export function traceV2Routes(traces: TraceService): readonly Route[] {
  return [beginRoute(traces), endRoute(traces), infoRoute(traces), searchRoute(traces)];
}

function beginRoute(traces: TraceService): Route {
  return route({
    path: 'traces',
    methods: ['POST'],
    input: described.extend({ experiment_id: experimentIdField }),
    needs: ({ experiment_id }) => ({ role: 'contributor', experimentId: experiment_id }),
    answer: async ({ experiment_id, timestamp_ms, request_metadata, tags }) => {
      const begun: NewTrace = {
        ...{ id: `tr-${randomUUID().replaceAll('-', '')}`, experimentId: experiment_id, clientRequestId: null },
        ...{ state: 'IN_PROGRESS', startedAt: timestamp_ms, duration: null },
        ...{ requestPreview: null, responsePreview: null, tags, metadata: request_metadata },
      };
      return { trace_info: infoToWire(await traces.describe(begun, { spans: [], assessments: [] })) };
    },
  });
}

const statuses = ['TRACE_STATUS_UNSPECIFIED', 'OK', 'ERROR', 'IN_PROGRESS'] as const;
const states = {
  TRACE_STATUS_UNSPECIFIED: 'STATE_UNSPECIFIED',
  OK: 'OK',
  ERROR: 'ERROR',
  IN_PROGRESS: 'IN_PROGRESS',
} as const;

function endRoute(traces: TraceService): Route {
  return route({
    path: 'traces/{request_id}',
    methods: ['PATCH'],
    input: described.extend({ request_id: traceIdField, status: oneOf(statuses) }),
    needs: () => 'signed-in',
    answer: async ({ request_id, timestamp_ms, status, request_metadata, tags }, context) => {
      const { trace } = await traceFor(traces, { id: request_id, role: 'contributor' }, context);
      const { spans: _spans, described: _described, ...known } = trace;
      const duration = Math.max(0, timestamp_ms - trace.startedAt);
      const ended: NewTrace = { ...known, state: states[status], duration, tags, metadata: request_metadata };
      return { trace_info: infoToWire(await traces.describe(ended, { spans: [], assessments: [] })) };
    },
  });
}

function infoRoute(traces: TraceService): Route {
  return ofTrace(traces, {
    under,
    path: 'traces/{trace_id}/info',
    methods: ['GET'],
    role: 'viewer',
    input: z.object({ trace_id: traceIdField }),
    answer: async (_input, shown) => ({ trace_info: infoToWire(shown) }),
  });
}

function searchRoute(traces: TraceService): Route {
  return route({
    path: 'traces',
    methods: ['GET'],
    input: searchedFields.omit({ locations: true }).extend({ experiment_ids: z.array(experimentIdField).max(100) }),
    needs: () => 'signed-in',
    answer: async ({ experiment_ids, filter = '', order_by: orderBy = [], max_results, page_token }, { call }) => {
      const place = { limit: max_results ?? 100, after: placeOf(page_token, orderBy) };
      const asked = { where: traceFilter(filter), orderBy: traceOrder(orderBy) };
      const found = await traces.search({ experimentIds: experiment_ids, ...asked, ...place }, call);
      return {
        traces: filled(found.traces.map(infoToWire)),
        next_page_token: found.next === null ? undefined : tokenOf(found.next, orderBy),
      };
    },
  });
}

function infoToWire(shown: ShownTrace) {
  const { trace } = shown;
  const { tags, trace_metadata: metadata } = traceInfoToWire(shown);
  return {
    request_id: trace.id,
    experiment_id: trace.experimentId,
    timestamp_ms: Math.floor(trace.startedAt),
    execution_time_ms: trace.duration === null ? undefined : Math.round(trace.duration),
    status: trace.state === 'STATE_UNSPECIFIED' ? 'TRACE_STATUS_UNSPECIFIED' : trace.state,
    request_metadata: toPairs(metadata),
    tags: toPairs(tags),
  };
}

function toPairs(record: Readonly<Record<string, string>>) {
  return filled(Object.entries(record).map(([key, value]) => ({ key, value })));
}
