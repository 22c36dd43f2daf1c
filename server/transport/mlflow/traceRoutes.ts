/** Calls about traces: describe, read and find them; all other calls about them are joined here. */
import * as z from 'zod';
import type { ShownTrace, TraceService } from '../../domain/traces/traceService.ts';
import { assessmentRoutes } from './assessmentRoutes.ts';
import { anyText, experimentIdField, optional } from './fields.ts';
import { ofTrace } from './ofTrace.ts';
import { type Context, type Route, route } from './route.ts';
import { type TraceRouteDependencies, traceChangeRoutes } from './traceChangeRoutes.ts';
import { toNewAssessment, toNewTrace, traceIdField, traceIds, traceInfo, traceLimits } from './traceFields.ts';
import { placeOf, searchedFields, tokenOf, traceFilter, traceOrder } from './traceSearchFields.ts';
import { statisticsRoutes } from './traceStatisticsRoutes.ts';
import { traceV2Routes } from './traceV2Routes.ts';
import { spanToWire, traceInfoToWire } from './traceWire.ts';
import { filled } from './wireLists.ts';
import { readWireSpan } from './wireSpan.ts';

const under = '3.0/mlflow';
const one = z.object({ trace_id: traceIdField });

export function traceRoutes(deps: TraceRouteDependencies): readonly Route[] {
  const { traces } = deps;
  return [
    describeRoute(traces),
    ...readRoutes(traces),
    searchRoute(traces),
    ...traceChangeRoutes(deps),
    ...assessmentRoutes(traces),
    ...statisticsRoutes(traces),
    ...traceV2Routes(traces),
  ];
}

function describeRoute(traces: TraceService): Route {
  return route({
    path: 'traces',
    methods: ['POST'],
    under,
    input: z.object({
      trace: z.object({
        trace_info: traceInfo,
        spans: optional(z.array(z.unknown()).max(traceLimits.spansInTrace)),
      }),
    }),
    needs: ({ trace }) => ({ role: 'contributor', experimentId: trace.trace_info.trace_location }),
    answer: async ({ trace: { trace_info: info, spans = [] } }) => {
      const assessments = (info.assessments ?? []).map((each) => toNewAssessment(each, info.trace_id));
      const shown = await traces.describe(toNewTrace(info), { spans: spans.map(readWireSpan), assessments });
      return { trace: { trace_info: traceInfoToWire(shown) } };
    },
  });
}

function readRoutes(traces: TraceService): readonly Route[] {
  const withSpans = async (shown: ShownTrace) => ({
    trace_info: traceInfoToWire(shown),
    spans: filled((await traces.spans(shown.trace.id)).map(spanToWire)),
  });
  const many = z.object({ trace_ids: traceIds, experiment_ids: optional(z.array(experimentIdField)) });
  const chosen = async ({ trace_ids, experiment_ids }: z.infer<typeof many>, { call }: Context) => {
    const found = await traces.many(trace_ids, call);
    return found.filter(({ trace }) => experiment_ids === undefined || experiment_ids.includes(trace.experimentId));
  };
  return [
    ofTrace(traces, {
      path: 'traces/get',
      methods: ['GET'],
      role: 'viewer',
      input: one.extend({ allow_partial: optional(z.union([z.boolean(), anyText])) }),
      answer: async (_input, shown) => ({ trace: await withSpans(shown) }),
    }),
    route({
      path: 'traces/batchGet',
      methods: ['GET'],
      under,
      needs: () => 'signed-in',
      input: many,
      answer: async (input, context) => ({
        traces: filled(await Promise.all((await chosen(input, context)).map(withSpans))),
      }),
    }),
    route({
      path: 'traces/batchGetInfos',
      methods: ['POST'],
      under,
      needs: () => 'signed-in',
      input: many,
      answer: async (input, context) => ({ trace_infos: filled((await chosen(input, context)).map(traceInfoToWire)) }),
    }),
    ofTrace(traces, {
      path: 'traces/{trace_id}',
      methods: ['GET'],
      role: 'viewer',
      input: one,
      answer: async (_input, shown) => ({ trace: { trace_info: traceInfoToWire(shown) } }),
    }),
  ];
}

function searchRoute(traces: TraceService): Route {
  return route({
    path: 'traces/search',
    methods: ['POST'],
    under,
    input: searchedFields,
    needs: () => 'signed-in',
    answer: async (
      { locations: experimentIds, filter = '', order_by: orderBy = [], max_results, page_token },
      context,
    ) => {
      const after = placeOf(page_token, orderBy);
      const limit = max_results ?? 100;
      const found = await traces.search(
        { experimentIds, where: traceFilter(filter), orderBy: traceOrder(orderBy), limit, after },
        context.call,
      );
      return {
        traces: filled(found.traces.map(traceInfoToWire)),
        next_page_token: found.next === null ? undefined : tokenOf(found.next, orderBy),
      };
    },
  });
}
