/** Metrics, parameters and tags as they stand in requests. */
import * as z from 'zod';
import { anyText, double, instant, integer, key, limits, modelIdField, optional } from './fields.ts';

/** What it says of a logged model is kept there too. */
export const metric = z.object({
  key,
  value: double,
  timestamp: instant,
  step: optional(integer).transform((given) => given ?? 0),
  model_id: optional(z.union([z.literal(''), modelIdField])),
  dataset_name: optional(anyText.max(limits.datasetNameLength)),
  dataset_digest: optional(anyText.max(limits.datasetDigestLength)),
});

/** Longer ones are cut, as MLflow's server does. */
export const parameter = z.object({ key, value: anyText.transform((value) => value.slice(0, limits.parameterLength)) });

type Pair = { readonly key: string; readonly value: string };

/** Of several with one key the last counts. */
export function record(pairs: readonly Pair[] | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((pairs ?? []).map(({ key, value }) => [key, value]));
}

type Metric = z.infer<typeof metric>;

/** Those that are of a logged model. Most batches have none, and pay for looking alone. */
export function toModelPoints(metrics: readonly Metric[]) {
  return metrics.filter(({ model_id }) => model_id).map(toModelPoint);
}

function toModelPoint({ model_id: modelId = '', dataset_name, dataset_digest, ...point }: Metric) {
  return { ...point, modelId, datasetName: dataset_name ?? '', datasetDigest: dataset_digest ?? '' };
}
