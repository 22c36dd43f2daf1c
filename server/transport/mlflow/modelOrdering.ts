/** Orders of a search for logged models, which come as objects and name a metric's dataset beside it. */
import * as z from 'zod';
import type { ModelOrdering } from '../../domain/models/ports.ts';
import { loggedModelTarget } from '../../domain/tracking/filter/modelTargets.ts';
import { parseOrdering } from '../../domain/tracking/filter/parseFilter.ts';
import { anyText, optional, text } from './fields.ts';
import { MlflowError } from './mlflowError.ts';

type Asked = {
  readonly field_name: string;
  readonly ascending?: boolean | undefined;
  readonly dataset_name?: string | undefined;
  readonly dataset_digest?: string | undefined;
};

export const modelOrdering = z
  .object({
    field_name: text,
    ascending: optional(z.boolean()),
    dataset_name: optional(anyText),
    dataset_digest: optional(anyText),
  })
  .transform(toOrdering);

function toOrdering({ field_name, ascending = true, dataset_name, dataset_digest }: Asked): ModelOrdering {
  const { column } = parseOrdering(field_name, loggedModelTarget);
  if (dataset_digest && !dataset_name) throw misfit("'dataset_digest' in 'order_by' goes with a 'dataset_name'");
  if (dataset_name && column.entity !== 'metric') throw misfit("'dataset_name' in 'order_by' goes with a metric");
  return { column, ascending, dataset: dataset_name ? { name: dataset_name, digest: dataset_digest || null } : null };
}

function misfit(message: string): MlflowError {
  return new MlflowError('INVALID_PARAMETER_VALUE', `${message}.`);
}
