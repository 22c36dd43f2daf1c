/** Sweeps and trials in words. Pure. */
import type { Sweep, SweepReason, SweepTrial, TrialOutcome } from '../../../protocol/model/sweep.ts';
import { plural } from '../../ui/format.ts';
import type { IconName } from '../../ui/icon.ts';

export type Look = { readonly icon: IconName; readonly word: string; readonly look: string };

const ends: Readonly<Record<SweepReason, string>> = {
  'trials-done': 'All its trials are done',
  'space-done': 'Every combination was tried',
  'time-over': 'Its time is over',
  'money-spent': 'Its money is spent',
  failing: 'Its trials failed',
  refused: 'It could not go on',
  'stopped-by-user': 'Somebody stopped it',
  recorded: 'Recorded from a script that uses Optuna',
};

export function lookOf({ state, reason }: Pick<Sweep, 'state' | 'reason'>): Look {
  if (state === 'running') return { icon: 'turning', word: 'Running', look: 'running' };
  if (state === 'paused') return { icon: 'pause', word: 'Paused', look: 'queued' };
  if (state === 'ending') return { icon: 'turning', word: 'Ending', look: 'running' };
  if (reason === 'failing' || reason === 'refused') return { icon: 'error', word: 'Failed', look: 'failed' };
  if (reason === 'stopped-by-user') return { icon: 'stop', word: 'Stopped', look: 'stopped' };
  return { icon: 'check', word: 'Done', look: 'succeeded' };
}

/** Why it ended; null while it goes on. */
export function endOf({ reason, detail }: Pick<Sweep, 'reason' | 'detail'>): string | null {
  if (reason === null) return null;
  return detail === null ? `${ends[reason]}.` : `${ends[reason]}. ${detail}`;
}

export const outcomeLooks: Readonly<Record<TrialOutcome, Look>> = {
  waiting: { icon: 'clock', word: 'Waiting', look: 'queued' },
  running: { icon: 'turning', word: 'Running', look: 'running' },
  complete: { icon: 'check', word: 'Complete', look: 'succeeded' },
  pruned: { icon: 'down', word: 'Stopped early', look: 'stopped' },
  failed: { icon: 'error', word: 'Failed', look: 'failed' },
  stopped: { icon: 'stop', word: 'Stopped', look: 'stopped' },
};

/** How many trials came to what, the empty left out. */
export function countWords({ counts }: Pick<Sweep, 'counts'>): string {
  const order: readonly TrialOutcome[] = ['complete', 'running', 'waiting', 'pruned', 'failed', 'stopped'];
  const parts = order.flatMap((outcome) =>
    counts[outcome] > 0 ? [`${counts[outcome]} ${outcomeLooks[outcome].word.toLowerCase()}`] : [],
  );
  return parts.length === 0 ? 'No trial yet' : parts.join(', ');
}

export function trialCount({ counts }: Pick<Sweep, 'counts'>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

export function goalWords({ objective }: Pick<Sweep, 'objective'>): string {
  return `${objective.direction === 'minimize' ? 'lowest' : 'highest'} ${objective.metric}`;
}

export function samplerWords({ definition }: Pick<Sweep, 'definition'>): string {
  if (definition === null) return 'Optuna';
  const { sampler, pruner, parallel } = definition;
  const names = { grid: 'grid', random: 'random', tpe: 'TPE' };
  const pruning = { none: '', median: ', median pruning', asha: ', ASHA pruning' };
  return `${names[sampler.kind]}${pruning[pruner.kind]}, ${plural(parallel, 'trial')} at once`;
}

export type TrialOrder = { readonly by: 'number' | 'value'; readonly ascending: boolean };

/** Trials without a value come last, whichever way. */
export function ordered(trials: readonly SweepTrial[], { by, ascending }: TrialOrder): readonly SweepTrial[] {
  const sign = ascending ? 1 : -1;
  return trials.toSorted((a, b) => {
    if (by === 'number') return sign * (a.number - b.number);
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
    return sign * (a.value - b.value) || a.number - b.number;
  });
}
