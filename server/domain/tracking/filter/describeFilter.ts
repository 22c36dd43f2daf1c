/** A filter as the comparisons that a form shows, or what is wrong with it and where. */
import type { ParsedFilter } from '../../../../protocol/model/experiment.ts';
import { problemOf } from './completeFilter.ts';
import { parseWritten } from './parseFilter.ts';

export function describeFilter(filter: string): ParsedFilter {
  const error = problemOf(filter);
  const comparisons = error === null ? parseWritten(filter).map(described) : [];
  return { comparisons, error };
}

function described({ column, kind, comparison }: ReturnType<typeof parseWritten>[number]) {
  const { operator, value } = comparison;
  return { column, kind, operator, value: value !== null && typeof value === 'object' ? [...value] : value };
}
