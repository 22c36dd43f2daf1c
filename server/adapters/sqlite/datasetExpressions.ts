/** What a run search by its datasets is in SQL: some dataset of the run must match, each comparison by itself. */
import { DomainError } from '../../domain/shared/errors.ts';
import type { Comparison } from '../../domain/tracking/ports.ts';
import { anySql, type Bindings } from './runExpressions.ts';

const operands: Readonly<Record<string, string>> = { name: 'd.name', digest: 'd.digest', context: 'l.context' };

const ofRun = 'FROM run_datasets AS l JOIN datasets AS d ON d.number = l.dataset WHERE l.run = runs.number';

export function datasetComparisonSql(comparison: Comparison, bindings: Bindings): string {
  const operand = datasetOperand(comparison.column.key);
  return anySql(`SELECT 1 ${ofRun}`, operand, { comparison, bindings });
}

/** The one that stands for a run, where it is grouped or ordered by its datasets: the first by name. */
export function datasetValueSql(key: string): string {
  return `(SELECT min(${datasetOperand(key)}) ${ofRun})`;
}

/** The values of one of the keys, for completion: what to select, from runs joined with this. */
export function datasetSource(key: string): { readonly value: string; readonly join: string } {
  const join = 'JOIN run_datasets AS l ON l.run = runs.number JOIN datasets AS d ON d.number = l.dataset';
  return { value: datasetOperand(key), join };
}

function datasetOperand(key: string): string {
  const operand = Object.hasOwn(operands, key) ? operands[key] : undefined;
  if (operand !== undefined) return operand;
  throw new DomainError('invalid-filter', `Datasets have no "${key}"`, {
    remedy: `Use one of ${Object.keys(operands).join(', ')}`,
  });
}
