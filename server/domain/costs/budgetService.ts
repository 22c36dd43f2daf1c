/** The `budgets` entries: who may spend how much, and what becomes of launches that would spend more. */
import { randomUUID } from 'node:crypto';
import {
  type Approval,
  type Budget,
  type BudgetList,
  type DecideInput,
  type ListBudgetsInput,
  mostBudgets,
  type SetBudgetInput,
} from '../../../protocol/model/budget.ts';
import type { Catalog, RunScheduler } from '../compute/ports.ts';
import type { EventFeed } from '../events/ports.ts';
import type { Visibility } from '../shared/access.ts';
import type { Call, Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { actorOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import type { Store, Stores } from '../shared/store.ts';
import { nameOf } from './budgetOutlook.ts';
import { forecastOf } from './budgetPeriods.ts';
import { type Standing, standingsOf } from './budgetStandings.ts';
import type { Hold, StoredBudget, Subject } from './ports.ts';

export type BudgetServiceDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly catalog: Pick<Catalog, 'currency'>;
  readonly visibility: Visibility;
  readonly scheduler: Pick<RunScheduler, 'wake' | 'refuse'>;
  /** Looks at thresholds and at what waits, after budgets changed. */
  readonly watch: { look(): Promise<void> };
};

type Done = Record<never, never>;

export class BudgetService {
  readonly #deps: BudgetServiceDependencies;

  constructor(deps: BudgetServiceDependencies) {
    this.#deps = deps;
  }

  async list({ projectId }: ListBudgetsInput, { caller }: Call): Promise<BudgetList> {
    const { store, catalog, visibility } = this.#deps;
    const projects = await visibility.visibleProjects(caller);
    const stored = await store.read(async (stores) => {
      const groups = await stores.access.groupsOf(caller.userId);
      const seen = { all: projects === null, projects: projects ?? [], groups };
      return (await stores.budgets.budgets()).filter((budget) => isVisible(budget, caller, seen));
    });
    const asked = stored.filter(({ kind, subjectId }) => projectId === undefined || isOf(kind, subjectId, projectId));
    return { currency: catalog.currency(), budgets: await this.#show(asked) };
  }

  async set(input: SetBudgetInput, { caller }: Call): Promise<Budget> {
    const { store, clock, feed, watch } = this.#deps;
    const at = clock.now();
    const stored = await store.write(async (stores) => {
      await requireSubject(stores, input);
      const budgets = await stores.budgets.budgets();
      const before = budgets.find((one) => isSame(one, input) && one.period === input.period);
      if (before === undefined && budgets.length >= mostBudgets) throw tooMany();
      const kept = before ?? { id: randomUUID(), createdAt: at, toldPercent: 0, toldPeriod: 0 };
      const budget: StoredBudget = { ...kept, ...input, updatedAt: at };
      await stores.budgets.putBudget(budget);
      await appendBudget(stores, { type: 'budget.set', budget, caller, at });
      return budget;
    });
    feed.committed();
    await watch.look();
    const [shown] = await this.#show([stored]);
    if (shown === undefined) throw unknownBudget(stored.id);
    return shown;
  }

  async delete({ budgetId }: { readonly budgetId: string }, { caller }: Call): Promise<Done> {
    const { store, clock, feed, watch } = this.#deps;
    await store.write(async (stores) => {
      const budget = (await stores.budgets.budgets()).find(({ id }) => id === budgetId);
      if (budget === undefined) throw unknownBudget(budgetId);
      await stores.budgets.deleteBudget(budgetId);
      await appendBudget(stores, { type: 'budget.deleted', budget, caller, at: clock.now() });
    });
    feed.committed();
    await watch.look();
    return {};
  }

  async approvals(_input: unknown, { caller }: Call): Promise<readonly Approval[]> {
    const projects = await this.#deps.visibility.visibleProjects(caller);
    return this.#deps.store.read(async (stores) => {
      const approvals: Approval[] = [];
      for (const hold of await stores.budgets.waiting()) {
        const approval = await approvalOf(stores, hold, caller);
        if (approval && (projects === null || projects.includes(approval.projectId))) approvals.push(approval);
      }
      return approvals;
    });
  }

  async decide({ runId, verdict, note }: DecideInput, { caller }: Call): Promise<Done> {
    const { store, clock, feed, scheduler } = this.#deps;
    const at = clock.now();
    const by = actorOf(caller);
    await store.write(async (stores) => {
      const run = await stores.runs.run(runId);
      const isWaiting = (await stores.budgets.waiting()).some((hold) => hold.runId === runId);
      if (run === null || !isWaiting) throw nothingToDecide();
      const state = verdict === 'approve' ? 'approved' : 'denied';
      await stores.budgets.decide(runId, { state, byId: caller.userId, at, note });
      const subject = { projectId: run.projectId, experimentId: run.experimentId, runId };
      const detail = { name: run.name, verdict, note };
      await stores.events.append({ type: 'approval.decided', actor: by, subject, detail, at });
    });
    if (verdict === 'deny') {
      const why = note === '' ? 'No reason was given.' : note;
      await scheduler.refuse(runId, { reason: 'approval-denied', detail: `${by.name} denied it: ${why}` }, by);
    }
    feed.committed();
    scheduler.wake();
    return {};
  }

  async #show(stored: readonly StoredBudget[]): Promise<readonly Budget[]> {
    const { store, clock } = this.#deps;
    if (stored.length === 0) return [];
    const now = clock.now();
    const standings = await standingsOf(store, stored, now);
    return store.read(async (stores) =>
      Promise.all(
        stored.map(async (budget) => {
          const standing = standings.get(budget.id) ?? { spent: 0, reserved: 0 };
          return shown(budget, { standing, name: await nameOf(stores, budget), now });
        }),
      ),
    );
  }
}

