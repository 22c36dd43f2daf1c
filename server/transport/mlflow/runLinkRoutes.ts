/** Calls about what goes into runs and comes out of them: datasets and models. */
import * as z from 'zod';
import type { TrackingService } from '../../domain/tracking/trackingService.ts';
import { anyText, experimentIdField, integer, limits, modelIdField, optional, runIdField, text } from './fields.ts';
import { MlflowError } from './mlflowError.ts';
import { command, type Need, type Route, route } from './route.ts';
import { record } from './valueFields.ts';
import { filled } from './wireLists.ts';

const one = z.object({ run_id: runIdField });
const dataset = z.object({
  name: text.max(limits.datasetNameLength),
  digest: text.max(limits.datasetDigestLength),
  source_type: optional(anyText.max(limits.datasetNameLength)),
  source: optional(anyText.max(limits.datasetSourceLength)),
  schema: optional(anyText.max(limits.datasetSchemaLength)),
  profile: optional(anyText.max(limits.datasetProfileLength)),
});
const tag = z.object({ key: text.max(limits.inputTagKeyLength), value: anyText.max(limits.inputTagLength) });
const input = z.object({ tags: optional(z.array(tag).max(limits.tagsInBatch)), dataset });
const modelIds = z.array(z.object({ model_id: modelIdField })).max(limits.datasetsInCall);
/** A dataset's description alone may be longer than other calls are. */
const longestInputs = 32 * 1024 * 1024;
const mostExperiments = 20;

export function runLinkRoutes({ links }: Pick<TrackingService, 'links'>): readonly Route[] {
  return [inputsRoute(links), outputsRoute(links), logModelRoute(links), datasetsRoute(links)];
}

type Links = TrackingService['links'];

function inputsRoute(links: Links): Route {
  return command({
    path: 'runs/log-inputs',
    longestBody: longestInputs,
    input: one.extend({
      datasets: optional(z.array(input).max(limits.datasetsInCall)),
      models: optional(modelIds),
    }),
    needs: ({ run_id, models }) => linkNeeds(run_id, models),
    act: ({ run_id, datasets = [], models = [] }, call) => {
      const inputs = datasets.map(({ tags, dataset }) => ({ tags: record(tags), dataset: stored(dataset) }));
      return links.logInputs(run_id, { datasets: inputs, models: models.map(({ model_id }) => model_id) }, call);
    },
  });
}

function stored({ name, digest, source_type, source, schema, profile }: z.infer<typeof dataset>) {
  const from = { sourceType: source_type ?? '', source: source ?? '' };
  return { name, digest, ...from, schema: schema ?? null, profile: profile ?? null };
}

function outputsRoute(links: Links): Route {
  return command({
    path: 'runs/outputs',
    input: one.extend({
      models: optional(
        z.array(z.object({ model_id: modelIdField, step: optional(integer) })).max(limits.datasetsInCall),
      ),
    }),
    needs: ({ run_id, models }) => linkNeeds(run_id, models),
    act: ({ run_id, models = [] }, call) => {
      const outputs = models.map(({ model_id, step = 0 }) => ({ modelId: model_id, step }));
      return links.logOutputs(run_id, outputs, call);
    },
  });
}

/** The run is written, and each model is read once. */
function linkNeeds(runId: string, models: readonly { readonly model_id: string }[] = []): readonly Need[] {
  const ids = new Set(models.map(({ model_id }) => model_id));
  return [{ role: 'contributor', runId }, ...[...ids].map((modelId) => ({ role: 'viewer', modelId }) as const)];
}

/** The file MLmodel of a client that knows no logged models. */
const description = z.looseObject({ flavors: z.record(z.string(), z.unknown()) });

function logModelRoute(links: Links): Route {
  return command({
    path: 'runs/log-model',
    input: one.extend({ model_json: text }),
    needs: ({ run_id }) => ({ role: 'contributor', runId: run_id }),
    act: ({ run_id, model_json }, call) => links.logModel(run_id, readDescription(model_json), call),
  });
}

function readDescription(text: string): unknown {
  try {
    return description.parse(JSON.parse(text));
  } catch {
    const told = "Invalid value for parameter 'model_json' supplied: it must be a model's description with its flavors";
    throw new MlflowError('INVALID_PARAMETER_VALUE', told);
  }
}

function datasetsRoute(links: Links): Route {
  return route({
    path: 'experiments/search-datasets',
    methods: ['POST'],
    input: z.object({ experiment_ids: z.array(experimentIdField).min(1).max(mostExperiments) }),
    needs: ({ experiment_ids }) => experiment_ids.map((experimentId) => ({ role: 'viewer', experimentId })),
    answer: async ({ experiment_ids }) => {
      const found = await links.datasets(experiment_ids);
      const summaries = found.map(({ experimentId, name, digest, context }) => ({
        ...{ experiment_id: experimentId, name, digest },
        context: context ?? undefined,
      }));
      return { dataset_summaries: filled(summaries) };
    },
  });
}
