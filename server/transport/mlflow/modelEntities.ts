/** Logged models, registered models, versions and datasets in MLflow's shapes. What is empty is left out. */
import { toMetricValue } from '../../../protocol/model/metric.ts';
import type { ShownModel } from '../../domain/models/modelRegistry.ts';
import type {
  DatasetInput,
  LoggedModel,
  ModelMetric,
  ModelVersionRecord,
  RunLinks,
} from '../../domain/models/ports.ts';
import { modelUri } from '../../domain/shared/artifactRoot.ts';
import { projectTag } from '../../domain/tracking/logging.ts';
import { filled, pairs } from './wireLists.ts';

export function loggedModelToWire(model: LoggedModel) {
  return {
    info: {
      model_id: model.id,
      experiment_id: model.experimentId,
      name: model.name,
      creation_timestamp_ms: model.createdAt,
      last_updated_timestamp_ms: model.updatedAt,
      artifact_uri: modelUri(model),
      status: `LOGGED_MODEL_${model.status}`,
      model_type: present(model.modelType),
      source_run_id: present(model.sourceRunId),
      tags: filled(pairs(model.tags)),
      registrations: filled(model.registrations.map(({ name, version }) => ({ name, version: String(version) }))),
    },
    data: {
      params: filled(pairs(model.parameters)),
      metrics: filled(model.metrics.map((metric) => modelMetricToWire(model.id, metric))),
    },
  };
}

function modelMetricToWire(modelId: string, metric: ModelMetric) {
  return {
    key: metric.key,
    value: toMetricValue(metric.value),
    timestamp: metric.timestamp,
    step: metric.step,
    dataset_name: present(metric.datasetName),
    dataset_digest: present(metric.datasetDigest),
    model_id: modelId,
    run_id: metric.runId,
  };
}

export function registeredModelToWire({ model, latest }: ShownModel) {
  const aliases = Object.entries(model.aliases).map(([alias, version]) => ({ alias, version: String(version) }));
  return {
    name: model.name,
    creation_timestamp: model.createdAt,
    last_updated_timestamp: model.updatedAt,
    user_id: model.createdByName,
    description: present(model.description),
    latest_versions: filled(latest.map((version) => versionToWire(version))),
    tags: pairs({ ...model.tags, [projectTag]: model.projectId }),
    aliases: filled(aliases),
  };
}

/** With what was measured of the logged model that it is, where that is at hand. */
export function versionToWire(version: ModelVersionRecord, of?: LoggedModel) {
  return {
    name: version.name,
    version: String(version.version),
    creation_timestamp: version.createdAt,
    last_updated_timestamp: version.updatedAt,
    user_id: version.createdByName,
    current_stage: version.stage,
    description: present(version.description),
    source: version.source,
    run_id: present(version.runId),
    status: 'READY',
    tags: filled(pairs(version.tags)),
    run_link: present(version.runLink),
    aliases: filled(version.aliases),
    model_id: present(version.modelId),
    model_params: of && filled(Object.entries(of.parameters).map(([name, value]) => ({ name, value }))),
    model_metrics: of && filled(of.metrics.map((metric) => modelMetricToWire(of.id, metric))),
  };
}

export function linksToWire({ datasets, modelInputs, modelOutputs }: RunLinks) {
  return {
    inputs: {
      dataset_inputs: filled(datasets.map(inputToWire)),
      model_inputs: filled(modelInputs.map((model_id) => ({ model_id }))),
    },
    outputs: { model_outputs: filled(modelOutputs.map(({ modelId, step }) => ({ model_id: modelId, step }))) },
  };
}

function inputToWire({ dataset, tags }: DatasetInput) {
  const { name, digest, sourceType, source, schema, profile } = dataset;
  const described = { schema: schema ?? undefined, profile: profile ?? undefined };
  return { tags: filled(pairs(tags)), dataset: { name, digest, source_type: sourceType, source, ...described } };
}

function present(text: string): string | undefined {
  return text === '' ? undefined : text;
}
