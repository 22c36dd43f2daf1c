/**
 * Starts queued runs where there is room, and sees to it that every run that
 * has not ended is driven by exactly one driver. What is to be is in the store
 * first and on a backend second; everything is looked at again at start, when
 * woken, and every few seconds, so no wake-up is needed for correctness.
 */
import type { Person } from '../../../protocol/model/common.ts';
import type { QueueInfo } from '../../../protocol/model/queueInfo.ts';
import type { StopReason, StoredRun } from '../runs/ports.ts';
import { messageOf } from '../shared/errors.ts';
import type { Stores } from '../shared/store.ts';
import { pause, until, Wakeup } from '../shared/wakeup.ts';
import { type HostSurvey, pooledBackend } from './hostPool.ts';
import { sweepOrphans } from './orphanSweep.ts';
import type { Refusal, RunScheduler } from './ports.ts';
import { planQueue, type QueuePlan } from './queue.ts';
import { RunContext } from './runContext.ts';
import { driveRun } from './runDriver.ts';
import { RunTransitions } from './runTransitions.ts';
import { type SchedulerDependencies, type SchedulerTiming, schedulerTiming } from './schedulerDependencies.ts';

/** How long a stop waits for what is under way. */
const letGoMs = 5000;

type Drive = { readonly context: RunContext; readonly done: Promise<void> };

export class Scheduler implements RunScheduler {
  readonly #deps: SchedulerDependencies;
  readonly #timing: SchedulerTiming;
  readonly #transitions: RunTransitions;
  readonly #shutdown = new AbortController();
  readonly #bell = new Wakeup();
  readonly #drives = new Map<string, Drive>();
  #waiting: QueuePlan['waiting'] = new Map();
  #timers: readonly NodeJS.Timeout[] = [];
  #loop: Promise<void> = Promise.resolve();
  #sweep: Promise<void> = Promise.resolve();
  #stopListening: () => void = () => undefined;

  constructor(deps: SchedulerDependencies) {
    this.#deps = deps;
    this.#timing = { ...schedulerTiming, ...deps.timing };
    this.#transitions = new RunTransitions({ ...deps, onFreed: () => this.wake() });
  }

