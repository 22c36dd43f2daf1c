/**
 * Goals and blockers of a project, and what is known of it at a glance. Each
 * change is one event with its reason; a version that is not the newest is
 * refused with who was first.
 */
import { randomUUID } from 'node:crypto';
import type {
  Blocker,
  Goal,
  ProjectOverview,
  SaveBlockerInput,
  SaveGoalInput,
} from '../../../protocol/model/projectPlan.ts';
import { mostGoals, mostOpenBlockers } from '../../../protocol/model/projectPlan.ts';
import type { EventFeed } from '../events/ports.ts';
import type { Call, Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { actorOf, personOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import type { Store, Stores } from '../shared/store.ts';
import { bestResults } from './bestResults.ts';
import { refuseStale } from './conflicts.ts';
import type { StoredBlocker, StoredGoal } from './ports.ts';

export type PlanServiceDependencies = { readonly store: Store; readonly clock: Clock; readonly feed: EventFeed };

const shownExperiments = 20;
const shownUses = 20;
const shownClosed = 50;

export class PlanService {
  readonly #deps: PlanServiceDependencies;

  constructor(deps: PlanServiceDependencies) {
    this.#deps = deps;
  }

  async overview({ projectId }: { readonly projectId: string }, { signal }: Call): Promise<ProjectOverview> {
    const { store } = this.#deps;
    const query = { projectId, experiments: shownExperiments, limit: shownUses };
    const { metrics, environments, datasets } = await store.scans.projectUse(query, signal);
    return store.read(async (stores) => {
      const goals = await stores.plans.goals(projectId);
      const blockers: Blocker[] = [];
      for (const one of await stores.plans.blockers(projectId, shownClosed)) blockers.push(await shown(stores, one));
      const results = await bestResults(stores, metrics);
      return { goals: goals.map(shownGoal), blockers, results, environments, datasets };
    });
  }

  saveGoal(input: SaveGoalInput, { caller }: Call): Promise<Goal> {
    return this.#write(async (stores) => {
      const before = await existingGoal(stores, input);
      await refuseStale(stores, { expected: input.expectedVersion, actual: before?.version ?? 0, field: 'goalId' });
      const goal = before ?? (await this.#newGoal(stores, input));
      const { title = goal.title, progress = goal.progress, dueAt = goal.dueAt, removed = goal.removed } = input;
      const changed = before === null ? 'added' : differences(goal, { title, progress, dueAt, removed });
      if (changed === '') return shownGoal(goal);
      const detail = { changed: `goal ${goal.title}`, what: changed, progress, ...reasonOf(input) };
      const version = await this.#append(stores, 'project.goal-changed', { caller, input, detail });
      const saved = { ...goal, title, progress, dueAt, removed, version };
      if (before === null) await stores.plans.insertGoal(saved);
      else await stores.plans.updateGoal(goal.id, { title, progress, dueAt, removed, version });
      return shownGoal(saved);
    });
  }

  saveBlocker(input: SaveBlockerInput, { caller }: Call): Promise<Blocker> {
    return this.#write(async (stores) => {
      const before = await existingBlocker(stores, input);
      await refuseStale(stores, { expected: input.expectedVersion, actual: before?.version ?? 0, field: 'blockerId' });
      const blocker = before ?? (await this.#newBlocker(stores, input, caller));
      const { text = blocker.text, waitingFor = blocker.waitingFor } = input;
      const closing = this.#closing(blocker, input, caller);
      const next = { text, waitingFor, ...closing };
      const changed = before === null ? 'opened' : differences(blocker, next);
      if (changed === '') return shown(stores, blocker);
      const detail = { changed: `blocker ${text}`, what: closing.what ?? changed, ...reasonOf(input) };
      const version = await this.#append(stores, 'project.blocker-changed', { caller, input, detail });
      const { what: _what, ...fields } = next;
      const saved = { ...blocker, ...fields, version };
      if (before === null) await stores.plans.insertBlocker(saved);
      else await stores.plans.updateBlocker(blocker.id, { ...fields, version });
      return shown(stores, saved);
    });
  }

  #closing(blocker: StoredBlocker, { closed, reason }: SaveBlockerInput, caller: Caller) {
    const isClosed = blocker.closedAt !== null;
    if (closed === undefined || closed === isClosed) return {};
    if (!closed) return { closedAt: null, closedById: null, resolution: null, what: 'reopened' };
    if (reason === undefined || reason === '') {
      throw new DomainError('invalid-input', 'Closing a blocker needs a reason.', {
        field: 'reason',
        remedy: 'Say in a few words how it was resolved.',
      });
    }
    return { closedAt: this.#deps.clock.now(), closedById: caller.userId, resolution: reason, what: 'closed' };
  }

  async #newGoal(stores: Stores, { projectId, title }: SaveGoalInput): Promise<StoredGoal> {
    if (title === undefined) throw new DomainError('invalid-input', 'A goal needs a title.', { field: 'title' });
    if ((await stores.plans.goals(projectId)).length >= mostGoals) throw tooMany('goals', mostGoals);
    const createdAt = this.#deps.clock.now();
    return { id: randomUUID(), projectId, title, progress: 0, dueAt: null, createdAt, version: 0, removed: false };
  }

  async #newBlocker(stores: Stores, { projectId, text }: SaveBlockerInput, caller: Caller): Promise<StoredBlocker> {
    if (text === undefined) throw new DomainError('invalid-input', 'A blocker needs a text.', { field: 'text' });
    if ((await stores.plans.blockers(projectId, 0)).length >= mostOpenBlockers) {
      throw tooMany('open blockers', mostOpenBlockers);
    }
    const opened = { openedById: caller.userId, openedAt: this.#deps.clock.now() };
    const open = { waitingFor: null, closedById: null, closedAt: null, resolution: null };
    return { id: randomUUID(), projectId, text, ...opened, ...open, version: 0 };
  }

  /** The project itself shows activity too. */
  async #append(stores: Stores, type: 'project.goal-changed' | 'project.blocker-changed', change: Change) {
    const { caller, input, detail } = change;
    const at = this.#deps.clock.now();
    const { projectId } = input;
    await stores.projects.updateProject(projectId, { lastActivityAt: at });
    return stores.events.append({ type, actor: actorOf(caller), subject: { projectId }, detail, at });
  }

  async #write<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    const saved = await this.#deps.store.write(work);
    this.#deps.feed.committed();
    return saved;
  }
}

