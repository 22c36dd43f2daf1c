/** What keeps queued runs from starting beside tiers: approvals that are awaited, and quotas. */
import type { Catalog, QueueGate, QueueRules } from '../compute/ports.ts';
import type { StoredRun } from '../runs/ports.ts';
import type { Clock } from '../shared/ports.ts';
import type { Store, Stores } from '../shared/store.ts';
import { periodStart } from './budgetPeriods.ts';
import type { StoredQuota } from './ports.ts';

export type QueueRulesDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly catalog: Pick<Catalog, 'tier'>;
};

type Measured = StoredQuota & { readonly gpuHoursUsed: number };

export class GovernedQueue implements QueueRules {
  readonly #deps: QueueRulesDependencies;

  constructor(deps: QueueRulesDependencies) {
    this.#deps = deps;
  }

  async open(unfinished: readonly StoredRun[]): Promise<QueueGate> {
    const usesGpu = (run: StoredRun) => (this.#deps.catalog.tier(run.launch?.tierId ?? '')?.gpus ?? 0) > 0;
    const queued = unfinished.filter(({ state }) => state === 'queued');
    const { holds, quotas, disabled } = await this.#deps.store.read(async (stores) => {
      const measured: Measured[] = [];
      for (const quota of await stores.budgets.quotas()) {
        const concerned = queued.filter((run) => isOf(run, quota));
        if (concerned.length > 0) measured.push(await this.#measure(stores, quota, concerned.some(usesGpu)));
      }
      return { holds: await stores.budgets.waiting(), quotas: measured, disabled: await disabledOf(stores, queued) };
    });
    const reasons = new Map([...holds.map(({ runId, reason }) => [runId, reason] as const), ...disabled]);
    return new Gate({ reasons, quotas, going: unfinished.filter(({ state }) => state !== 'queued'), usesGpu });
  }

  /** GPU hours are summed over a month of runs, and so only where they decide something. */
  async #measure(stores: Stores, quota: StoredQuota, countsGpu: boolean): Promise<Measured> {
    const now = this.#deps.clock.now();
    if (quota.gpuHours === null || !countsGpu) return { ...quota, gpuHoursUsed: 0 };
    const since = { ...quota, from: periodStart('month', now), now };
    return { ...quota, gpuHoursUsed: await stores.budgets.gpuHours(since) };
  }
}

type Known = {
  /** Why runs wait for approval, by run. */
  readonly reasons: ReadonlyMap<string, string>;
  readonly quotas: readonly Measured[];
  readonly going: readonly StoredRun[];
  readonly usesGpu: (run: StoredRun) => boolean;
};

class Gate implements QueueGate {
  readonly #known: Known;
  readonly #going: StoredRun[];

  constructor(known: Known) {
    this.#known = known;
    this.#going = [...known.going];
  }

  waitsFor(run: StoredRun): string | null {
    const held = this.#known.reasons.get(run.id);
    if (held !== undefined) return held;
    for (const quota of this.#known.quotas) {
      const reason = isOf(run, quota) ? (this.#full(quota) ?? this.#usedUp(quota, run)) : null;
      if (reason !== null) return reason;
    }
    return null;
  }

  started(run: StoredRun): void {
    this.#going.push(run);
  }

  #full(quota: Measured): string | null {
    const { kind, subjectId, concurrentRuns } = quota;
    const going = this.#going.filter((run) => isOf(run, quota)).length;
    if (concurrentRuns === null || going < concurrentRuns) return null;
    const many = concurrentRuns === 1 ? 'one run' : `${concurrentRuns} runs`;
    return `The quota of the ${kind} ${subjectId} allows ${many} at a time.`;
  }

  #usedUp({ kind, subjectId, gpuHours, gpuHoursUsed }: Measured, run: StoredRun): string | null {
    if (gpuHours === null || gpuHoursUsed < gpuHours || !this.#known.usesGpu(run)) return null;
    return `The quota of the ${kind} ${subjectId} of ${gpuHours} GPU hours this month is used up (${gpuHoursUsed.toFixed(1)}).`;
  }
}

/** What somebody queued does not begin once their account is disabled; what runs goes on. */
async function disabledOf({ access }: Stores, queued: readonly StoredRun[]): Promise<ReadonlyMap<string, string>> {
  const reasons = new Map<string, string>();
  for (const [userId, runs] of Map.groupBy(queued, ({ createdById }) => createdById)) {
    const user = await access.user(userId);
    if (user === null || user.disabledAt === null) continue;
    for (const { id } of runs) reasons.set(id, `The account of ${user.name}, who launched it, is disabled.`);
  }
  return reasons;
}

function isOf(run: StoredRun, { kind, subjectId }: StoredQuota): boolean {
  return subjectId === (kind === 'project' ? run.projectId : run.createdById);
}
