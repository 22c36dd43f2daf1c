/** Calls about the history of metrics. */
import * as z from 'zod';
import type { MetricPoint } from '../../domain/tracking/ports.ts';
import { type StepRange, sampleSteps } from '../../domain/tracking/sampleSteps.ts';
import type { TrackingService } from '../../domain/tracking/trackingService.ts';
import { anyText, integer, optional, runIdField, text } from './fields.ts';
import { pointOf, tokenOf } from './historyToken.ts';
import { MlflowError } from './mlflowError.ts';
import { type Need, type Route, route } from './route.ts';
import { metricToWire } from './wireEntities.ts';
import { filled } from './wireLists.ts';

/** Where a client asks for everything it still gets pages: one answer must fit into memory. */
const mostPoints = 250_000;
const bulkPoints = 25_000;
const positive = integer.refine((count) => count > 0, 'at least 1');
const runIds = z.array(runIdField).min(1).max(100);

function toReadAll(ids: readonly string[]): readonly Need[] {
  return ids.map((runId) => ({ role: 'viewer', runId }));
}

export function metricRoutes(tracking: TrackingService): readonly Route[] {
  return [historyRoute(tracking), sampledRoute(tracking), bulkRoute(tracking)];
}

function historyRoute(tracking: TrackingService): Route {
  return route({
    path: 'metrics/get-history',
    methods: ['GET'],
    input: z.object({
      run_id: runIdField,
      metric_key: text,
      max_results: optional(positive),
      page_token: optional(anyText),
    }),
    needs: ({ run_id }) => ({ role: 'viewer', runId: run_id }),
    answer: async ({ run_id, metric_key, max_results, page_token }) => {
      const limit = Math.min(max_results ?? mostPoints, mostPoints);
      const page = { after: pointOf(page_token), offset: 0, limit: limit + 1 };
      const points = await tracking.history(run_id, metric_key, page);
      const shown = points.slice(0, limit);
      const last = points.length > limit ? shown.at(-1) : undefined;
      return { metrics: filled(shown.map(metricToWire)), next_page_token: last && tokenOf(last) };
    },
  });
}

function sampledRoute(tracking: TrackingService): Route {
  return route({
    path: 'metrics/get-history-bulk-interval',
    methods: ['GET'],
    input: z.object({
      run_ids: runIds,
      metric_key: text,
      start_step: optional(integer),
      end_step: optional(integer),
      max_results: optional(integer.refine((count) => count >= 1 && count <= 2500, 'from 1 to 2500')),
    }),
    needs: ({ run_ids }) => toReadAll(run_ids),
    answer: async ({ run_ids, metric_key, start_step, end_step, max_results }) => {
      const range = rangeOf(start_step, end_step);
      const curves = await readCurves(tracking, run_ids, { key: metric_key, most: mostPoints });
      const steps = sampleSteps([...curves.values()], { range, most: max_results ?? 2500 });
      const shown = toWire(curves).filter(({ step }) => steps.has(step));
      return { metrics: filled(shown) };
    },
  });
}

function bulkRoute(tracking: TrackingService): Route {
  return route({
    path: 'metrics/get-history-bulk',
    methods: ['GET'],
    // One field that repeats; read from the address it is a list only when it does.
    input: z.object({
      run_id: z.union([runIdField.transform((id) => [id]), runIds]),
      metric_key: text,
      max_results: optional(positive),
    }),
    needs: ({ run_id }) => toReadAll(run_id),
    answer: async ({ run_id, metric_key, max_results }) => {
      const most = Math.min(max_results ?? bulkPoints, bulkPoints);
      const curves = await readCurves(tracking, run_id.toSorted(), { key: metric_key, most });
      return { metrics: filled(toWire(curves).slice(0, most)) };
    },
  });
}

function rangeOf(start: number | undefined, end: number | undefined): StepRange | null {
  if (start === undefined && end === undefined) return null;
  if (start !== undefined && end !== undefined && start <= end) return { start, end };
  const told = 'start_step and end_step belong together, and start_step comes first';
  throw new MlflowError('INVALID_PARAMETER_VALUE', told);
}

type Curves = ReadonlyMap<string, readonly MetricPoint[]>;

async function readCurves(
  tracking: TrackingService,
  ids: readonly string[],
  asked: { readonly key: string; readonly most: number },
): Promise<Curves> {
  const curves = new Map<string, readonly MetricPoint[]>();
  for (const id of ids) curves.set(id, await tracking.history(id, asked.key, { offset: 0, limit: asked.most }));
  return curves;
}

function toWire(curves: Curves) {
  return [...curves].flatMap(([run_id, points]) => points.map((point) => ({ ...metricToWire(point), run_id })));
}
