/**
 * Lets launches in. What a launch is expected to cost is reserved in its own
 * unit of work, and those run one after another: of two launches that would
 * cross a budget together, the second one finds the money of the first taken.
 */
import { budgetThresholds } from '../../../protocol/model/budget.ts';
import type { Tier } from '../../../protocol/model/tier.ts';
import type { Catalog } from '../compute/ports.ts';
import type { Admitted, LaunchAdmission } from '../shared/admission.ts';
import { personOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import type { Store, Stores } from '../shared/store.ts';
import { type Outlook, outlookOf } from './budgetOutlook.ts';
import { likelyDuration } from './likelyDuration.ts';

export type AdmissionDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly catalog: Pick<Catalog, 'currency'>;
};

/** What nobody has run on a tier yet is taken to last so long, or as long as the tier allows. */
const unknownMinutes = 60;

export class Admission implements LaunchAdmission {
  readonly #deps: AdmissionDependencies;

  constructor(deps: AdmissionDependencies) {
    this.#deps = deps;
  }

  async expectedCost({ projectId, command, tier }: Parameters<LaunchAdmission['expectedCost']>[0]): Promise<number> {
    const { store } = this.#deps;
    const none = tier.pricePerHour === 0 || (await store.read(({ budgets }) => budgets.budgets())).length === 0;
    const known = none ? null : await likelyDuration(store, { projectId, command, tierId: tier.id });
    return costOn(tier, known?.minutes?.median ?? null);
  }

  async admit(stores: Stores, { run, tier, cost }: Admitted): Promise<void> {
    const now = this.#deps.clock.now();
    if (cost > 0 || tier.gpus > 0) await stores.budgets.reserve(run.id, { cost, gpus: tier.gpus });
    const launching = { projectId: run.projectId, personId: run.createdById, cost, now, without: run.id };
    const crossed = (await outlookOf(stores, launching)).find(
      ({ over, enforcement }) => over && enforcement === 'approve',
    );
    if (crossed === undefined) return;
    const reason = this.#reason(crossed, cost);
    await stores.budgets.hold(run.id, { reason, askedAt: now });
    await stores.events.append({
      type: 'approval.asked',
      actor: await personOf(stores, run.createdById),
      subject: { projectId: run.projectId, experimentId: run.experimentId, runId: run.id },
      detail: { name: run.name, reason, cost },
      at: now,
    });
  }

  #reason({ name, kind, period, amount, spent, reserved }: Outlook, cost: number): string {
    const money = (value: number) => `${value.toFixed(2)} ${this.#deps.catalog.currency()}`;
    const when = period === 'month' ? 'this month' : 'in all';
    const aside = reserved > 0 ? ` and ${money(reserved)} set aside for other runs` : '';
    return (
      `It waits for approval. It is likely to cost ${money(cost)}; of the ${money(amount)} that the ${kind} ${name} ` +
      `may spend ${when}, ${money(spent)} are spent${aside}.`
    );
  }
}

export function costOn({ pricePerHour, maxMinutes }: Tier, likelyMinutes: number | null): number {
  const minutes = likelyMinutes ?? Math.min(maxMinutes ?? unknownMinutes, unknownMinutes);
  return (pricePerHour * minutes) / 60;
}

/** The highest threshold that so much spending has reached; 0 for none. */
export function reachedThreshold(spent: number, amount: number): number {
  return budgetThresholds.findLast((percent) => spent * 100 >= amount * percent) ?? 0;
}
