/** Looks at the curves of the trials that run, and stops early those that are not worth going on with. */
import { sweepTags } from '../../../protocol/model/sweep.ts';
import type { RunScheduler } from '../compute/ports.ts';
import type { EventFeed } from '../events/ports.ts';
import type { Clock } from '../shared/ports.ts';
import type { Store, Stores } from '../shared/store.ts';
import type { StoredSweep } from './ports.ts';
import type { Curve, Verdict } from './pruning.ts';
import type { TrialRun } from './readTrials.ts';
import { tell } from './sweepEvents.ts';

export type TrialWatchDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly scheduler: Pick<RunScheduler, 'requestStop'>;
};

/** Of a longer curve the beginning is judged. */
const mostPoints = 10_000;

export class TrialWatch {
  readonly #deps: TrialWatchDependencies;
  /** Of trials that have ended: nothing is added to them. By sweep, then by run. */
  readonly #ended = new Map<string, Map<string, Curve>>();

  constructor(deps: TrialWatchDependencies) {
    this.#deps = deps;
  }

  async look(sweep: StoredSweep, trials: readonly TrialRun[]): Promise<void> {
    const { pruner } = sweep.definition ?? { pruner: { kind: 'none' } as const };
    if (pruner.kind === 'none') return;
    await this.#stopAgain(trials);
    const grown = trials.filter(hasGrown);
    if (grown.length === 0) return;
    const { judge } = await import('./pruning.ts');
    const curves = await this.#curves(sweep, trials);
    const curveOf = ({ trial }: TrialRun) => curves.get(trial.runId ?? '') ?? [];
    for (const one of grown) {
      const others = trials
        .filter((other) => other !== one)
        .map((other) => ({ curve: curveOf(other), complete: other.shown.outcome === 'complete' }));
      const trial = { curve: curveOf(one), judged: one.trial.judged };
      const verdict = judge({ pruner, direction: sweep.objective.direction, trial, others });
      if (verdict.judged !== one.trial.judged) await this.#keep(sweep, one, verdict);
    }
  }

  forget(sweepId: string): void {
    this.#ended.delete(sweepId);
  }

  /** Up to where it was judged is the server's own note and told nobody; that it is stopped is an event. */
  async #keep(sweep: StoredSweep, { trial, run }: TrialRun, { judged, because }: Verdict): Promise<void> {
    const { store, clock, feed, scheduler } = this.#deps;
    await store.write(async (stores) => {
      await stores.sweeps.updateTrial(trial, { judged });
      if (because === null || run === null) return;
      await stores.tracking.setTags(run.id, { [sweepTags.pruned]: because });
      const detail = { number: trial.number, because };
      await tell(stores, sweep, { type: 'sweep.trial-pruned', actor: null, at: clock.now(), runId: run.id, detail });
    });
    if (because === null || run === null) return;
    feed.committed();
    await scheduler.requestStop(run.id, 'pruned');
  }

  /** Those for which a server was killed between the verdict and the stop. */
  async #stopAgain(trials: readonly TrialRun[]): Promise<void> {
    for (const { run, shown, pruned } of trials) {
      const isLeft = pruned !== null && shown.outcome === 'running' && run?.launch?.stopRequestedAt === null;
      if (isLeft) await this.#deps.scheduler.requestStop(run.id, 'pruned');
    }
  }

  async #curves(sweep: StoredSweep, trials: readonly TrialRun[]): Promise<ReadonlyMap<string, Curve>> {
    const known = this.#ended.get(sweep.id) ?? new Map<string, Curve>();
    this.#ended.set(sweep.id, known);
    const curves = new Map(known);
    await this.#deps.store.read(async (stores) => {
      for (const { run, shown } of trials) {
        if (run === null || curves.has(run.id)) continue;
        const curve = await curveOf(stores, run.id, sweep.objective.metric);
        curves.set(run.id, curve);
        if (shown.endedAt !== null) known.set(run.id, curve);
      }
    });
    return curves;
  }
}

function hasGrown({ trial, run, shown, pruned }: TrialRun): boolean {
  const isGoing = shown.outcome === 'running' && pruned === null && run?.launch?.stopRequestedAt === null;
  return isGoing && shown.step !== null && (trial.judged === null || shown.step > trial.judged);
}

/** One value a step: the one that was logged last. */
async function curveOf(stores: Stores, runId: string, metric: string): Promise<Curve> {
  const points = await stores.tracking.history(runId, metric, { offset: 0, limit: mostPoints });
  return [...new Map(points.map(({ step, value }) => [step, { step, value }])).values()];
}
