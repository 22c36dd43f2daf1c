/**
 * Looks at budgets now and then: tells once a period when a threshold is
 * reached, and lets runs go on that no longer cross anything, because a month
 * has begun or a budget was raised. Does nothing where there is no budget.
 */
import type { RunScheduler } from '../compute/ports.ts';
import type { EventFeed } from '../events/ports.ts';
import { messageOf } from '../shared/errors.ts';
import type { Clock, Log } from '../shared/ports.ts';
import type { Store, Stores } from '../shared/store.ts';
import { nameOf, outlookOf } from './budgetOutlook.ts';
import { periodStart } from './budgetPeriods.ts';
import { subjectOf } from './budgetService.ts';
import { standingsOf } from './budgetStandings.ts';
import { reachedThreshold } from './launchAdmission.ts';
import type { Hold, StoredBudget } from './ports.ts';

export type BudgetWatchDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly log: Log;
  readonly scheduler: Pick<RunScheduler, 'wake'>;
};

type Reached = { readonly budget: StoredBudget; readonly percent: number; readonly spent: number };

const everyMs = 60_000;

export class BudgetWatch {
  readonly #deps: BudgetWatchDependencies;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(deps: BudgetWatchDependencies) {
    this.#deps = deps;
  }

  start(): void {
    const look = () => this.look().catch((error: unknown) => this.#note(error));
    this.#timer = setInterval(look, everyMs).unref();
    void look();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking.catch(() => undefined);
  }

  /** One look after another. */
  look(): Promise<void> {
    this.#looking = this.#looking.catch(() => undefined).then(() => this.#look());
    return this.#looking;
  }

  #note(error: unknown): void {
    this.#deps.log.warn('Budgets could not be looked at', { error: messageOf(error) });
  }

  async #look(): Promise<void> {
    const { store, clock, feed, scheduler } = this.#deps;
    const now = clock.now();
    const { budgets, waiting } = await store.read(async (stores) => ({
      budgets: await stores.budgets.budgets(),
      waiting: await stores.budgets.waiting(),
    }));
    const reached = budgets.length === 0 ? [] : await this.#reached(budgets, now);
    if (reached.length === 0 && waiting.length === 0) return;
    await store.write(async (stores) => {
      for (const one of reached) await tell(stores, one, now);
      for (const hold of waiting) await reconsider(stores, hold, now);
    });
    feed.committed();
    if (waiting.length > 0) scheduler.wake();
  }

  async #reached(budgets: readonly StoredBudget[], now: number): Promise<readonly Reached[]> {
    const standings = await standingsOf(this.#deps.store, budgets, now);
    return budgets.flatMap((budget) => {
      const spent = standings.get(budget.id)?.spent ?? 0;
      const percent = reachedThreshold(spent, budget.amount);
      const told = budget.toldPeriod === periodStart(budget.period, now) ? budget.toldPercent : 0;
      return percent > told ? [{ budget, percent, spent }] : [];
    });
  }
}

async function tell(stores: Stores, { budget, percent, spent }: Reached, now: number): Promise<void> {
  const { kind, period, amount } = budget;
  const toldPeriod = periodStart(period, now);
  await stores.budgets.putBudget({ ...budget, toldPercent: percent, toldPeriod });
  const detail = { name: await nameOf(stores, budget), kind, period, percent, spent, amount };
  await stores.events.append({ type: 'budget.reached', actor: null, subject: subjectOf(budget), detail, at: now });
}

async function reconsider(stores: Stores, { runId, cost }: Hold, now: number): Promise<void> {
  const run = await stores.runs.run(runId);
  if (run === null) return;
  const launching = { projectId: run.projectId, personId: run.createdById, cost, now, without: runId };
  const outlook = await outlookOf(stores, launching);
  if (outlook.some(({ over, enforcement }) => over && enforcement === 'approve')) return;
  await stores.budgets.decide(runId, { state: 'released', byId: null, at: now, note: '' });
}