  /** Takes up everything where it was. */
  async start(): Promise<void> {
    await this.#deps.builds.resetInterrupted();
    this.#timers = [
      setInterval(() => this.wake(), this.#timing.reconcileMs).unref(),
      setInterval(() => this.#sweepAgain(), this.#timing.sweepMs).unref(),
    ];
    this.#stopListening = this.#deps.catalog.onChange(() => this.#onCatalog());
    this.#sweepAgain();
    this.#loop = this.#run();
  }

  wake(): void {
    this.#bell.ring();
  }

  /** Lets go of everything. Running jobs keep running. */
  async stop(): Promise<void> {
    this.#stopListening();
    for (const timer of this.#timers) clearInterval(timer);
    this.#shutdown.abort();
    const drives = [...this.#drives.values()].map(({ done }) => done);
    const settled = Promise.allSettled([this.#loop, this.#sweep, this.#deps.builds.close(), ...drives]);
    // A backend that hangs must not hold the server up: whatever is cut off here is taken up at the next start.
    const isSettled = new AbortController();
    await Promise.race([settled.finally(() => isSettled.abort()), pause(letGoMs, isSettled.signal)]);
  }

  async requestStop(runId: string, by: Person | StopReason): Promise<void> {
    const at = this.#deps.clock.now();
    if (typeof by === 'string') await this.#transitions.apply(runId, { type: 'stop-requested', at, reason: by });
    else await this.#transitions.apply(runId, { type: 'stop-requested', at, byId: by.id }, { actor: by });
    this.#drives.get(runId)?.context.stopping.abort();
    this.wake();
  }

  async refuse(runId: string, why: Refusal, by: Person): Promise<void> {
    await this.#transitions.apply(runId, { type: 'refused', at: this.#deps.clock.now(), ...why }, { actor: by });
  }

  queueInfo(runId: string): QueueInfo | null {
    return this.#waiting.get(runId) ?? null;
  }

  async #run(): Promise<void> {
    while (!this.#shutdown.signal.aborted) {
      const rung = this.#bell.next();
      try {
        await this.#reconcile();
      } catch (error) {
        this.#deps.log.error('The queue could not be looked at', { error: messageOf(error) });
      }
      await until(this.#shutdown.signal, rung);
    }
  }

  async #reconcile(): Promise<void> {
    const { unfinished, state, occupied } = await this.#deps.store.read(situation);
    for (const run of unfinished) if (run.state !== 'queued') this.#drive(run.id);
    const problems = await this.#problems(unfinished);
    const survey = await this.#survey(unfinished);
    const plan = planQueue({
      unfinished,
      tier: (id) => this.#deps.catalog.tier(id),
      problem: (run) => problems.get(run.launch?.backend ?? '') ?? this.#obstacle(run, survey),
      state,
      now: this.#deps.clock.now(),
      gate: await this.#deps.rules.open(unfinished),
      occupied,
    });
    this.#showWaiting(plan.waiting, unfinished);
    await this.#endOthers(plan);
    const starts = new Set(plan.starts);
    const picks: Promise<void>[] = [];
    // Placed one after another: each place that is taken counts for the next.
    for (const run of unfinished.filter(({ id }) => starts.has(id))) {
      picks.push(this.#pick(run.id, await this.#place(run, survey)));
    }
    await Promise.all(picks);
  }

  /** Null where no queued run has a choice of hosts. */
  async #survey(unfinished: readonly StoredRun[]): Promise<HostSurvey | null> {
    const isPlaced = ({ state, launch }: StoredRun) => state === 'queued' && launch?.backend === pooledBackend;
    return unfinished.some(isPlaced) ? ((await this.#deps.pool?.survey(unfinished)) ?? null) : null;
  }

  #obstacle({ launch }: StoredRun, survey: HostSurvey | null): string | null {
    const tier = this.#deps.catalog.tier(launch?.tierId ?? '');
    return launch?.backend !== pooledBackend || tier === null ? null : (survey?.obstacle(tier) ?? null);
  }

  /** Undefined where there is no choice; null when the last place was taken a moment ago. */
  async #place({ launch }: StoredRun, survey: HostSurvey | null): Promise<string | null | undefined> {
    const tier = this.#deps.catalog.tier(launch?.tierId ?? '');
    if (launch?.backend !== pooledBackend || survey === null || tier === null) return undefined;
    const { environmentId, environmentRevision } = launch;
    const revision = await this.#deps.store.read(({ environments }) =>
      environments.revision(environmentId, environmentRevision),
    );
    return survey.place(tier, revision);
  }

  /** Those that are not to run, or no longer. */
  async #endOthers({ dropped, stops }: QueuePlan): Promise<void> {
    const at = this.#deps.clock.now();
    for (const [runId, { reason, detail }] of dropped) {
      await this.#transitions.apply(runId, { type: 'dropped', at, reason, detail });
    }
    for (const [runId, newer] of stops) {
      await this.requestStop(runId, { id: newer.createdById, name: newer.createdByName });
    }
    if (dropped.size > 0) this.wake();
  }

  async #problems(unfinished: readonly StoredRun[]): Promise<ReadonlyMap<string, string | null>> {
    const ids = new Set(
      unfinished.filter(({ state }) => state === 'queued').map(({ launch }) => launch?.backend ?? ''),
    );
    const asked = [...ids].map(async (id) => [id, await this.#deps.health.problem(id)] as const);
    return new Map(await Promise.all(asked));
  }

  async #pick(runId: string, backend: string | null | undefined): Promise<void> {
    if (this.#shutdown.signal.aborted || backend === null) return;
    const isPicked = await this.#transitions.apply(runId, {
      type: 'picked',
      ...(backend !== undefined && { backend }),
    });
    await this.#deps.step?.('picked', runId);
    if (isPicked) this.#drive(runId);
  }

  #drive(runId: string): void {
    if (this.#drives.has(runId) || this.#shutdown.signal.aborted) return;
    const context = new RunContext({
      runId,
      deps: this.#deps,
      transitions: this.#transitions,
      shutdown: this.#shutdown.signal,
    });
    const done = driveRun(context)
      .finally(() => this.#drives.delete(runId))
      .then(() => this.wake())
      // Not woken: the next look in a few seconds takes it up again.
      .catch((error: unknown) => this.#deps.log.error('A run is left for now', { runId, error: messageOf(error) }));
    this.#drives.set(runId, { context, done });
  }

  /** Whoever shows a waiting run is told when its place or reason is another. */
  #showWaiting(waiting: QueuePlan['waiting'], unfinished: readonly StoredRun[]): void {
    const before = this.#waiting;
    this.#waiting = waiting;
    for (const { id: runId, experimentId, projectId } of unfinished) {
      const [was, is] = [before.get(runId), waiting.get(runId)];
      if (was?.reason === is?.reason && (was?.position === is?.position || isFarBack(is))) continue;
      this.#deps.feed.touched({ runId, experimentId, projectId });
    }
  }

  /** Whoever shows tiers is told, and what waited for one may start. */
  #onCatalog(): void {
    const { store, clock, feed, log } = this.#deps;
    const event = { type: 'catalog.changed', actor: null, subject: {}, at: clock.now() } as const;
    store
      .write(({ events }) => events.append(event))
      .then(() => feed.committed())
      .catch((error: unknown) => log.warn('Change of the catalog not announced', { error: messageOf(error) }));
    this.wake();
  }

  #sweepAgain(): void {
    this.#sweep = this.#sweep.then(() => sweepOrphans(this.#deps, this.#shutdown.signal));
  }
}

/** Workspaces take places of tiers as runs do, from when they are given one. */
async function situation({ runs, queue, workspaces }: Stores) {
  const occupied = new Map<string, number>();
  for (const { tierId, handle } of await workspaces.active()) {
    if (handle !== null) occupied.set(tierId, (occupied.get(tierId) ?? 0) + 1);
  }
  return { unfinished: await runs.unfinished(), state: await queue.state(), occupied };
}

/** Every end moves everybody behind it up: nobody needs to hear that at once who has hundreds before them. */
function isFarBack(place: QueueInfo | undefined): boolean {
  return place !== undefined && place.position > 200;
}
