/** A filter as the comparisons that a form shows, or what is wrong with it and where. */
import type { ParsedFilter } from '../../../../protocol/model/experiment.ts';
import type { Comparison } from '../ports.ts';
import { runTarget, type ValueKind } from './columns.ts';
import { problemOf, quoteKey } from './completeFilter.ts';
import { parseFilter } from './parseFilter.ts';

export function describeFilter(filter: string): ParsedFilter {
  const error = problemOf(filter);
  return { comparisons: error === null ? parseFilter(filter).map(described) : [], error };
}

function described({ column, operator, value }: Comparison): ParsedFilter['comparisons'][number] {
  const plain = typeof value === 'object' ? [...value] : value;
  return { column: writtenColumn(column), kind: kindOf(column), operator, value: plain };
}

const prefixes = { metric: 'metrics', parameter: 'params', tag: 'tags', attribute: 'attributes' } as const;

function writtenColumn({ entity, key }: Comparison['column']): string {
  return `${prefixes[entity]}.${quoteKey(key)}`;
}

function kindOf({ entity, key }: Comparison['column']): ValueKind {
  if (entity === 'attribute') return runTarget.attributes.get(key)?.kind ?? 'text';
  return entity === 'metric' ? 'number' : 'text';
}
