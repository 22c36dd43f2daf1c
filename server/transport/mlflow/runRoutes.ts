/** Calls about runs and what is logged into them. */
import * as z from 'zod';
import { runStatuses } from '../../domain/tracking/runStatus.ts';
import type { TrackingService } from '../../domain/tracking/trackingService.ts';
import {
  anyText,
  double,
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
import { isMlflowError } from './mlflowError.ts';
import { type Context, command, type Need, type Route, route } from './route.ts';
import { readRunToken, writeRunToken } from './runToken.ts';
import { filled, runInfoToWire, runToWire } from './wireEntities.ts';

const one = z.object({ run_id: runIdField });
const metric = z.object({ key, value: double, timestamp: instant, step: optional(integer) });
/** Longer ones are cut, as MLflow's server does. */
const parameter = z.object({ key, value: anyText.transform((value) => value.slice(0, limits.parameterLength)) });
const tag = z.object({ key, value: anyText.max(limits.tagLength) });

function atMost(count: number, things: string) {
  return (list: readonly unknown[], context: z.RefinementCtx) => {
    if (list.length <= count) return;
    const message = `A batch logging request can contain at most ${count} ${things}; this one has ${list.length}.`;
    context.addIssue({ code: 'custom', message, params: { whole: true } });
  };
}

const batch = one
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

function toRead({ run_id }: z.infer<typeof one>): Need {
  return { role: 'viewer', runId: run_id };
}

function toWrite({ run_id }: z.infer<typeof one>): Need {
  return { role: 'contributor', runId: run_id };
}

type Pair = { readonly key: string; readonly value: string };

/** Of several with one key the last counts. */
function record(pairs: readonly Pair[] | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((pairs ?? []).map(({ key, value }) => [key, value]));
}

export function runRoutes(tracking: TrackingService): readonly Route[] {
  return [
    createRoute(tracking),
    ...lifecycleRoutes(tracking),
    ...valueRoutes(tracking),
    batchRoute(tracking),
    searchRoute(tracking),
    modelSearchRoute(),
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
      input: one.extend(metric.shape),
      needs: toWrite,
      act: ({ run_id, step = 0, ...point }, call) =>
        tracking.log({ ...nothing, runId: run_id, metrics: [{ ...point, step }] }, call),
    }),
    command({
      path: 'runs/log-parameter',
      input: one.extend(parameter.shape),
      needs: toWrite,
      act: ({ run_id, ...pair }, call) => tracking.log({ ...nothing, runId: run_id, parameters: record([pair]) }, call),
    }),
    command({
      path: 'runs/set-tag',
      input: one.extend(tag.shape),
      needs: toWrite,
      act: ({ run_id, ...pair }, call) => tracking.log({ ...nothing, runId: run_id, tags: record([pair]) }, call),
    }),
    command({
      path: 'runs/delete-tag',
      input: one.extend({ key: text }),
      needs: toWrite,
      act: ({ run_id, key }) => tracking.deleteTag(run_id, key),
    }),
  ];
}

function batchRoute(tracking: TrackingService): Route {
  return command({
    path: 'runs/log-batch',
    input: batch,
    needs: toWrite,
    act: ({ run_id, metrics = [], params, tags }, call) => {
      const points = metrics.map(({ step = 0, ...point }) => ({ ...point, step }));
      return tracking.log({ runId: run_id, metrics: points, parameters: record(params), tags: record(tags) }, call);
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

/**
 * Models cannot be logged yet, so a search finds none. Clients ask on the way
 * to every artifact that is named as runs:/..., and do not go on without an answer.
 */
function modelSearchRoute(): Route {
  return route({
    path: 'logged-models/search',
    methods: ['POST'],
    input: z.object({}),
    needs: () => 'signed-in',
    answer: async () => ({}),
  });
}

/** Experiments that are absent or hidden hold no runs, as in MLflow's own search. */
async function readable(ids: readonly string[], { require }: Context): Promise<readonly string[]> {
  const found: string[] = [];
  for (const experimentId of new Set(ids)) {
    try {
      await require({ role: 'viewer', experimentId });
      found.push(experimentId);
    } catch (error) {
      if (!isMlflowError(error, 'RESOURCE_DOES_NOT_EXIST')) throw error;
    }
  }
  return found;
}
