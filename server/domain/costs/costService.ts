/** The `costs` entries: what was spent, and what a launch will likely cost. */
import type { CostEstimate, EstimateInput, Spending, SpendingInput } from '../../../protocol/model/cost.ts';
import type { Catalog } from '../compute/ports.ts';
import type { Visibility } from '../shared/access.ts';
import type { Call, Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import type { Clock } from '../shared/ports.ts';
import type { Store } from '../shared/store.ts';
import { outlookOf } from './budgetOutlook.ts';
import { costOn } from './launchAdmission.ts';
import { likelyDuration } from './likelyDuration.ts';
import { rankSpenders } from './rankSpenders.ts';

export type CostServiceDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly catalog: Pick<Catalog, 'tiers' | 'currency'>;
  readonly visibility: Visibility;
};

export class CostService {
  readonly #deps: CostServiceDependencies;

  constructor(deps: CostServiceDependencies) {
    this.#deps = deps;
  }

  async spending({ edges, by, projectIds }: SpendingInput, { caller, signal }: Call): Promise<Spending> {
    const { store, clock, catalog } = this.#deps;
    const now = clock.now();
    const visible = await this.#visible(caller, projectIds);
    const rows = await store.scans.spending({ edges, by, projectIds: visible, now }, signal);
    const tiers = new Map(catalog.tiers().map(({ id, name }) => [id, name]));
    const named = by === 'tier' ? rows.map((row) => ({ ...row, name: tiers.get(row.key) ?? row.name })) : rows;
    return { ...rankSpenders(named, edges.length - 1), currency: catalog.currency(), until: now };
  }

  async estimate({ projectId, command, tierId }: EstimateInput, { caller }: Call): Promise<CostEstimate> {
    const { store, clock, catalog } = this.#deps;
    const tier = catalog.tiers().find(({ id, adminOnly }) => id === tierId && (caller.admin || !adminOnly));
    if (tier === undefined) {
      const remedy = 'Choose one of those that tiers.list offers.';
      throw new DomainError('not-found', `There is no hardware tier ${tierId}.`, { field: 'tierId', remedy });
    }
    const { runs, minutes } = await likelyDuration(store, { projectId, command, tierId });
    const price = (value: number) => (value * tier.pricePerHour) / 60;
    const cost = minutes && { low: price(minutes.low), median: price(minutes.median), high: price(minutes.high) };
    const expected = costOn(tier, minutes?.median ?? null);
    const launching = { projectId, personId: caller.userId, cost: expected, now: clock.now() };
    const outlooks = await store.read((stores) => outlookOf(stores, launching));
    const budgets = outlooks.map(({ spent: _spent, reserved: _reserved, ...budget }) => budget);
    return { currency: catalog.currency(), runs, minutes, cost, budgets };
  }

  /** Of the projects that were asked for those that may be seen; null means all there are. */
  async #visible(caller: Caller, asked: readonly string[] | undefined): Promise<readonly string[] | null> {
    const visible = await this.#deps.visibility.visibleProjects(caller);
    if (asked === undefined) return visible;
    const hidden = visible === null ? undefined : asked.find((id) => !visible.includes(id));
    if (hidden === undefined) return asked;
    throw new DomainError('not-found', `There is no project ${hidden}.`, {
      field: 'projectIds',
      remedy: 'Check the id, or ask an owner to make you a member.',
    });
  }
}