type Change = {
  readonly caller: Caller;
  readonly input: { readonly projectId: string };
  readonly detail: Readonly<Record<string, string | number>>;
};

async function existingGoal(stores: Stores, { projectId, goalId }: SaveGoalInput): Promise<StoredGoal | null> {
  if (goalId === undefined) return null;
  const goal = await stores.plans.goal(goalId);
  if (goal?.projectId === projectId) return goal;
  throw new DomainError('not-found', 'This project has no such goal.', { field: 'goalId' });
}

async function existingBlocker(stores: Stores, input: SaveBlockerInput): Promise<StoredBlocker | null> {
  if (input.blockerId === undefined) return null;
  const blocker = await stores.plans.blocker(input.blockerId);
  if (blocker?.projectId === input.projectId) return blocker;
  throw new DomainError('not-found', 'This project has no such blocker.', { field: 'blockerId' });
}

/** Which fields of the change are not so yet, in words. */
function differences(before: object, change: object): string {
  const now = before as Readonly<Record<string, unknown>>;
  return Object.entries(change)
    .filter(([key, value]) => key !== 'what' && now[key] !== value)
    .map(([key]) => key)
    .join(', ');
}

function reasonOf({ reason }: { readonly reason?: string }): Readonly<Record<string, string>> {
  return reason === undefined || reason === '' ? {} : { reason };
}

function shownGoal({ id, title, progress, dueAt, version, removed }: StoredGoal): Goal {
  return { id, title, progress, dueAt, version, removed };
}

async function shown(stores: Stores, { openedById, closedById, projectId: _, ...blocker }: StoredBlocker) {
  const closedBy = closedById === null ? null : await personOf(stores, closedById);
  return { ...blocker, openedBy: await personOf(stores, openedById), closedBy };
}

function tooMany(what: string, most: number): DomainError {
  return new DomainError('too-large', `A project has at most ${most} ${what}.`, {
    remedy: 'Remove or close one that is no longer needed.',
  });
}
