/** Experiments, runs and metrics in MLflow's shapes. What is empty is left out. */
import { toMetricValue } from '../../../protocol/model/metric.ts';
import { artifactUri } from '../../domain/shared/artifactRoot.ts';
import { noteTag, projectTag, runNameTag } from '../../domain/tracking/logging.ts';
import type { MetricPoint, StoredExperiment } from '../../domain/tracking/ports.ts';
import { statusOf } from '../../domain/tracking/runStatus.ts';
import type { LoggedRun } from '../../domain/tracking/trackingService.ts';
import { linksToWire } from './modelEntities.ts';
import { filled, pairs } from './wireLists.ts';

type Run = LoggedRun['run'];

export function experimentToWire(experiment: StoredExperiment) {
  return {
    experiment_id: experiment.id,
    name: experiment.name,
    artifact_location: `mlflow-artifacts:/${experiment.id}`,
    lifecycle_stage: experiment.deletedAt === null ? 'active' : 'deleted',
    last_update_time: experiment.updatedAt,
    creation_time: experiment.createdAt,
    tags: pairs({ ...experiment.tags, [projectTag]: experiment.projectId }),
  };
}

export function runInfoToWire(run: Run) {
  return {
    run_id: run.id,
    run_uuid: run.id,
    run_name: run.name,
    experiment_id: run.experimentId,
    user_id: run.createdByName,
    status: statusOf(run.state),
    start_time: run.startedAt ?? run.createdAt,
    end_time: run.endedAt ?? undefined,
    artifact_uri: artifactUri(run),
    lifecycle_stage: run.deletedAt === null ? 'active' : 'deleted',
  };
}

export function runToWire({ run, values, links }: LoggedRun) {
  const metrics = Object.values(values.metrics).map(({ key, latest, step, timestamp }) => ({
    key,
    value: latest,
    timestamp,
    step,
  }));
  // Name and note have their home in the run; their tags follow it.
  const derived = { [runNameTag]: run.name, ...(run.note !== '' && { [noteTag]: run.note }) };
  const tags = pairs({ ...values.tags, ...derived });
  return {
    info: runInfoToWire(run),
    data: { metrics: filled(metrics), params: filled(pairs(values.parameters)), tags: filled(tags) },
    ...linksToWire(links),
  };
}

export function metricToWire({ key, value, timestamp, step }: MetricPoint) {
  return { key, value: toMetricValue(value), timestamp, step };
}
