/**
 * The `projects` entries. A project, its experiment and its first owner come
 * into being in one write; roles are checked before a call gets here.
 */
import type {
  CreateProjectInput,
  Member,
  Project,
  SetMemberInput,
  UpdateProjectInput,
} from '../../../protocol/model/project.ts';
import type { CodeStore } from '../code/ports.ts';
import type { EventFeed } from '../events/ports.ts';
import type { Visibility } from '../shared/access.ts';
import type { Call, Caller } from '../shared/call.ts';
import { actorOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import { requireFullScope } from '../shared/scope.ts';
import type { Store, Stores } from '../shared/store.ts';
import { insertProject } from './insertProject.ts';
import { setMember } from './members.ts';
import { planUpdate } from './planUpdate.ts';
import { requireFreeId, requireProject } from './requireProject.ts';
import { showMembers, showProject } from './showProject.ts';

export type ProjectServiceDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly code: Pick<CodeStore, 'ensureRepository'>;
  readonly visibility: Visibility;
};

type OfProject = { readonly projectId: string };

export class ProjectService {
  readonly #deps: ProjectServiceDependencies;

  constructor(deps: ProjectServiceDependencies) {
    this.#deps = deps;
  }

  async list(input: { readonly archived: boolean }, { caller }: Call): Promise<readonly Project[]> {
    const ids = await this.#deps.visibility.visibleProjects(caller);
    return this.#deps.store.read(async (stores) => {
      const projects: Project[] = [];
      for (const stored of await stores.projects.projects({ ids, archived: input.archived })) {
        projects.push(await showProject(stores, stored, caller));
      }
      return projects;
    });
  }

  get({ projectId }: OfProject, { caller }: Call): Promise<Project> {
    return this.#deps.store.read((stores) => this.#show(stores, projectId, caller));
  }

  async create(input: CreateProjectInput, { caller }: Call): Promise<Project> {
    requireFullScope(caller, 'create projects');
    const { store, code, clock, feed } = this.#deps;
    await store.read((stores) => requireFreeId(stores, input.id));
    // Before the write: a repository without a project does no harm and is found again, the opposite would.
    await code.ensureRepository(input.id);
    const project = await store.write(async (stores) => {
      await requireFreeId(stores, input.id);
      await insertProject(stores, { input, caller, now: clock.now() });
      return this.#show(stores, input.id, caller);
    });
    feed.committed();
    return project;
  }

  async update(input: UpdateProjectInput, { caller }: Call): Promise<Project> {
    const { store, clock, feed } = this.#deps;
    const project = await store.write(async (stores) => {
      const stored = await requireProject(stores, input.projectId);
      const plan = planUpdate(stored, input);
      if (plan !== null) {
        await stores.projects.updateProject(stored.id, plan.change);
        const subject = { projectId: stored.id };
        const event = { type: 'project.updated', actor: actorOf(caller), subject, at: clock.now() } as const;
        await stores.events.append({ ...event, detail: plan.detail });
      }
      return this.#show(stores, stored.id, caller);
    });
    feed.committed();
    return project;
  }

  members({ projectId }: OfProject, _call: Call): Promise<readonly Member[]> {
    return this.#deps.store.read((stores) => showMembers(stores, projectId));
  }

  async setMember(input: SetMemberInput, { caller }: Call): Promise<readonly Member[]> {
    const { store, clock, feed } = this.#deps;
    const members = await store.write(async (stores) => {
      const stored = await requireProject(stores, input.projectId);
      await setMember(stores, stored, input);
      const subject = { projectId: input.projectId, userId: input.userId };
      const event = { type: 'project.member-changed', actor: actorOf(caller), subject, at: clock.now() } as const;
      await stores.events.append({ ...event, detail: { role: input.role } });
      return showMembers(stores, input.projectId);
    });
    feed.committed();
    return members;
  }

  async #show(stores: Stores, projectId: string, caller: Caller): Promise<Project> {
    return showProject(stores, await requireProject(stores, projectId), caller);
  }
}
