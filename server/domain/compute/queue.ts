/**
 * Which queued runs start now, what the others wait for, and which are not to
 * run at all. Pure: it decides by what it is given and changes nothing.
 */
import type { QueueHold, QueueInfo } from '../../../protocol/model/run.ts';
import type { Tier } from '../../../protocol/model/tier.ts';
import type { QueueState } from '../jobs/ports.ts';
import type { StoredRun } from '../runs/ports.ts';
import { fairOrder, ownOrder } from './fairOrder.ts';
import { type Dropped, type GroupVerdicts, groupOf, type Held, holdOf, judgeGroups } from './queueHolds.ts';

export type QueueSituation = {
  /** Runs that have not ended. */
  readonly unfinished: readonly StoredRun[];
  readonly tier: (id: string) => Tier | null;
  /** Why nothing can start on the run's backend now; null when it can. */
  readonly problem: (run: StoredRun) => string | null;
  /** What the queue keeps of runs beside their launch; absent when there is nothing. */
  readonly state?: QueueState;
  readonly now?: number;
};

export type QueuePlan = {
  readonly starts: readonly string[];
  readonly waiting: ReadonlyMap<string, QueueInfo>;
  /** Queued runs that end here. */
  readonly dropped: ReadonlyMap<string, Dropped>;
  /** Runs that go on and are to stop, each for the newer run that asked for it. */
  readonly stops: ReadonlyMap<string, StoredRun>;
};

const noState: QueueState = { entries: new Map(), awaited: new Map() };

export function planQueue(situation: QueueSituation): QueuePlan {
  const { unfinished, tier, state = noState } = situation;
  const groups = judgeGroups(unfinished, (runId) => state.entries.get(runId) ?? null);
  const { free, held, dropped } = sortOut(situation, groups);
  const line = new Line(situation, groups);
  for (const tierId of byTierPriority(free, tier)) {
    line.serve(
      tierId,
      free.filter((run) => tierOf(run) === tierId),
    );
  }
  for (const [run, hold] of held) line.hold(run, hold);
  return { starts: line.starts, waiting: line.waiting, dropped, stops: groups.stops };
}

type SortedOut = {
  readonly free: readonly StoredRun[];
  readonly held: readonly (readonly [StoredRun, Held])[];
  readonly dropped: ReadonlyMap<string, Dropped>;
};

/** Queued runs by whether something of their own keeps them back. */
function sortOut({ unfinished, state = noState, now = 0 }: QueueSituation, groups: GroupVerdicts): SortedOut {
  const entry = (runId: string) => state.entries.get(runId) ?? null;
  const dropped = new Map(groups.dropped);
  const held: (readonly [StoredRun, Held])[] = [];
  const free: StoredRun[] = [];
  const queued = unfinished.filter((run) => run.state === 'queued' && !dropped.has(run.id));
  for (const run of ownOrder(queued, entry)) {
    const hold = holdOf(entry(run.id), { awaited: state.awaited, now });
    if (hold === null) free.push(run);
    else if (hold.kind === 'dropped') dropped.set(run.id, hold);
    else held.push([run, hold]);
  }
  return { free, held, dropped };
}

/** One pass along the queue: places are taken as it goes. */
class Line {
  readonly starts: string[] = [];
  readonly waiting = new Map<string, QueueInfo>();
  readonly #situation: QueueSituation;
  readonly #busy: GroupVerdicts['busy'];
  readonly #taken = new Map<string, number>();
  readonly #used = new Map<string, number>();
  readonly #positions = new Map<string, number>();

  constructor(situation: QueueSituation, { busy }: GroupVerdicts) {
    this.#situation = situation;
    this.#busy = new Map(busy);
    for (const run of situation.unfinished) if (run.state !== 'queued') this.#take(run);
  }

  serve(tierId: string, runs: readonly StoredRun[]): void {
    const { tier, state = noState } = this.#situation;
    const entry = (runId: string) => state.entries.get(runId) ?? null;
    const weight = tier(tierId)?.cpus ?? 1;
    for (const run of fairOrder(runs, { entry, used: this.#used, weight })) {
      const group = groupOf(run, entry(run.id));
      const hold = this.#waitsFor(run, group);
      if (hold) this.hold(run, hold);
      else {
        this.starts.push(run.id);
        this.#take(run);
        if (group !== null) this.#busy.set(group, run.name);
      }
    }
  }

  hold(run: StoredRun, hold: Omit<Held, 'kind'> | undefined): void {
    if (hold === undefined) return;
    const position = add(this.#positions, tierOf(run), 1);
    this.waiting.set(run.id, { position, reason: hold.reason, hold: hold.hold });
  }

  #waitsFor(run: StoredRun, group: string | null): Omit<Held, 'kind'> | null {
    const tier = this.#situation.tier(tierOf(run));
    if (tier === null) return because('backend', `The hardware tier ${tierOf(run)} is no longer in the catalog.`);
    const obstacle = this.#situation.problem(run);
    if (obstacle !== null) return because('backend', obstacle);
    const other = group === null ? undefined : this.#busy.get(group);
    if (other !== undefined) return because('group', `${other} of the same group has not ended.`);
    if ((this.#taken.get(tier.id) ?? 0) < tier.concurrency) return null;
    const many = tier.concurrency === 1 ? 'one run' : `${tier.concurrency} runs`;
    return because('tier', `${tier.name} takes ${many} at a time, and all its places are taken.`);
  }

  #take(run: StoredRun): void {
    add(this.#taken, tierOf(run), 1);
    add(this.#used, run.projectId, this.#situation.tier(tierOf(run))?.cpus ?? 1);
  }
}

function because(hold: QueueHold, reason: string) {
  return { hold, reason };
}

/** The tiers that somebody waits for, higher priority first; otherwise by the run that waits longest. */
function byTierPriority(free: readonly StoredRun[], tier: QueueSituation['tier']): readonly string[] {
  const priority = (id: string) => tier(id)?.priority ?? 0;
  return [...new Set(free.map(tierOf))].toSorted((a, b) => priority(b) - priority(a));
}

function tierOf(run: StoredRun): string {
  return run.launch?.tierId ?? '';
}

/** Answers the new sum. */
function add(sums: Map<string, number>, key: string, amount: number): number {
  const sum = (sums.get(key) ?? 0) + amount;
  sums.set(key, sum);
  return sum;
}
