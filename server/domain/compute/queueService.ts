/**
 * The `queue` entries: what runs and waits, and the few things that people may
 * change of it. Whose turn it is between projects is not theirs to change: a
 * move counts within the run's own project and tier.
 */
import type { QueuedRun, QueueList } from '../../../protocol/model/queue.ts';
import { maxShownQueued } from '../../../protocol/model/queue.ts';
import type { RunSummary } from '../../../protocol/model/run.ts';
import type { EventFeed } from '../events/ports.ts';
import { plainEntry, type QueueEntry } from '../jobs/ports.ts';
import type { StoredRun } from '../runs/ports.ts';
import type { Visibility } from '../shared/access.ts';
import type { Call, Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { actorOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import { summaryOf } from '../shared/runSummary.ts';
import type { Store, Stores } from '../shared/store.ts';
import { expectedStarts } from './expectedTimes.ts';
import { ownOrder, priorityOf } from './fairOrder.ts';
import type { Catalog, RunScheduler } from './ports.ts';
import { type Durations, readDurations } from './usualDurations.ts';

export type QueueServiceDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly catalog: Pick<Catalog, 'tiers' | 'tier'>;
  readonly scheduler: Pick<RunScheduler, 'wake' | 'queueInfo'>;
  readonly visibility: Visibility;
};

type OfRun = { readonly runId: string };
type Shown = {
  readonly unfinished: readonly StoredRun[];
  readonly entry: (runId: string) => QueueEntry;
  readonly durations: Durations;
};

export class QueueService {
  readonly #deps: QueueServiceDependencies;

  constructor(deps: QueueServiceDependencies) {
    this.#deps = deps;
  }

  async list({ projectId }: { readonly projectId?: string | undefined }, { caller }: Call): Promise<QueueList> {
    const visible = await this.#visible(projectId, caller);
    const isSeen = (run: StoredRun) => visible === null || visible.includes(run.projectId);
    const shown = await this.#read();
    const queued = this.#inOrder(shown.unfinished.filter(({ state }) => state === 'queued'));
    const running = shown.unfinished.filter(({ state }) => state !== 'queued');
    const starts = this.#starts(queued, running, shown);
    const now = this.#deps.clock.now();
    return {
      running: running.filter(isSeen).map((run) => ({ ...summaryOf(run, now), expectedEnd: shown.durations.end(run) })),
      queued: queued
        .filter(isSeen)
        .slice(0, maxShownQueued)
        .map((run) => this.#show(run, shown.entry(run.id), starts.get(run.id) ?? null)),
      tiers: this.#deps.catalog
        .tiers()
        .filter(({ adminOnly }) => caller.admin || !adminOnly)
        .map(({ id, name, concurrency }) => ({
          tierId: id,
          name,
          places: concurrency,
          taken: running.filter((run) => run.launch?.tierId === id).length,
          waiting: queued.filter((run) => run.launch?.tierId === id).length,
        })),
      hidden: projectId === undefined ? queued.filter((run) => !isSeen(run)).length : 0,
    };
  }

  async move({ runId, before }: OfRun & { readonly before: string | null }, call: Call): Promise<Record<never, never>> {
    return this.#change(runId, call, async (stores, run) => {
      const entries = (await stores.queue.state()).entries;
      const entry = (id: string) => entries.get(id) ?? null;
      const peers = (await stores.runs.unfinished()).filter(
        (each) => each.state === 'queued' && isPeer(each, run) && each.id !== runId,
      );
      const line = [...ownOrder(peers, entry)];
      const at = before === null ? line.length : line.findIndex(({ id }) => id === before);
      if (at === -1) throw noPeer(before ?? '');
      const neighbour = line[at] ?? line.at(-1) ?? run;
      line.splice(at, 0, run);
      const priority = priorityOf(neighbour, entry(neighbour.id));
      for (const [place, each] of line.entries()) {
        await stores.queue.setEntry(each.id, { place, ...(each.id === runId && { priority }) });
      }
      return { change: 'moved', priority };
    });
  }

  pause({ runId }: OfRun, call: Call): Promise<Record<never, never>> {
    return this.#change(runId, call, async ({ queue }) => {
      await queue.setEntry(runId, { paused: true });
      return { change: 'paused' };
    });
  }

  resume({ runId }: OfRun, call: Call): Promise<Record<never, never>> {
    return this.#change(runId, call, async ({ queue }) => {
      await queue.setEntry(runId, { paused: false });
      return { change: 'resumed' };
    });
  }

  async #change(
    runId: string,
    { caller }: Call,
    change: (stores: Stores, run: StoredRun) => Promise<Readonly<Record<string, string | number>>>,
  ): Promise<Record<never, never>> {
    const { store, clock, feed, scheduler } = this.#deps;
    await store.write(async (stores) => {
      const run = await requireQueued(stores, runId);
      const detail = { ...(await change(stores, run)), name: run.name };
      const subject = { projectId: run.projectId, experimentId: run.experimentId, runId };
      await stores.events.append({ type: 'queue.changed', actor: actorOf(caller), subject, detail, at: clock.now() });
    });
    feed.committed();
    scheduler.wake();
    return {};
  }

  async #visible(projectId: string | undefined, caller: Caller): Promise<readonly string[] | null> {
    const visible = await this.#deps.visibility.visibleProjects(caller);
    if (projectId === undefined) return visible;
    if (visible === null || visible.includes(projectId)) return [projectId];
    throw new DomainError('not-found', `There is no project ${projectId}.`, {
      field: 'projectId',
      remedy: 'Check the id, or ask an owner to make you a member.',
    });
  }

  #read(): Promise<Shown> {
    return this.#deps.store.read(async (stores) => {
      const unfinished = await stores.runs.unfinished();
      const { entries } = await stores.queue.state();
      return {
        unfinished,
        entry: (runId: string) => entries.get(runId) ?? plainEntry(runId),
        durations: await readDurations(stores, unfinished),
      };
    });
  }

  /** Tier by tier; one that the scheduler has not looked at yet comes last. */
  #inOrder(queued: readonly StoredRun[]): readonly StoredRun[] {
    const position = (run: StoredRun) => this.#deps.scheduler.queueInfo(run.id)?.position ?? Number.POSITIVE_INFINITY;
    const tierOf = (run: StoredRun) => run.launch?.tierId ?? '';
    return queued.toSorted((a, b) => tierOf(a).localeCompare(tierOf(b), 'en') || position(a) - position(b) || 0);
  }

  #starts(queued: readonly StoredRun[], running: readonly StoredRun[], shown: Shown): ReadonlyMap<string, number> {
    const { catalog, clock, scheduler } = this.#deps;
    const starts = catalog.tiers().flatMap((tier) => {
      const onTier = (run: StoredRun) => run.launch?.tierId === tier.id;
      const waiting = queued.filter(onTier).map((run) => {
        const hold = scheduler.queueInfo(run.id)?.hold;
        const isFree = hold === undefined || hold === 'tier' || hold === 'time';
        return { runId: run.id, takes: shown.durations.of(run), isFree, notBefore: shown.entry(run.id).notBefore };
      });
      const occupied = running.filter(onTier).map((run) => ({ end: shown.durations.end(run) }));
      return [...expectedStarts({ places: tier.concurrency, occupied, waiting, now: clock.now() })];
    });
    return new Map(starts);
  }

  #show(run: StoredRun, entry: QueueEntry, expectedStart: number | null): QueuedRun {
    const { clock, scheduler } = this.#deps;
    const { job, scheduleId, attempt, notBefore, paused } = entry;
    return {
      run: summaryOf(run, clock.now()) satisfies RunSummary,
      queue: scheduler.queueInfo(run.id),
      expectedStart,
      priority: priorityOf(run, entry),
      ...{ job, scheduleId, attempt, notBefore, paused },
    };
  }
}

function isPeer(one: StoredRun, other: StoredRun): boolean {
  return one.projectId === other.projectId && one.launch?.tierId === other.launch?.tierId;
}

async function requireQueued(stores: Stores, runId: string): Promise<StoredRun> {
  const run = await stores.runs.run(runId);
  if (run?.state === 'queued') return run;
  throw new DomainError('wrong-state', `${run?.name ?? runId} is not waiting.`, {
    field: 'runId',
    remedy: 'Only a run that has not started can be moved or paused.',
  });
}

function noPeer(runId: string): DomainError {
  return new DomainError('wrong-state', `The run ${runId} does not wait in the same project on the same tier.`, {
    field: 'before',
    remedy: 'Name a waiting run of the same project and tier; the order between projects is by fair share.',
  });
}
