/** Of each experiment the best value of the metric that most of its runs are judged by, and the run that has it. */
import { directionOf, type MetricDirection, taggedDirection } from '../../../protocol/model/metricDirection.ts';
import type { ProjectResult } from '../../../protocol/model/projectPlan.ts';
import { primaryMetric } from '../shared/primaryMetric.ts';
import type { Stores } from '../shared/store.ts';
import type { MetricEnds } from './ports.ts';

export async function bestResults(stores: Stores, metrics: readonly MetricEnds[]): Promise<readonly ProjectResult[]> {
  const results: ProjectResult[] = [];
  for (const ofExperiment of Map.groupBy(metrics, ({ experimentId }) => experimentId).values()) {
    const chosen = primary(ofExperiment);
    const result = chosen && (await bestOf(stores, chosen));
    if (result) results.push(result);
  }
  return results;
}

function primary(metrics: readonly MetricEnds[]): MetricEnds | undefined {
  const key = primaryMetric(metrics.map(({ metric, runs }) => ({ key: metric, runs })));
  return metrics.find(({ metric }) => metric === key);
}

async function bestOf(stores: Stores, ends: MetricEnds): Promise<ProjectResult | null> {
  const { experimentId, experiment, metric, runs } = ends;
  const direction = await directionIn(stores, ends);
  const end = direction === 'min' ? 'low' : 'high';
  const value = ends[end];
  // What is beyond all numbers cannot travel as one, and is no result either.
  if (!Number.isFinite(value)) return null;
  const run = await stores.projects.runAtEnd({ experimentId, metric, end, value });
  return run && { experimentId, experiment, metric, direction, value, run, runs };
}

async function directionIn(stores: Stores, { experimentId, metric }: MetricEnds): Promise<MetricDirection> {
  const experiment = await stores.tracking.experiment(experimentId);
  return taggedDirection(experiment?.tags ?? {}, metric) ?? directionOf(metric);
}
