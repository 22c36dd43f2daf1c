/** The indexes that hold the runs of one experiment in the order of an attribute. */
import type { Column, RunSelection } from '../../domain/tracking/ports.ts';
import { experimentNumber } from './runRow.ts';
import type { Session } from './session.ts';

/** `value` is the attribute as it is written in the index. */
export type AttributeIndex = { readonly index: string; readonly value: string };

const indexes: ReadonlyMap<string, AttributeIndex> = new Map([
  ['created_at', { index: 'runs_of_experiment', value: 'runs.created_at' }],
  ['start_time', { index: 'runs_by_start', value: 'runs.started_at' }],
  ['end_time', { index: 'runs_by_end', value: 'runs.ended_at' }],
  ['duration', { index: 'runs_by_duration', value: '(runs.ended_at - runs.started_at)' }],
  ['run_name', { index: 'runs_by_name', value: 'runs.name' }],
]);

const unfinished = `SELECT 1 FROM runs INDEXED BY runs_by_end
  WHERE experiment_id = ? AND ended_at IS NULL AND started_at IS NOT NULL LIMIT 1`;

/** Null where there is none, and over several experiments, of which an index has one after the other. */
export function attributeIndexOf(
  session: Session,
  { experimentIds }: RunSelection,
  { entity, key }: Column,
): AttributeIndex | null {
  const [only, ...others] = new Set(experimentIds.map(experimentNumber));
  if (entity !== 'attribute' || only === undefined || others.length > 0) return null;
  // What still runs grows longer without a write: only how long the ended ones took lies in an index.
  if (key === 'duration' && session.get(unfinished, only) !== undefined) return null;
  return indexes.get(key) ?? null;
}
