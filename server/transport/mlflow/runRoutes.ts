/** Calls about runs and what is logged into them. */
import * as z from 'zod';
import type { MetricSeries } from '../../domain/tracking/ports.ts';
import { runStatuses } from '../../domain/tracking/runStatus.ts';
import type { TrackingService } from '../../domain/tracking/trackingService.ts';
import type { BatchReader } from './batchReader.ts';
import {
  anyText,
  experimentIdField,
  instant,
  integer,
  key,
  limits,
  oneOf,
  optional,
  runIdField,
  text,
  view,
} from './fields.ts';
import { quickBatch, quickMetric } from './quickLog.ts';
import { readable } from './readable.ts';
import { command, type Need, type Route, route } from './route.ts';
import { readRunToken, writeRunToken } from './runToken.ts';
import { metric, parameter, record, toModelPoints } from './valueFields.ts';
import { runInfoToWire, runToWire } from './wireEntities.ts';
import { filled } from './wireLists.ts';

const one = z.object({ run_id: runIdField });
const tag = z.object({ key, value: anyText.max(limits.tagLength) });

function atMost(count: number, things: string) {
  return (list: readonly unknown[], context: z.RefinementCtx) => {
    if (list.length <= count) return;
    const message = `A batch logging request can contain at most ${count} ${things}; this one has ${list.length}.`;
    context.addIssue({ code: 'custom', message, params: { whole: true } });
  };
}

/** Exported, as is the next, for the test that compares the quick reading with it. */
export const batchInput = one
  .extend({
    metrics: optional(z.array(metric).superRefine(atMost(limits.metricsInBatch, 'metrics'))),
    params: optional(z.array(parameter).superRefine(atMost(limits.parametersInBatch, 'params'))),
    tags: optional(z.array(tag).superRefine(atMost(limits.tagsInBatch, 'tags'))),
  })
  .superRefine(({ metrics = [], params = [], tags = [] }, context) => {
    atMost(limits.entitiesInBatch, 'metrics, params, and tags')([...metrics, ...params, ...tags], context);
    const keys = params.map((each) => each.key);
    const twice = keys.find((each, index) => keys.indexOf(each) !== index);
    if (twice === undefined) return;
    const message = `Duplicate parameter keys have been submitted: '${twice}'.`;
    context.addIssue({ code: 'custom', message, params: { whole: true } });
  });

export const metricInput = one.extend(metric.shape);

function toRead({ run_id }: z.infer<typeof one>): Need {
  return { role: 'viewer', runId: run_id };
}

function toWrite({ run_id }: z.infer<typeof one>): Need {
  return { role: 'contributor', runId: run_id };
}

/** Metrics that are of a logged model are written there too. */
function toLog(runId: string, metrics: readonly z.infer<typeof metric>[]): readonly Need[] {
  const models = new Set(toModelPoints(metrics).map(({ modelId }) => modelId));
  return [{ role: 'contributor', runId }, ...[...models].map((modelId) => ({ role: 'contributor', modelId }) as const)];
}

type RunDependencies = { readonly tracking: TrackingService; readonly batches: BatchReader };

export function runRoutes({ tracking, batches }: RunDependencies): readonly Route[] {
  return [
    createRoute(tracking),
    ...lifecycleRoutes(tracking),
    ...valueRoutes(tracking),
    batchRoute({ tracking, batches }),
    searchRoute(tracking),
  ];
}

function createRoute(tracking: TrackingService): Route {
  return route({
    path: 'runs/create',
    methods: ['POST'],
    input: z.object({
      experiment_id: optional(experimentIdField).transform((id) => id ?? '0'),
      user_id: optional(anyText.max(limits.keyLength)),
      run_name: optional(anyText),
      start_time: optional(instant),
      tags: optional(z.array(tag).superRefine(atMost(limits.tagsInBatch, 'tags'))),
    }),
    needs: ({ experiment_id }) => ({ role: 'contributor', experimentId: experiment_id }),
    answer: async ({ experiment_id, user_id, run_name, start_time, tags }, { call }) => {
      const asked = { experimentId: experiment_id, name: run_name ?? '', userName: user_id ?? '' };
      const created = await tracking.createRun({ ...asked, startedAt: start_time, tags: record(tags) }, call);
      return { run: runToWire(created) };
    },
  });
}

