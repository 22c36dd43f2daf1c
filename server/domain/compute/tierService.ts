/** The `tiers` entry: what the administrator offers, with what is going on in it now. */
import type { TierList, TierStatus } from '../../../protocol/model/tier.ts';
import type { Call } from '../shared/call.ts';
import type { Store } from '../shared/store.ts';
import type { Catalog, TierHealth } from './ports.ts';

export type TierServiceDependencies = {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly health: TierHealth;
};

type Load = Pick<TierStatus, 'running' | 'queued'>;

export class TierService {
  readonly #deps: TierServiceDependencies;

  constructor(deps: TierServiceDependencies) {
    this.#deps = deps;
  }

  async list(_input: unknown, { caller }: Call): Promise<TierList> {
    const { catalog, health } = this.#deps;
    const offered = catalog.tiers().filter((tier) => caller.admin || !tier.adminOnly);
    const load = await this.#load();
    const tiers = offered.map(async (tier): Promise<TierStatus> => {
      const isUnavailable = (await health.problem(tier.backend)) !== null;
      const problem = await health.tierProblem(tier);
      return { ...tier, ...(load.get(tier.id) ?? { running: 0, queued: 0 }), available: !isUnavailable, problem };
    });
    const { tierId, environmentId } = catalog.defaults();
    return {
      tiers: await Promise.all(tiers),
      currency: catalog.currency(),
      defaultTierId: offered.some(({ id }) => id === tierId) ? tierId : null,
      defaultEnvironmentId: environmentId,
      catalogProblem: catalog.problem(),
    };
  }

  async #load(): Promise<ReadonlyMap<string, Load>> {
    const unfinished = await this.#deps.store.read(({ runs }) => runs.unfinished());
    const load = new Map<string, Load>();
    for (const { state, launch } of unfinished) {
      const tierId = launch?.tierId ?? '';
      const { running, queued } = load.get(tierId) ?? { running: 0, queued: 0 };
      load.set(tierId, state === 'queued' ? { running, queued: queued + 1 } : { running: running + 1, queued });
    }
    return load;
  }
}
