/**
 * The entries about what a project is: its facts and its people. A project,
 * its experiment and its first owner come into being in one write; roles are
 * checked before a call gets here.
 */
import type {
  CreateProjectInput,
  Member,
  Project,
  SetMemberInput,
  Stage,
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
import { refuseConflict, stamped } from './conflicts.ts';
import { insertProject } from './insertProject.ts';
import { setMember } from './members.ts';
import { firstStage, planUpdate, requireStage } from './planUpdate.ts';
import type { StageList } from './ports.ts';
import { requireFreeId, requireProject } from './requireProject.ts';
import { showMembers, showProject } from './showProject.ts';

export type ProjectServiceDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly catalog: StageList;
  readonly code: Pick<CodeStore, 'ensureRepository'>;
  readonly visibility: Visibility;
};

type OfProject = { readonly projectId: string };

export class ProjectService {
  readonly #deps: ProjectServiceDependencies;

  constructor(deps: ProjectServiceDependencies) {
    this.#deps = deps;
  }

  async stages(_input: unknown, _call: Call): Promise<readonly Stage[]> {
    return this.#deps.catalog.stages();
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
    const { store, code, clock, catalog } = this.#deps;
    const { id, description, tags } = input;
    const stage = input.stage ?? firstStage(catalog.stages());
    requireStage(stage, catalog.stages());
    const visibility = input.visibility ?? 'private';
    const project = { id, name: input.name ?? id, description, stage, tags, visibility, origin: null };
    await store.read((stores) => requireFreeId(stores, id));
    // Before the write: a repository without a project does no harm and is found again, the opposite would.
    await code.ensureRepository(id);
    return this.#write(caller, async (stores) => {
      await requireFreeId(stores, id);
      await insertProject(stores, { project, caller, now: clock.now() });
      return id;
    });
  }

  update(input: UpdateProjectInput, { caller }: Call): Promise<Project> {
    const { clock, catalog } = this.#deps;
    return this.#write(caller, async (stores) => {
      const stored = await requireProject(stores, input.projectId);
      const plan = planUpdate(stored, input, catalog.stages());
      if (plan === null) return stored.id;
      const { change, fields, detail } = plan;
      await refuseConflict(stores, stored, { expected: input.expectedVersion, fields });
      const subject = { projectId: stored.id };
      const event = { type: 'project.updated', actor: actorOf(caller), subject, detail, at: clock.now() } as const;
      const versions = stamped(stored.versions, fields, await stores.events.append(event));
      await stores.projects.updateProject(stored.id, { ...change, versions });
      return stored.id;
    });
  }

  /** The new owner gets the role with it; the old one keeps theirs. */
  transfer({ projectId, userId }: OfProject & { readonly userId: string }, { caller }: Call): Promise<Project> {
    const at = this.#deps.clock.now();
    return this.#write(caller, async (stores) => {
      const stored = await requireProject(stores, projectId);
      if (stored.ownerId === userId) return projectId;
      const subject = { projectId, userId };
      const event = { actor: actorOf(caller), subject, at };
      await setMember(stores, stored, { projectId, userId, role: 'owner' });
      await stores.events.append({ ...event, type: 'project.member-changed', detail: { role: 'owner' } });
      const detail = { changed: 'owner', from: stored.ownerId, to: userId };
      const clock = await stores.events.append({ ...event, type: 'project.transferred', detail });
      const versions = stamped(stored.versions, ['owner'], clock);
      await stores.projects.updateProject(projectId, { ownerId: userId, versions });
      return projectId;
    });
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

  async #write(caller: Caller, change: (stores: Stores) => Promise<string>): Promise<Project> {
    const { store, feed } = this.#deps;
    const project = await store.write(async (stores) => this.#show(stores, await change(stores), caller));
    feed.committed();
    return project;
  }

  async #show(stores: Stores, projectId: string, caller: Caller): Promise<Project> {
    return showProject(stores, await requireProject(stores, projectId), caller);
  }
}
