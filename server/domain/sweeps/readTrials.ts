/** Trials with what their runs came to: the one place that says what the end of a run means for its sweep. */
import { type MetricSummary, toNumber } from '../../../protocol/model/metric.ts';
import {
  type Objective,
  type SweepFields,
  type SweepTrial,
  sweepTags,
  type TrialOutcome,
} from '../../../protocol/model/sweep.ts';
import type { StoredRun } from '../runs/ports.ts';
import { costOf } from '../shared/runSummary.ts';
import type { Stores } from '../shared/store.ts';
import type { RunValues } from '../tracking/ports.ts';
import type { SweepSituation } from './planSweep.ts';
import type { StoredSweep, StoredTrial } from './ports.ts';
import { activeMs } from './sweepMoves.ts';
import type { Trial } from './trial.ts';

export type TrialRun = {
  readonly trial: StoredTrial;
  readonly run: StoredRun | null;
  readonly shown: SweepTrial;
  /** Why it is stopped early; null while it is not. */
  readonly pruned: string | null;
};

/** By number. */
export async function readTrials(stores: Stores, sweep: StoredSweep, now: number): Promise<readonly TrialRun[]> {
  const trials = await stores.sweeps.trials(sweep.id);
  const runIds = trials.flatMap(({ runId }) => runId ?? []);
  const keys = { metrics: [sweep.objective.metric], parameters: [], tags: ['state', sweepTags.pruned] };
  const values = await stores.tracking.values(runIds, keys);
  const read: TrialRun[] = [];
  for (const trial of trials) {
    const run = trial.runId === null ? null : await stores.runs.run(trial.runId);
    const logged = run === null ? undefined : values.get(run.id);
    const pruned = logged?.tags[sweepTags.pruned] ?? null;
    read.push({ trial, run, shown: show({ trial, run, logged }, sweep, now), pruned });
  }
  return read;
}

/** What is planned from: the trials, and what they and the sweep have used. */
export function situationOf(
  sweep: StoredSweep & { readonly definition: SweepFields },
  trials: readonly TrialRun[],
  now: number,
): SweepSituation {
  return {
    definition: sweep.definition,
    trials: toTrials(trials),
    minutes: activeMs(sweep, now) / 60_000,
    cost: trials.reduce((sum, { shown }) => sum + shown.cost, 0),
    since: sweep.activeSince ?? now,
  };
}

export function toTrials(trials: readonly TrialRun[]): readonly Trial[] {
  return trials.map(({ shown }) => ({ ...shown, given: shown.values }));
}

type Found = { readonly trial: StoredTrial; readonly run: StoredRun | null; readonly logged: RunValues | undefined };

function show({ trial, run, logged }: Found, { objective, origin }: StoredSweep, now: number): SweepTrial {
  const metric = logged?.metrics[objective.metric];
  const value = metric === undefined ? null : readingOf(metric, objective);
  const outcome = origin === 'optuna' ? optunaOutcome(logged?.tags.state ?? run?.state, value) : outcomeOf(run, value);
  return {
    number: trial.number,
    runId: trial.runId,
    name: run?.name ?? null,
    values: { ...trial.given },
    outcome,
    state: run?.state ?? null,
    reason: run?.reason ?? null,
    detail: detailOf(outcome, { run, logged }, objective.metric),
    value,
    step: metric?.step ?? null,
    tierId: trial.tierId,
    cost: run === null ? 0 : costOf(run, now),
    startedAt: run?.startedAt ?? null,
    endedAt: run?.endedAt ?? null,
  };
}

function detailOf(outcome: TrialOutcome, { run, logged }: Omit<Found, 'trial'>, metric: string): string | null {
  if (outcome === 'pruned') return logged?.tags[sweepTags.pruned] ?? null;
  const isWithout = outcome === 'failed' && run?.state === 'succeeded';
  return isWithout ? `It ended without a finite value of the metric ${metric}.` : (run?.detail ?? null);
}

function readingOf(metric: MetricSummary, { direction, reading }: Objective): number | null {
  const best = direction === 'minimize' ? metric.min : metric.max;
  const value = reading === 'best' ? best : metric.latest;
  const number = value === null ? Number.NaN : toNumber(value);
  return Number.isFinite(number) ? number : null;
}

function outcomeOf(run: StoredRun | null, value: number | null): TrialOutcome {
  switch (run?.state) {
    case undefined:
    case 'queued':
      return 'waiting';
    case 'preparing':
    case 'starting':
    case 'running':
      return 'running';
    case 'succeeded':
      return value === null ? 'failed' : 'complete';
    case 'stopped':
      return run.reason === 'pruned' ? 'pruned' : 'stopped';
    default:
      return 'failed';
  }
}

/** By Optuna's own word for the state of a trial where its callback logged it, otherwise by the state of the run. */
function optunaOutcome(state: string | undefined, value: number | null): TrialOutcome {
  switch (state) {
    case 'PRUNED':
    case 'stopped':
      return 'pruned';
    case 'COMPLETE':
    case 'succeeded':
      return value === null ? 'failed' : 'complete';
    case 'FAIL':
    case 'failed':
    case 'lost':
      return 'failed';
    default:
      return 'running';
  }
}
