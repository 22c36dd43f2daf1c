/**
 * The `workspaces` entries. A role in the project is checked before a call
 * gets here; what a person may do with a workspace of somebody else is told by
 * `workspaceAccess.ts`, and one they may not see does not exist for them.
 */
import type { EnvironmentRevision } from '../../../protocol/model/environment.ts';
import {
  type CreateWorkspaceInput,
  type DebugRunInput,
  type ExtendWorkspaceInput,
  isActive,
  type SnapshotWorkspaceInput,
  type StartWorkspaceInput,
  type ToolChoice,
  type UpdateWorkspaceInput,
  type Workspace,
  type WorkspaceAddress,
  type WorkspaceDetails,
} from '../../../protocol/model/workspace.ts';
import type { Call, Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { actorOf } from '../shared/people.ts';
import { type WorkspaceTiming, workspaceTiming } from './dependencies.ts';
import type { StoredWorkspace } from './ports.ts';
import { showWorkspace } from './showWorkspace.ts';
import { type SnapshotDependencies, snapshotEnvironment } from './snapshotEnvironment.ts';
import { toolsOf } from './tools.ts';
import type { WorkspaceRights } from './workspaceAccess.ts';
import type { WorkspaceGate } from './workspaceGate.ts';
import { revisionOf } from './workspaceJob.ts';
import type { WorkspaceKeeper, WorkspaceKeeperDependencies } from './workspaceKeeper.ts';
import { WorkspaceMaker } from './workspaceMaker.ts';
import { allowed, rightsOf } from './workspaceRights.ts';
import { toldName, WorkspaceTransitions } from './workspaceTransitions.ts';

export type WorkspaceServiceDependencies = WorkspaceKeeperDependencies &
  SnapshotDependencies & { readonly keeper: WorkspaceKeeper; readonly gate: WorkspaceGate };

type OfWorkspace = { readonly workspaceId: string };
type Change = Partial<Omit<StoredWorkspace, 'id'>>;

export class WorkspaceService {
  readonly #deps: WorkspaceServiceDependencies;
  readonly #maker: WorkspaceMaker;
  readonly #timing: WorkspaceTiming;

  constructor(deps: WorkspaceServiceDependencies) {
    this.#deps = deps;
    this.#maker = new WorkspaceMaker(deps);
    this.#timing = { ...workspaceTiming, ...deps.timing };
  }

  async list({ projectId }: { readonly projectId?: string | undefined }, { caller }: Call): Promise<Workspace[]> {
    const { store, visibility } = this.#deps;
    const all = await visibility.visibleProjects(caller);
    const ids = projectId === undefined ? all : all === null || all.includes(projectId) ? [projectId] : [];
    const shown: Workspace[] = [];
    for (const workspace of await store.read(({ workspaces }) => workspaces.workspaces(ids))) {
      const rights = await rightsOf(this.#deps, caller, workspace);
      if (rights.visible) shown.push(await this.#show(workspace, rights));
    }
    return shown;
  }

  async get({ workspaceId }: OfWorkspace, { caller }: Call): Promise<WorkspaceDetails> {
    const { workspace, rights } = await allowed(this.#deps, caller, { workspaceId, to: 'visible' });
    const output = rights.open === null ? '' : workspace.output;
    return { ...(await this.#show(workspace, rights)), output };
  }

  async tools(
    {
      environmentId,
      environmentRevision,
    }: { readonly environmentId: string; readonly environmentRevision?: number | undefined },
    _call: Call,
  ): Promise<ToolChoice[]> {
    const revision = await this.#deps.store.read(({ environments }) =>
      environments.revision(environmentId, environmentRevision ?? 'current'),
    );
    if (revision === null) {
      throw new DomainError('not-found', `There is no environment ${environmentId}.`, { field: 'environmentId' });
    }
    const tools = toolsOf(revision.definition, this.#deps.definitions.tools(revision.definition));
    return tools.map(({ name, title, readable }) => ({ name, title, readable }));
  }

  async create(input: CreateWorkspaceInput, { caller }: Call): Promise<Workspace> {
    return this.#woken(await this.#maker.create(input, caller), caller);
  }

  async debugRun(input: DebugRunInput, { caller }: Call): Promise<Workspace> {
    return this.#woken(await this.#maker.debugRun(input, caller), caller);
  }

  async start(input: StartWorkspaceInput, { caller }: Call): Promise<Workspace> {
    const { workspaceId } = input;
    const { workspace } = await allowed(this.#deps, caller, { workspaceId, to: 'run' });
    await this.#maker.start(workspace, input, caller);
    return this.#woken(workspaceId, caller);
  }

  /** Again is harmless. */
  async stop({ workspaceId }: OfWorkspace, { caller }: Call): Promise<Workspace> {
    await allowed(this.#deps, caller, { workspaceId, to: 'run' });
    const event = { type: 'stop-requested', detail: null } as const;
    await new WorkspaceTransitions(this.#deps).apply(workspaceId, event, { actor: actorOf(caller) });
    return this.#woken(workspaceId, caller);
  }

  async extend({ workspaceId, minutes }: ExtendWorkspaceInput, { caller }: Call): Promise<Workspace> {
    const { workspace } = await allowed(this.#deps, caller, { workspaceId, to: 'run' });
    if (workspace.state !== 'ready') throw notRunning(workspace);
    const keepUntil = this.#deps.clock.now() + minutes * this.#timing.minuteMs;
    return this.#update(workspace, { keepUntil, warnedAt: null }, caller);
  }

  async update({ workspaceId, ...change }: UpdateWorkspaceInput, { caller }: Call): Promise<Workspace> {
    const { workspace } = await allowed(this.#deps, caller, { workspaceId, to: 'change' });
    const isShared = change.sharing !== undefined && change.sharing !== workspace.sharing;
    if (isShared) await allowed(this.#deps, caller, { workspaceId, to: 'share' });
    return this.#update(workspace, change, caller);
  }

  async save({ workspaceId }: OfWorkspace, { caller, signal }: Call): Promise<Workspace> {
    await allowed(this.#deps, caller, { workspaceId, to: 'run' });
    await this.#deps.saves.save(workspaceId, { message: `Saved by ${caller.userName}`, signal });
    return this.#woken(workspaceId, caller);
  }

  async snapshot(input: SnapshotWorkspaceInput, { caller }: Call): Promise<EnvironmentRevision> {
    const { workspace } = await allowed(this.#deps, caller, { workspaceId: input.workspaceId, to: 'run' });
    const base = await revisionOf(this.#deps, workspace);
    return snapshotEnvironment(this.#deps, { workspace, base, message: input.message, caller });
  }

  async address({ workspaceId }: OfWorkspace, { caller }: Call): Promise<WorkspaceAddress> {
    const { workspace } = await allowed(this.#deps, caller, { workspaceId, to: 'open' });
    const { store, clock, feed, gate } = this.#deps;
    const at = clock.now();
    const subject = { projectId: workspace.projectId, workspaceId };
    const detail = { name: toldName(workspace) };
    await store.write(({ events }) =>
      events.append({ type: 'workspace.opened', actor: actorOf(caller), subject, detail, at }),
    );
    feed.committed();
    return gate.address(workspaceId, caller);
  }

  /** The folder goes first: a workspace without one is begun from its last save, one without a row is lost. */
  async delete({ workspaceId }: OfWorkspace, { caller }: Call): Promise<Record<never, never>> {
    const { workspace } = await allowed(this.#deps, caller, { workspaceId, to: 'change' });
    if (isActive(workspace.state)) throw stillRuns(workspace);
    const { store, clock, feed, backends } = this.#deps;
    await backends.get(workspace.folderAt ?? workspace.backend)?.removeVolume?.(workspaceId);
    const at = clock.now();
    await store.write(async ({ workspaces, events }) => {
      await workspaces.updateWorkspace(workspaceId, { deletedAt: at });
      const subject = { projectId: workspace.projectId, workspaceId };
      const detail = { name: toldName(workspace), savedCommit: workspace.savedCommit };
      await events.append({ type: 'workspace.deleted', actor: actorOf(caller), subject, detail, at });
    });
    feed.committed();
    return {};
  }

  async #update(workspace: StoredWorkspace, change: Change, caller: Caller): Promise<Workspace> {
    const { store, clock, feed } = this.#deps;
    const { id: workspaceId, projectId } = workspace;
    await store.write(async ({ workspaces, events }) => {
      await workspaces.updateWorkspace(workspaceId, change);
      const detail = { name: toldName({ ...workspace, ...change }), sharing: change.sharing ?? workspace.sharing };
      const subject = { projectId, workspaceId };
      await events.append({ type: 'workspace.updated', actor: actorOf(caller), subject, detail, at: clock.now() });
    });
    feed.committed();
    return this.#woken(workspaceId, caller);
  }

  async #woken(workspaceId: string, caller: Caller): Promise<Workspace> {
    this.#deps.keeper.wake(workspaceId);
    const { workspace, rights } = await allowed(this.#deps, caller, { workspaceId, to: 'visible' });
    return this.#show(workspace, rights);
  }

  #show(workspace: StoredWorkspace, rights: WorkspaceRights): Promise<Workspace> {
    const { store, clock, activity, catalog } = this.#deps;
    const maxMinutes = catalog.tier(workspace.tierId)?.maxMinutes ?? null;
    const showing = { rights, now: clock.now(), timing: this.#timing, activity, maxMinutes };
    return store.read((stores) => showWorkspace(stores, workspace, showing));
  }
}

function notRunning({ name, state }: StoredWorkspace): DomainError {
  return new DomainError('wrong-state', `The workspace ${name} is ${state}.`, { remedy: 'Start it first.' });
}

function stillRuns({ name, state }: StoredWorkspace): DomainError {
  return new DomainError('wrong-state', `The workspace ${name} is ${state}.`, {
    remedy: 'Stop it first; then its folder can be deleted.',
  });
}
