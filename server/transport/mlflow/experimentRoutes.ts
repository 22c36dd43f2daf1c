/** Calls about experiments. */
import * as z from 'zod';
import type { TrackingService } from '../../domain/tracking/trackingService.ts';
import { anyText, experimentIdField, integer, key, limits, optional, text, view } from './fields.ts';
import { MlflowError } from './mlflowError.ts';
import { nextToken, offsetOf } from './pageToken.ts';
import { command, type Need, type Route, route } from './route.ts';
import { experimentToWire } from './wireEntities.ts';
import { filled } from './wireLists.ts';

const one = z.object({ experiment_id: experimentIdField });
const name = text.max(limits.experimentNameLength);
const tagValue = anyText.max(limits.experimentTagLength);
const page = z.object({
  max_results: optional(integer.refine((count) => count > 0 && count <= limits.page, `from 1 to ${limits.page}`)),
  page_token: optional(anyText),
});

function toWrite({ experiment_id }: z.infer<typeof one>): Need {
  return { role: 'contributor', experimentId: experiment_id };
}

type Experiments = TrackingService['experiments'];

export function experimentRoutes({ experiments }: Pick<TrackingService, 'experiments'>): readonly Route[] {
  return [createRoute(experiments), ...readRoutes(experiments), searchRoute(experiments), ...changeRoutes(experiments)];
}

function createRoute(experiments: Experiments): Route {
  return route({
    path: 'experiments/create',
    methods: ['POST'],
    input: z.object({
      name,
      artifact_location: optional(anyText),
      tags: optional(z.array(z.object({ key, value: tagValue })).max(limits.tagsInBatch)),
    }),
    needs: () => 'signed-in',
    answer: async ({ name, artifact_location, tags = [] }, { call }) => {
      refuseOtherStorage(artifact_location);
      const given = Object.fromEntries(tags.map((tag) => [tag.key, tag.value]));
      const { id } = await experiments.create({ name, tags: given }, call);
      return { experiment_id: id };
    },
  });
}

function readRoutes(experiments: Experiments): readonly Route[] {
  return [
    route({
      path: 'experiments/get',
      methods: ['GET'],
      input: one,
      needs: ({ experiment_id }) => ({ role: 'viewer', experimentId: experiment_id }),
      answer: async ({ experiment_id }) => ({ experiment: experimentToWire(await experiments.get(experiment_id)) }),
    }),
    route({
      path: 'experiments/get-by-name',
      methods: ['GET'],
      input: z.object({ experiment_name: text }),
      needs: () => 'signed-in',
      answer: async ({ experiment_name }, { require }) => {
        const experiment = await experiments.byName(experiment_name);
        await require({ role: 'viewer', experimentId: experiment.id });
        return { experiment: experimentToWire(experiment) };
      },
    }),
  ];
}

function searchRoute(experiments: Experiments): Route {
  return route({
    path: 'experiments/search',
    methods: ['POST', 'GET'],
    input: page.extend({ filter: optional(anyText), order_by: optional(z.array(anyText)), view_type: view }),
    needs: () => 'signed-in',
    answer: async ({ filter = '', order_by: orderBy = [], view_type, max_results, page_token }, { call }) => {
      const offset = offsetOf(page_token);
      const found = await experiments.search({ filter, orderBy, view: view_type }, call);
      const shown = found.slice(offset, offset + (max_results ?? limits.defaultPage));
      return {
        experiments: filled(shown.map(experimentToWire)),
        next_page_token: nextToken({ offset, length: shown.length, total: found.length }),
      };
    },
  });
}

function changeRoutes(experiments: Experiments): readonly Route[] {
  return [
    command({
      path: 'experiments/update',
      input: one.extend({ new_name: optional(name) }),
      needs: toWrite,
      act: async ({ experiment_id, new_name }, call) => {
        if (new_name !== undefined) await experiments.rename(experiment_id, new_name, call);
      },
    }),
    command({
      path: 'experiments/delete',
      input: one,
      needs: toWrite,
      act: ({ experiment_id }, call) => experiments.delete(experiment_id, call),
    }),
    command({
      path: 'experiments/restore',
      input: one,
      needs: toWrite,
      act: ({ experiment_id }, call) => experiments.restore(experiment_id, call),
    }),
    command({
      path: 'experiments/set-experiment-tag',
      input: one.extend({ key, value: tagValue }),
      needs: toWrite,
      act: ({ experiment_id, ...tag }, call) => experiments.setTag(experiment_id, tag, call),
    }),
    command({
      path: 'experiments/delete-experiment-tag',
      input: one.extend({ key: text }),
      needs: toWrite,
      act: ({ experiment_id, key }, call) => experiments.deleteTag(experiment_id, key, call),
    }),
  ];
}

/** Artifacts are kept by this server: a place that would be ignored is refused. */
function refuseOtherStorage(location: string | undefined): void {
  if (location === undefined || location === '' || location.startsWith('mlflow-artifacts:')) return;
  const message = `Invalid value ${JSON.stringify(location)} for parameter 'artifact_location' supplied: this server keeps artifacts itself; leave it out`;
  throw new MlflowError('INVALID_PARAMETER_VALUE', message);
}
