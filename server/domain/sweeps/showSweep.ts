/** A sweep as clients see it. */

import { gridOf } from '../../../protocol/model/searchSpace.ts';
import {
  type BestTrial,
  mostTrials,
  type Sweep,
  type SweepTrial,
  type TrialOutcome,
  trialOutcomes,
} from '../../../protocol/model/sweep.ts';
import { personOf } from '../shared/people.ts';
import type { Stores } from '../shared/store.ts';
import type { StoredSweep } from './ports.ts';
import { activeMs } from './sweepMoves.ts';
import { better } from './trial.ts';

export type ShowContext = { readonly now: number; readonly currency: string };

export async function showSweep(
  stores: Stores,
  { sweep, trials }: { readonly sweep: StoredSweep; readonly trials: readonly SweepTrial[] },
  { now, currency }: ShowContext,
): Promise<Sweep> {
  const { definition, objective } = sweep;
  const { id, projectId, experimentId, name, origin, state, reason, detail, createdAt, endedAt } = sweep;
  // Nobody tells when a script with Optuna begins and ends: it goes on while a trial does.
  const isGoing = origin === 'optuna' && trials.some(({ outcome }) => outcome === 'running');
  const isGrid = definition?.sampler.kind === 'grid';
  return {
    ...{ id, projectId, experimentId, name, origin, reason, detail, createdAt, endedAt, definition, currency },
    state: isGoing ? 'running' : state,
    createdBy: await personOf(stores, sweep.createdById),
    objective: { metric: objective.metric, direction: objective.direction },
    parameters: definition?.space.map((parameter) => parameter.name) ?? namesIn(trials),
    size: isGrid ? (gridOf(definition.space, mostTrials)?.length ?? null) : null,
    counts: countOutcomes(trials),
    minutes: activeMs(sweep, now) / 60_000,
    cost: trials.reduce((sum, { cost }) => sum + cost, 0),
    best: bestOf(trials, objective.direction),
  };
}

export function bestOf(trials: readonly SweepTrial[], direction: 'minimize' | 'maximize'): BestTrial | null {
  let best: BestTrial | null = null;
  for (const { number, runId, value, outcome } of trials) {
    if (outcome !== 'complete' || value === null || runId === null) continue;
    if (best === null || better(direction, value, best.value) < 0) best = { number, runId, value };
  }
  return best;
}

function countOutcomes(trials: readonly SweepTrial[]): Readonly<Record<TrialOutcome, number>> {
  const counts = Object.fromEntries(trialOutcomes.map((outcome) => [outcome, 0])) as Record<TrialOutcome, number>;
  for (const { outcome } of trials) counts[outcome] += 1;
  return counts;
}

function namesIn(trials: readonly SweepTrial[]): string[] {
  return [...new Set(trials.flatMap(({ values }) => Object.keys(values)))];
}