function lifecycleRoutes(tracking: TrackingService): readonly Route[] {
  return [
    route({
      path: 'runs/get',
      methods: ['GET'],
      input: one,
      needs: toRead,
      answer: async ({ run_id }) => ({ run: runToWire(await tracking.run(run_id)) }),
    }),
    route({
      path: 'runs/update',
      methods: ['POST'],
      input: one.extend({
        status: optional(oneOf(runStatuses)),
        end_time: optional(instant),
        run_name: optional(anyText),
      }),
      needs: toWrite,
      answer: async ({ run_id, status, end_time, run_name }, { call }) => {
        const asked = { runId: run_id, status, endedAt: end_time, name: run_name };
        return { run_info: runInfoToWire(await tracking.updateRun(asked, call)) };
      },
    }),
    command({
      path: 'runs/delete',
      input: one,
      needs: toWrite,
      act: ({ run_id }, call) => tracking.deleteRun(run_id, call),
    }),
    command({
      path: 'runs/restore',
      input: one,
      needs: toWrite,
      act: ({ run_id }, call) => tracking.restoreRun(run_id, call),
    }),
  ];
}

const nothing = { metrics: [], parameters: {}, tags: {} } as const;

function valueRoutes(tracking: TrackingService): readonly Route[] {
  return [
    command({
      path: 'runs/log-metric',
      input: metricInput,
      quick: quickMetric,
      checked: 'within',
      needs: ({ run_id, ...point }) => toLog(run_id, [point]),
      act: ({ run_id, ...point }, call) =>
        tracking.log({ ...nothing, runId: run_id, metrics: [point], modelMetrics: toModelPoints([point]) }, call),
    }),
    command({
      path: 'runs/log-parameter',
      input: one.extend(parameter.shape),
      needs: toWrite,
      checked: 'within',
      act: ({ run_id, ...pair }, call) => tracking.log({ ...nothing, runId: run_id, parameters: record([pair]) }, call),
    }),
    command({
      path: 'runs/set-tag',
      input: one.extend(tag.shape),
      needs: toWrite,
      checked: 'within',
      act: ({ run_id, ...pair }, call) => tracking.log({ ...nothing, runId: run_id, tags: record([pair]) }, call),
    }),
    command({
      path: 'runs/delete-tag',
      input: one.extend({ key: text }),
      needs: toWrite,
      act: ({ run_id, key }, call) => tracking.deleteTag(run_id, key, call),
    }),
  ];
}

type Batch = z.infer<typeof batchInput> & { readonly series?: readonly MetricSeries[] };

function batchRoute({ tracking, batches }: RunDependencies): Route {
  return command<Batch>({
    path: 'runs/log-batch',
    input: batchInput,
    quick: quickBatch,
    elsewhere: (body) => batches.read(body),
    checked: 'within',
    needs: ({ run_id, metrics = [] }) => toLog(run_id, metrics),
    act: ({ run_id, metrics = [], series = [], params, tags }, call) => {
      const points = { metrics, series, modelMetrics: toModelPoints(metrics) };
      return tracking.log({ runId: run_id, ...points, parameters: record(params), tags: record(tags) }, call);
    },
  });
}

function searchRoute(tracking: TrackingService): Route {
  return route({
    path: 'runs/search',
    methods: ['POST'],
    input: z.object({
      experiment_ids: optional(z.array(experimentIdField)),
      filter: optional(anyText),
      run_view_type: view,
      max_results: optional(integer.refine((count) => count > 0 && count <= limits.page, `from 1 to ${limits.page}`)),
      order_by: optional(z.array(anyText)),
      page_token: optional(anyText),
    }),
    needs: () => 'signed-in',
    answer: async ({ filter = '', order_by: orderBy = [], ...asked }, context) => {
      const search = { experimentIds: asked.experiment_ids ?? [], filter, orderBy, view: asked.run_view_type };
      const after = readRunToken(asked.page_token, search);
      const experimentIds = await readable(search.experimentIds, context);
      const limit = asked.max_results ?? limits.defaultPage;
      const { runs, next } = await tracking.search({ ...search, experimentIds, after, limit }, context.call.signal);
      return { runs: filled(runs.map(runToWire)), next_page_token: writeRunToken(next, search) };
    },
  });
}
