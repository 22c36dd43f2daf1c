/** What is spent and set aside of many budgets at once, from few passes over the runs, off the main thread. */
import type { BudgetPeriod } from '../../../protocol/model/budget.ts';
import type { Store } from '../shared/store.ts';
import { reservedIn } from './budgetOutlook.ts';
import { periodStart } from './budgetPeriods.ts';
import type { Reservation, StoredBudget } from './ports.ts';

export type Standing = { readonly spent: number; readonly reserved: number };

export async function standingsOf(
  store: Store,
  budgets: readonly StoredBudget[],
  now: number,
): Promise<ReadonlyMap<string, Standing>> {
  const groupIds = budgets.filter(({ kind }) => kind === 'group').map(({ subjectId }) => subjectId);
  const { reservations, members } = await store.read(async (stores) => ({
    reservations: await stores.budgets.reservations(now),
    members: new Map(await Promise.all(groupIds.map(async (id) => [id, await stores.groups.members(id)] as const))),
  }));
  const spending = new Spending(store, now);
  const standings = new Map<string, Standing>();
  for (const budget of budgets) {
    standings.set(budget.id, await standing(budget, { spending, reservations, members }));
  }
  return standings;
}

type Known = {
  readonly spending: Spending;
  readonly reservations: readonly Reservation[];
  readonly members: ReadonlyMap<string, readonly string[]>;
};

async function standing(budget: StoredBudget, { spending, reservations, members }: Known): Promise<Standing> {
  const inGroup = budget.kind === 'group' ? (members.get(budget.subjectId) ?? []) : [];
  const by = await spending.by(budget.kind === 'project' ? 'project' : 'person', budget.period);
  const ids = budget.kind === 'group' ? inGroup : [budget.subjectId];
  const spent = ids.reduce((sum, id) => sum + (by.get(id) ?? 0), 0);
  return { spent, reserved: reservedIn(reservations, budget, inGroup) };
}

/** Each question is asked once. */
class Spending {
  readonly #store: Store;
  readonly #now: number;
  readonly #asked = new Map<string, Promise<ReadonlyMap<string, number>>>();

  constructor(store: Store, now: number) {
    this.#store = store;
    this.#now = now;
  }

  by(dimension: 'project' | 'person', period: BudgetPeriod): Promise<ReadonlyMap<string, number>> {
    const key = `${dimension} ${period}`;
    const asked = this.#asked.get(key) ?? this.#ask(dimension, period);
    this.#asked.set(key, asked);
    return asked;
  }

  async #ask(by: 'project' | 'person', period: BudgetPeriod): Promise<ReadonlyMap<string, number>> {
    const now = this.#now;
    const edges = [periodStart(period, now), now];
    const rows = await this.#store.scans.spending({ edges, by, projectIds: null, now });
    return new Map(rows.map(({ key, cost }) => [key, cost]));
  }
}
