/** Which queued runs start now, and what the others wait for. Pure. */
import type { QueueInfo } from '../../../protocol/model/run.ts';
import type { Tier } from '../../../protocol/model/tier.ts';
import type { StoredRun } from '../runs/ports.ts';

export type QueueSituation = {
  /** Runs that have not ended, by priority and then age. */
  readonly unfinished: readonly StoredRun[];
  readonly tier: (id: string) => Tier | null;
  /** Why nothing can start on the run's backend now; null when it can. */
  readonly problem: (run: StoredRun) => string | null;
  /** Places of tiers, by id, that something else than runs has. */
  readonly occupied?: ReadonlyMap<string, number>;
};

export type QueuePlan = {
  readonly starts: readonly string[];
  readonly waiting: ReadonlyMap<string, QueueInfo>;
};

export function planQueue({ unfinished, tier, problem, occupied }: QueueSituation): QueuePlan {
  const taken = new Map<string, number>(occupied);
  const queued = unfinished.filter((run) => run.state === 'queued');
  for (const run of unfinished) if (run.state !== 'queued') count(taken, tierOf(run));
  const starts: string[] = [];
  const waiting = new Map<string, QueueInfo>();
  const positions = new Map<string, number>();
  for (const run of byTierPriority(queued, tier)) {
    const tierId = tierOf(run);
    const reason = waitsFor(tier(tierId), { run, taken: taken.get(tierId) ?? 0, problem });
    if (reason === null) {
      starts.push(run.id);
      count(taken, tierId);
    } else waiting.set(run.id, { position: count(positions, tierId), reason });
  }
  return { starts, waiting };
}

type Place = { readonly run: StoredRun; readonly taken: number; readonly problem: QueueSituation['problem'] };

function waitsFor(tier: Tier | null, { run, taken, problem }: Place): string | null {
  if (tier === null) return `The hardware tier ${tierOf(run)} is no longer in the catalog.`;
  const obstacle = problem(run);
  if (obstacle !== null) return obstacle;
  if (taken < tier.concurrency) return null;
  const many = tier.concurrency === 1 ? 'one run' : `${tier.concurrency} runs`;
  return `${tier.name} takes ${many} at a time, and all its places are taken.`;
}

/** Stable: within a tier the order stays as it was given. */
function byTierPriority(queued: readonly StoredRun[], tier: QueueSituation['tier']): readonly StoredRun[] {
  const priority = (run: StoredRun) => tier(tierOf(run))?.priority ?? 0;
  return queued.toSorted((a, b) => priority(b) - priority(a));
}

function tierOf(run: StoredRun): string {
  return run.launch?.tierId ?? '';
}

function count(counts: Map<string, number>, key: string): number {
  const next = (counts.get(key) ?? 0) + 1;
  counts.set(key, next);
  return next;
}
