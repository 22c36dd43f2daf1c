/** What a sweep does next, from what its trials came to and what it has used. Pure. */

import { gridOf } from '../../../protocol/model/searchSpace.ts';
import { mostTrials, type SweepFields, type SweepReason } from '../../../protocol/model/sweep.ts';
import { isOver, type Trial } from './trial.ts';

export type SweepSituation = {
  readonly definition: SweepFields;
  readonly trials: readonly Trial[];
  readonly minutes: number;
  readonly cost: number;
  /** When it was begun or last resumed: failures before then were looked at by a person. */
  readonly since: number;
};

export type Plan =
  | { readonly kind: 'end'; readonly reason: SweepReason; readonly detail: string | null }
  | { readonly kind: 'begin'; readonly count: number }
  | { readonly kind: 'wait' };

export function planSweep(situation: SweepSituation): Plan {
  const { definition, trials } = situation;
  const end = failing(situation) ?? spent(situation);
  if (end !== null) return end;
  const going = trials.filter((trial) => !isOver(trial)).length;
  const left = trialLimit(definition) - trials.length;
  if (left > 0) {
    const count = Math.min(left, Math.max(0, definition.parallel - going));
    return count > 0 ? { kind: 'begin', count } : { kind: 'wait' };
  }
  return going > 0 ? { kind: 'wait' } : { kind: 'end', ...allDone(situation) };
}

/** How many trials it has at most: by its budget, or because a grid has no more. */
export function trialLimit({ budget, sampler, space }: Pick<SweepFields, 'budget' | 'sampler' | 'space'>): number {
  const asked = budget.trials ?? mostTrials;
  return sampler.kind === 'grid' ? Math.min(asked, gridOf(space, mostTrials)?.length ?? mostTrials) : asked;
}

function failing({ definition, trials, since }: SweepSituation): Plan | null {
  const fresh = trials.filter((trial) => isOver(trial) && (trial.endedAt ?? 0) >= since);
  const ended = fresh.toSorted((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0) || a.number - b.number);
  const last = ended.slice(-definition.failuresInARow);
  if (last.length < definition.failuresInARow || last.some(({ outcome }) => outcome !== 'failed')) return null;
  const which = trials.filter(isOver).every(({ outcome }) => outcome === 'failed')
    ? 'All trials so far'
    : 'The last trials';
  const detail = `${which} failed, ${last.length} in a row: look at the output of trial ${last.at(-1)?.number ?? 0}.`;
  return { kind: 'end', reason: 'failing', detail };
}

function spent({ definition: { budget }, minutes, cost }: SweepSituation): Plan | null {
  if (budget.cost !== null && cost >= budget.cost) return { kind: 'end', reason: 'money-spent', detail: null };
  if (budget.minutes !== null && minutes >= budget.minutes) return { kind: 'end', reason: 'time-over', detail: null };
  return null;
}

function allDone({ definition: { sampler, budget }, trials }: SweepSituation) {
  const isWhole = sampler.kind === 'grid' && (budget.trials === null || budget.trials > trials.length);
  const reason: SweepReason = isWhole ? 'space-done' : 'trials-done';
  const hasNone = trials.every(({ outcome }) => outcome !== 'complete');
  return { reason, detail: hasNone ? 'No trial ended with a value of the metric.' : null };
}

/** The tier on which the sweep has the fewest trials for the places that there are; the first of equals. */
export function chooseTier(
  tierIds: readonly string[],
  usedBy: (tierId: string) => number,
  placesOf: (tierId: string) => number,
): string {
  const load = (tierId: string) => usedBy(tierId) / Math.max(1, placesOf(tierId));
  return tierIds.reduce((best, tierId) => (load(tierId) < load(best) ? tierId : best), tierIds[0] ?? '');
}
