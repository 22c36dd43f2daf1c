/**
 * Drives all sweeps that have not ended. It keeps nothing: each look reads a
 * sweep and its trials from the store and does what is next, so a restart goes
 * on anywhere. It rests while there is no sweep to drive.
 */
import type { RunScheduler } from '../compute/ports.ts';
import { isDomainError, messageOf } from '../shared/errors.ts';
import type { Log } from '../shared/ports.ts';
import { pause, until, Wakeup } from '../shared/wakeup.ts';
import type { EventTail } from '../webhooks/ports.ts';
import { planSweep } from './planSweep.ts';
import type { StoredSweep } from './ports.ts';
import { readTrials, situationOf, type TrialRun } from './readTrials.ts';
import { moveSweep } from './sweepEvents.ts';
import { type Ending, ending } from './sweepMoves.ts';
import { isOver } from './trial.ts';
import { TrialLauncher, type TrialLauncherDependencies } from './trialLauncher.ts';
import { TrialWatch } from './trialWatch.ts';

export type SweepControllerDependencies = TrialLauncherDependencies & {
  readonly scheduler: Pick<RunScheduler, 'requestStop'>;
  readonly hub: EventTail;
  readonly log: Log;
};

/** Metrics come by the hundred a second: sweeps are looked at less often. */
const paceMs = 250;
/** Budgets run out without an event. */
const lookMs = 2000;

export class SweepController {
  readonly #deps: SweepControllerDependencies;
  readonly #launcher: TrialLauncher;
  readonly #watch: TrialWatch;
  readonly #stopping = new AbortController();
  readonly #bell = new Wakeup();
  #running: Promise<void> = Promise.resolve();

  constructor(deps: SweepControllerDependencies) {
    this.#deps = deps;
    this.#launcher = new TrialLauncher(deps);
    this.#watch = new TrialWatch(deps);
  }

  start(): void {
    this.#running = this.#run();
  }

  /** There may be a sweep to drive now. */
  wake(): void {
    this.#bell.ring();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const rung = this.#bell.next();
      try {
        const sweeps = await this.#deps.store.read((stores) => stores.sweeps.unfinishedSweeps());
        if (sweeps.length === 0) await until(signal, rung);
        else await this.#drive(sweeps, rung);
      } catch (error) {
        this.#deps.log.warn('Sweeps are held up', { error: messageOf(error) });
        await pause(lookMs, signal);
      }
    }
  }

  /** One look at each, and until there is reason for the next. */
  async #drive(sweeps: readonly StoredSweep[], rung: Promise<void>): Promise<void> {
    const { signal } = this.#stopping;
    const listener = this.#deps.hub.listen();
    const woken = new AbortController();
    try {
      const heard = listener.next();
      for (const sweep of sweeps) if (!signal.aborted) await this.#look(sweep);
      await pause(paceMs, signal);
      await until(signal, rung, heard, pause(lookMs, AbortSignal.any([signal, woken.signal])));
    } finally {
      woken.abort();
      listener.close();
    }
  }

  async #look(sweep: StoredSweep): Promise<void> {
    const { store, clock, log } = this.#deps;
    try {
      const trials = await store.read((stores) => readTrials(stores, sweep, clock.now()));
      if (await this.#adopt(sweep, trials)) return this.wake();
      if (sweep.state === 'ending') await this.#finish(sweep, trials);
      else if (sweep.state === 'running') await this.#goOn(sweep, trials);
      else await this.#watch.look(sweep, trials);
    } catch (error) {
      if (isRefusal(error)) await this.#end(sweep, { reason: 'refused', detail: wordsOf(error) });
      else log.warn('A sweep is held up', { sweep: sweep.id, error: messageOf(error) });
    }
  }

  /** Trials for which a server was killed before it knew of their runs. Whether they now have some. */
  async #adopt(sweep: StoredSweep, trials: readonly TrialRun[]): Promise<boolean> {
    let isAny = false;
    for (const { trial } of trials) {
      if (trial.runId !== null || trial.requestId === null) continue;
      const { requestId } = trial;
      const run = await this.#deps.store.read(({ runs }) => runs.runByRequest(sweep.projectId, requestId));
      if (run === null && sweep.state === 'ending') continue;
      if (run !== null) await this.#launcher.link(sweep, trial, run.id);
      else await this.#launcher.launch(sweep, trial);
      isAny = true;
    }
    return isAny;
  }

  async #goOn(sweep: StoredSweep, trials: readonly TrialRun[]): Promise<void> {
    const { definition } = sweep;
    if (definition === null) return;
    await this.#watch.look(sweep, trials);
    const plan = planSweep(situationOf({ ...sweep, definition }, trials, this.#deps.clock.now()));
    if (plan.kind === 'end') await this.#end(sweep, plan);
    if (plan.kind === 'begin') await this.#launcher.begin(sweep, trials, plan.count);
  }

  /** Unless somebody has paused, resumed or stopped it meanwhile. */
  async #end(sweep: StoredSweep, { reason, detail }: Ending): Promise<void> {
    const { store, clock, feed } = this.#deps;
    const at = clock.now();
    await store.write(async (stores) => {
      const now = await stores.sweeps.sweep(sweep.id);
      if (now?.state !== sweep.state || now.state === 'ending') return;
      await moveSweep(stores, { sweep: now, change: ending(now, { reason, detail }, at) }, { actor: null, at });
    });
    feed.committed();
    this.wake();
  }

  async #finish(sweep: StoredSweep, trials: readonly TrialRun[]): Promise<void> {
    const { store, clock, feed, scheduler } = this.#deps;
    const going = trials.filter(({ run, shown }) => run !== null && !isOver(shown));
    for (const { run } of going) {
      if (run?.launch?.stopRequestedAt === null) await scheduler.requestStop(run.id, 'sweep-ended');
    }
    if (going.length > 0) return;
    const at = clock.now();
    await store.write(async (stores) => {
      await stores.sweeps.deleteUnlaunched(sweep.id);
      const { reason, detail } = sweep;
      const change = { state: 'ended', endedAt: at, reason, detail } as const;
      await moveSweep(stores, { sweep, change }, { actor: null, at });
    });
    this.#watch.forget(sweep.id);
    feed.committed();
  }
}

/** What trying again later would not change. */
function isRefusal(error: unknown): boolean {
  const passing = ['backend-unavailable', 'shutting-down', 'storage-full', 'unexpected', 'rate-limited'];
  return isDomainError(error) && !passing.includes(error.reason);
}

function wordsOf(error: unknown): string {
  const remedy = isDomainError(error) && error.remedy !== undefined ? ` ${error.remedy}` : '';
  return `The next trial could not be launched: ${messageOf(error)}${remedy}`;
}
