/**
 * Deletion of projects: first what would miss one, then a state from which an
 * owner brings it back. A deleted project exists for nobody; nothing of it is
 * lost meanwhile.
 */
import type { Project } from '../../../protocol/model/project.ts';
import { type DeletedProject, type Dependents, restorableDays } from '../../../protocol/model/projectCode.ts';
import type { EventFeed } from '../events/ports.ts';
import type { Call, Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { actorOf, personOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import type { Store, Stores } from '../shared/store.ts';
import type { StoredProject } from './ports.ts';
import { requireProject } from './requireProject.ts';
import { canSee, showProject } from './showProject.ts';

export type DeletionServiceDependencies = { readonly store: Store; readonly clock: Clock; readonly feed: EventFeed };

type OfProject = { readonly projectId: string };

const restorableMs = restorableDays * 86_400_000;
/** Where runs go that name no project: there must always be one. */
const builtIn = 'default';

export class DeletionService {
  readonly #deps: DeletionServiceDependencies;

  constructor(deps: DeletionServiceDependencies) {
    this.#deps = deps;
  }

  dependents({ projectId }: OfProject, { caller }: Call): Promise<Dependents> {
    return this.#deps.store.read(async (stores) => {
      const { total, active } = await stores.projects.runCounts(projectId);
      const copies = await stores.projects.copiesOf(projectId);
      const forks: StoredProject[] = [];
      for (const copy of copies) if (await canSee(stores, copy.id, caller)) forks.push(copy);
      const experiments = await stores.tracking.experiments({ projectIds: [projectId], view: 'active' });
      return {
        runs: total,
        activeRuns: active,
        experiments: experiments.length,
        models: await stores.projects.aliasedModels(projectId),
        forks: forks.map(({ id, name }) => ({ id, name })),
        otherForks: copies.length - forks.length,
        members: (await stores.access.members(projectId)).length,
        workspaces: (await stores.workspaces.workspaces([projectId])).length,
        schedules: (await stores.schedules.schedules([projectId])).length,
      };
    });
  }

  async delete(input: OfProject & { readonly confirm: string }, { caller }: Call): Promise<DeletedProject> {
    const { store, clock, feed } = this.#deps;
    const deleted = await store.write(async (stores) => {
      const project = await requireProject(stores, input.projectId);
      await refuseDeletion(stores, project, input.confirm);
      const change = { deletedAt: clock.now(), deletedById: caller.userId };
      await stores.projects.updateProject(project.id, change);
      await this.#append(stores, 'project.deleted', { projectId: project.id, caller });
      return shown(stores, { ...project, ...change });
    });
    feed.committed();
    return deleted;
  }

  deleted(_input: unknown, { caller }: Call): Promise<readonly DeletedProject[]> {
    return this.#deps.store.read(async (stores) => {
      const list: DeletedProject[] = [];
      for (const project of await stores.projects.deleted()) {
        if (isOver(project, this.#deps.clock.now())) continue;
        if (await mayRestore(stores, project.id, caller)) list.push(await shown(stores, project));
      }
      return list;
    });
  }

  async restore({ projectId }: OfProject, { caller }: Call): Promise<Project> {
    const { store, clock, feed } = this.#deps;
    const project = await store.write(async (stores) => {
      const stored = await stores.projects.project(projectId);
      if (!stored?.deletedAt || isOver(stored, clock.now()) || !(await mayRestore(stores, projectId, caller))) {
        throw new DomainError('not-found', `There is no deleted project ${projectId} that you may restore.`, {
          field: 'projectId',
          remedy: 'Check the id, or ask one of its owners or an administrator.',
        });
      }
      await stores.projects.updateProject(projectId, { deletedAt: null, deletedById: null });
      await this.#append(stores, 'project.restored', { projectId, caller });
      return showProject(stores, await requireProject(stores, projectId), caller);
    });
    feed.committed();
    return project;
  }

  async #append(stores: Stores, type: 'project.deleted' | 'project.restored', of: OfProject & { caller: Caller }) {
    const { projectId, caller } = of;
    const at = this.#deps.clock.now();
    await stores.events.append({ type, actor: actorOf(caller), subject: { projectId }, at });
  }
}

function isOver({ deletedAt }: StoredProject, now: number): boolean {
  return (deletedAt ?? 0) + restorableMs <= now;
}

async function mayRestore(stores: Stores, projectId: string, { admin, userId, scope }: Caller): Promise<boolean> {
  if (scope.kind !== 'user') return false;
  return admin || (await stores.access.role(projectId, userId)) === 'owner';
}

async function refuseDeletion(stores: Stores, project: StoredProject, confirm: string): Promise<void> {
  if (project.id === builtIn) {
    throw new DomainError('wrong-state', 'The built-in project takes the runs that name no project, and stays.');
  }
  if (confirm.trim() !== project.name && confirm.trim() !== project.id) {
    throw new DomainError('invalid-input', `Type ${project.name} or ${project.id} to delete it.`, { field: 'confirm' });
  }
  const { active } = await stores.projects.runCounts(project.id);
  if (active > 0) {
    throw new DomainError('wrong-state', `${active} of its runs are still going on.`, {
      field: 'projectId',
      remedy: 'Stop them first, or wait until they have ended.',
    });
  }
  const { length: workspaces } = await stores.workspaces.workspaces([project.id]);
  if (workspaces === 0) return;
  throw new DomainError('wrong-state', `It has ${workspaces === 1 ? 'a workspace' : `${workspaces} workspaces`}.`, {
    field: 'projectId',
    remedy: 'People may have work in them: delete them first.',
  });
}

async function shown(stores: Stores, project: StoredProject): Promise<DeletedProject> {
  const { id, name, deletedById } = project;
  const deletedAt = project.deletedAt ?? 0;
  const deletedBy = await personOf(stores, deletedById ?? '');
  return { id, name, deletedAt, deletedBy, restorableUntil: deletedAt + restorableMs };
}
