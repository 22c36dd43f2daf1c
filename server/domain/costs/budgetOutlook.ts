/** Which budgets a launch counts against, and what it would do to each. Within the caller's unit of work. */
import type { BudgetOutlook } from '../../../protocol/model/budget.ts';
import type { Stores } from '../shared/store.ts';
import { periodStart } from './budgetPeriods.ts';
import type { Reservation, StoredBudget } from './ports.ts';

export type Launching = {
  readonly projectId: string;
  readonly personId: string;
  readonly cost: number;
  readonly now: number;
  /** A run whose own reservation is not counted. */
  readonly without?: string;
};

export type Outlook = BudgetOutlook & { readonly spent: number; readonly reserved: number };

/** Sums of money end in binary fractions: so much more is no crossing. */
const cent = 0.005;

export async function outlookOf(stores: Stores, launching: Launching): Promise<readonly Outlook[]> {
  const all = await stores.budgets.budgets();
  if (all.length === 0) return [];
  const groups = await stores.access.groupsOf(launching.personId);
  const covering = all.filter((budget) => covers(budget, launching, groups));
  if (covering.length === 0) return [];
  const reservations = await stores.budgets.reservations(launching.now);
  const others = reservations.filter(({ runId }) => runId !== launching.without);
  const outlooks: Outlook[] = [];
  for (const budget of covering) outlooks.push(await lookOut(stores, { budget, launching, others }));
  return outlooks;
}

function covers({ kind, subjectId }: StoredBudget, launching: Launching, groups: readonly string[]): boolean {
  if (kind === 'project') return subjectId === launching.projectId;
  return kind === 'person' ? subjectId === launching.personId : groups.includes(subjectId);
}

type Look = {
  readonly budget: StoredBudget;
  readonly launching: Launching;
  readonly others: readonly Reservation[];
};

async function lookOut(stores: Stores, { budget, launching, others }: Look): Promise<Outlook> {
  const { kind, subjectId, period, amount, enforcement } = budget;
  const { now, cost } = launching;
  const spent = await stores.budgets.spentSince({ kind, subjectId, from: periodStart(period, now), now });
  const members = kind === 'group' ? await stores.groups.members(subjectId) : [];
  const reserved = reservedIn(others, budget, members);
  const left = amount - spent - reserved;
  const name = await nameOf(stores, budget);
  return { name, kind, period, amount, left, over: cost > 0 && cost > left + cent, enforcement, spent, reserved };
}

export function reservedIn(
  reservations: readonly Reservation[],
  { kind, subjectId }: Pick<StoredBudget, 'kind' | 'subjectId'>,
  members: readonly string[],
): number {
  const counts = ({ projectId, personId }: Reservation) =>
    kind === 'project'
      ? projectId === subjectId
      : kind === 'person'
        ? personId === subjectId
        : members.includes(personId);
  return reservations.filter(counts).reduce((sum, { money }) => sum + money, 0);
}

/** As people know the project, person or group; the id of one that is gone. */
export async function nameOf(
  stores: Stores,
  { kind, subjectId }: Pick<StoredBudget, 'kind' | 'subjectId'>,
): Promise<string> {
  const found =
    kind === 'project'
      ? await stores.projects.project(subjectId)
      : kind === 'person'
        ? await stores.access.user(subjectId)
        : await stores.groups.group(subjectId);
  return found?.name ?? subjectId;
}
