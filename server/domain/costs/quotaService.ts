/** The `quotas` entries: bounds on what a project or a person uses at a time and in a month. */
import type { Quota, SetQuotaInput } from '../../../protocol/model/budget.ts';
import type { RunScheduler } from '../compute/ports.ts';
import type { EventFeed } from '../events/ports.ts';
import type { Call } from '../shared/call.ts';
import { actorOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import type { Store, Stores } from '../shared/store.ts';
import { nameOf } from './budgetOutlook.ts';
import { periodStart } from './budgetPeriods.ts';
import { requireSubject, subjectOf } from './budgetService.ts';

export type QuotaServiceDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly scheduler: Pick<RunScheduler, 'wake'>;
};

export class QuotaService {
  readonly #deps: QuotaServiceDependencies;

  constructor(deps: QuotaServiceDependencies) {
    this.#deps = deps;
  }

  list(_input: unknown, _call: Call): Promise<readonly Quota[]> {
    return this.#deps.store.read((stores) => this.#all(stores));
  }

  async set(quota: SetQuotaInput, { caller }: Call): Promise<readonly Quota[]> {
    const { store, clock, feed, scheduler } = this.#deps;
    const quotas = await store.write(async (stores) => {
      await requireSubject(stores, quota);
      await stores.budgets.putQuota(quota);
      const { kind, concurrentRuns, gpuHours } = quota;
      const detail = { kind, concurrentRuns, gpuHours };
      const event = { type: 'quota.set', actor: actorOf(caller), subject: subjectOf(quota), detail } as const;
      await stores.events.append({ ...event, at: clock.now() });
      return this.#all(stores);
    });
    feed.committed();
    scheduler.wake();
    return quotas;
  }

  async #all(stores: Stores): Promise<readonly Quota[]> {
    const now = this.#deps.clock.now();
    const shown: Quota[] = [];
    for (const quota of await stores.budgets.quotas()) {
      const gpuHoursUsed = await stores.budgets.gpuHours({ ...quota, from: periodStart('month', now), now });
      shown.push({ ...quota, name: await nameOf(stores, quota), gpuHoursUsed });
    }
    return shown;
  }
}
