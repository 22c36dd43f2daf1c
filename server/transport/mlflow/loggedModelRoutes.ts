/** Calls about logged models. */
import * as z from 'zod';
import type { LoggedModelRegister } from '../../domain/models/loggedModelRegister.ts';
import { loggedModelTarget } from '../../domain/tracking/filter/modelTargets.ts';
import { parseFilter } from '../../domain/tracking/filter/parseFilter.ts';
import {
  anyText,
  experimentIdField,
  integer,
  key,
  limits,
  modelIdField,
  optional,
  runIdField,
  text,
} from './fields.ts';
import { loggedModelToWire } from './modelEntities.ts';
import { modelOrdering } from './modelOrdering.ts';
import { offsetWithin, tokenWithin } from './pageToken.ts';
import { readable } from './readable.ts';
import { command, type Need, type Route, route } from './route.ts';
import { parameter, record } from './valueFields.ts';
import { filled } from './wireLists.ts';

const one = z.object({ model_id: modelIdField });
const tag = z.object({ key, value: anyText.max(limits.tagLength) });
const mostPairs = 100;

/** A name becomes a part of addresses, and of paths in stores of other make. */
const name = anyText
  .max(limits.modelNameLength)
  .refine((given) => !/[/:.%"'\p{C}]/u.test(given), 'Names must not contain / : . % " or \'');

const statuses = { LOGGED_MODEL_READY: 'READY', LOGGED_MODEL_UPLOAD_FAILED: 'UPLOAD_FAILED' } as const;
/** By name or by number, as in protocol messages: 2 is ready, 3 has failed. */
const status = z
  .union([z.enum(['LOGGED_MODEL_READY', 'LOGGED_MODEL_UPLOAD_FAILED']), z.literal(2), z.literal(3)])
  .transform((given) => (given === 2 ? 'READY' : given === 3 ? 'UPLOAD_FAILED' : statuses[given]));

const datasetChoice = z.object({ dataset_name: text, dataset_digest: optional(anyText) });

function toRead({ model_id }: z.infer<typeof one>): Need {
  return { role: 'viewer', modelId: model_id };
}

function toWrite({ model_id }: z.infer<typeof one>): Need {
  return { role: 'contributor', modelId: model_id };
}

export function loggedModelRoutes({ logged }: { readonly logged: LoggedModelRegister }): readonly Route[] {
  return [createRoute(logged), ...lifeRoutes(logged), ...valueRoutes(logged), searchRoute(logged)];
}

function createRoute(logged: LoggedModelRegister): Route {
  return route({
    path: 'logged-models',
    methods: ['POST'],
    input: z.object({
      experiment_id: experimentIdField,
      name: optional(name),
      model_type: optional(anyText.max(limits.tagLength)),
      source_run_id: optional(z.union([z.literal(''), runIdField])),
      params: optional(z.array(parameter).max(mostPairs)),
      tags: optional(z.array(tag).max(mostPairs)),
    }),
    needs: ({ experiment_id, source_run_id }) => [
      { role: 'contributor', experimentId: experiment_id },
      ...(source_run_id ? [{ role: 'viewer', runId: source_run_id } as const] : []),
    ],
    answer: async ({ experiment_id, name = '', model_type = '', source_run_id = '', params, tags }, { call }) => {
      const asked = { experimentId: experiment_id, name, modelType: model_type, sourceRunId: source_run_id };
      const model = await logged.create({ ...asked, parameters: record(params), tags: record(tags) }, call);
      return { model: loggedModelToWire(model) };
    },
  });
}

function lifeRoutes(logged: LoggedModelRegister): readonly Route[] {
  return [
    route({
      path: 'logged-models/{model_id}',
      methods: ['GET'],
      input: one,
      needs: toRead,
      answer: async ({ model_id }) => ({ model: loggedModelToWire(await logged.get(model_id)) }),
    }),
    route({
      path: 'logged-models/{model_id}',
      methods: ['PATCH'],
      input: one.extend({ status }),
      needs: toWrite,
      answer: async ({ model_id, status }, { call }) => ({
        model: loggedModelToWire(await logged.finish(model_id, status, call)),
      }),
    }),
    command({
      path: 'logged-models/{model_id}',
      methods: ['DELETE'],
      input: one,
      needs: toWrite,
      act: ({ model_id }, call) => logged.delete(model_id, call),
    }),
  ];
}

function valueRoutes(logged: LoggedModelRegister): readonly Route[] {
  return [
    route({
      path: 'logged-models/{model_id}/tags',
      methods: ['PATCH'],
      input: one.extend({ tags: optional(z.array(tag).max(mostPairs)) }),
      needs: toWrite,
      answer: async ({ model_id, tags }, { call }) => ({
        model: loggedModelToWire(await logged.setTags(model_id, record(tags), call)),
      }),
    }),
    command({
      path: 'logged-models/{model_id}/tags/{tag_key}',
      methods: ['DELETE'],
      input: one.extend({ tag_key: text }),
      needs: toWrite,
      act: ({ model_id, tag_key }, call) => logged.deleteTag(model_id, tag_key, call),
    }),
    command({
      path: 'logged-models/{model_id}/params',
      input: one.extend({ params: optional(z.array(parameter).max(mostPairs)) }),
      needs: toWrite,
      act: ({ model_id, params }, call) => logged.logParameters(model_id, record(params), call),
    }),
  ];
}

/** As MLflow's server answers; it also takes more than clients' own 50 at once. */
const usualModels = 100;
const mostModels = 1000;

function searchRoute(logged: LoggedModelRegister): Route {
  return route({
    path: 'logged-models/search',
    methods: ['POST'],
    input: z.object({
      experiment_ids: optional(z.array(experimentIdField)),
      filter: optional(anyText),
      datasets: optional(z.array(datasetChoice).max(limits.datasetsInCall)),
      max_results: optional(integer.refine((count) => count >= 1 && count <= mostModels, `from 1 to ${mostModels}`)),
      order_by: optional(z.array(modelOrdering).max(20)),
      page_token: optional(anyText),
    }),
    needs: () => 'signed-in',
    answer: async ({ experiment_ids = [], filter = '', order_by = [], page_token, ...asked }, context) => {
      const datasets = (asked.datasets ?? []).map(({ dataset_name, dataset_digest }) => ({
        name: dataset_name,
        digest: dataset_digest || null,
      }));
      const query = { experiment_ids, filter, order_by, datasets };
      const offset = offsetWithin(query, page_token);
      const limit = asked.max_results ?? usualModels;
      const where = parseFilter(filter, loggedModelTarget);
      const experimentIds = await readable(experiment_ids, context);
      const page = { experimentIds, where, datasets, orderBy: order_by, offset, limit: limit + 1 };
      const found = await logged.search(page);
      return {
        models: filled(found.slice(0, limit).map(loggedModelToWire)),
        next_page_token: found.length > limit ? tokenWithin(query, offset + limit) : undefined,
      };
    },
  });
}