type Shown = { readonly standing: Standing; readonly name: string; readonly now: number };

function shown(budget: StoredBudget, { standing, name, now }: Shown): Budget {
  const { id, kind, subjectId, period, amount, enforcement } = budget;
  const forecast = forecastOf(standing.spent, period, now);
  return { id, kind, subjectId, name, period, amount, enforcement, ...standing, forecast };
}

function isSame(one: Subject, other: Subject): boolean {
  return one.kind === other.kind && one.subjectId === other.subjectId;
}

function isOf(kind: Subject['kind'], subjectId: string, projectId: string): boolean {
  return kind === 'project' && subjectId === projectId;
}

type Seen = { readonly all: boolean; readonly projects: readonly string[]; readonly groups: readonly string[] };

function isVisible({ kind, subjectId }: StoredBudget, caller: Caller, { all, projects, groups }: Seen): boolean {
  if (all) return true;
  if (kind === 'project') return projects.includes(subjectId);
  if (caller.scope.kind !== 'user') return false;
  return kind === 'person' ? subjectId === caller.userId : groups.includes(subjectId);
}

/** What its event is about: seen in the project, or by the person alone. */
export function subjectOf({ kind, subjectId }: Subject) {
  if (kind === 'project') return { projectId: subjectId };
  return kind === 'person' ? { userId: subjectId } : { groupId: subjectId };
}

type BudgetChange = {
  readonly type: 'budget.set' | 'budget.deleted';
  readonly budget: StoredBudget;
  readonly caller: Caller;
  readonly at: number;
};

async function appendBudget(stores: Stores, { type, budget, caller, at }: BudgetChange): Promise<void> {
  const { kind, period, amount, enforcement } = budget;
  const detail = { kind, period, amount, enforcement };
  await stores.events.append({ type, actor: actorOf(caller), subject: subjectOf(budget), detail, at });
}

async function approvalOf(stores: Stores, hold: Hold, caller: Caller): Promise<Approval | null> {
  const run = await stores.runs.run(hold.runId);
  if (run === null) return null;
  const { id, projectId, name: runName, createdById, createdByName } = run;
  const isOwner = caller.admin || (await stores.access.role(projectId, caller.userId)) === 'owner';
  const mayDecide = isOwner && caller.scope.kind === 'user';
  const { askedAt, reason, cost } = hold;
  const askedBy = { id: createdById, name: createdByName };
  return { runId: id, projectId, runName, askedBy, askedAt, reason, cost, mayDecide };
}

export async function requireSubject(stores: Stores, { kind, subjectId }: Subject): Promise<void> {
  const found =
    kind === 'project'
      ? await stores.projects.project(subjectId)
      : kind === 'person'
        ? await stores.access.user(subjectId)
        : await stores.groups.group(subjectId);
  if (found !== null) return;
  throw new DomainError('not-found', `There is no ${kind} ${subjectId}.`, {
    field: 'subjectId',
    remedy: 'Check the id.',
  });
}

function unknownBudget(id: string): DomainError {
  return new DomainError('not-found', `There is no budget ${id}.`, {
    field: 'budgetId',
    remedy: 'It may have been taken away; look at the list again.',
  });
}

function tooMany(): DomainError {
  return new DomainError('too-large', `There are ${mostBudgets} budgets already.`, {
    field: 'subjectId',
    remedy: 'Take away one that is no longer needed, or set one for a group.',
  });
}

function nothingToDecide(): DomainError {
  return new DomainError('wrong-state', 'This run does not wait for approval.', {
    field: 'runId',
    remedy: 'Somebody else may have decided, or it was stopped; look at the list again.',
  });
}
