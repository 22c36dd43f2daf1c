/**
 * Makes workspaces, and starts ones that stand still: checks what was asked
 * for, and writes the wish. The keeper does the rest.
 */
import { randomBytes } from 'node:crypto';
import { dockerNeed } from '../../../protocol/model/environmentNeeds.ts';
import type { Tier } from '../../../protocol/model/tier.ts';
import type { CreateWorkspaceInput, DebugRunInput, StartWorkspaceInput } from '../../../protocol/model/workspace.ts';
import type { StoredRevision } from '../environments/ports.ts';
import type { Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { actorOf } from '../shared/people.ts';
import { readableName } from '../shared/readableName.ts';
import type { Stores } from '../shared/store.ts';
import { requireTierUse } from '../shared/tierUse.ts';
import type { WorkspaceDependencies } from './dependencies.ts';
import type { StoredWorkspace } from './ports.ts';
import { canRunWorkspaces, toolOf } from './workspaceJob.ts';
import { WorkspaceTransitions } from './workspaceTransitions.ts';

/** A list that nobody could read any more is refused before it exists. */
const mostOfOnePerson = 100;

type Wanted = Pick<StoredWorkspace, 'projectId' | 'environmentId' | 'tierId' | 'tool'> & {
  readonly environmentRevision: number | undefined;
};
type Checked = Pick<
  StoredWorkspace,
  'tool' | 'toolTitle' | 'environmentId' | 'environmentRevision' | 'tierId' | 'backend' | 'pricePerHour'
>;
type Debugged = Pick<StoredWorkspace, 'fromRunId' | 'debugCommand'>;

export class WorkspaceMaker {
  readonly #deps: WorkspaceDependencies;

  constructor(deps: WorkspaceDependencies) {
    this.#deps = deps;
  }

  /** Answers its id. */
  async create(input: CreateWorkspaceInput, caller: Caller): Promise<string> {
    const checked = await this.#check({ ...input, environmentRevision: input.environmentRevision }, caller);
    return this.#insert(input, { checked, caller, debugged: { fromRunId: null, debugCommand: null } });
  }

  async debugRun({ runId, tool, tierId }: DebugRunInput, caller: Caller): Promise<string> {
    const run = await this.#deps.store.read(({ runs }) => runs.run(runId));
    if (!run?.launch) {
      throw new DomainError('wrong-state', 'Only a run that was launched here can be opened in a workspace.', {
        field: 'runId',
        remedy: 'One that was logged from elsewhere has no environment and no tier.',
      });
    }
    const { environmentId, environmentRevision, command, parameters, code } = run.launch;
    const { projectId } = run;
    const wanted = { projectId, environmentId, environmentRevision, tierId: tierId ?? run.launch.tierId, tool };
    const checked = await this.#check(wanted, caller);
    const debugged = { fromRunId: runId, debugCommand: this.#deps.commandLine(command, parameters) };
    const input = { projectId, name: `Debug ${run.name}`, commit: code.commit, idleMinutes: 60 };
    return this.#insert(input, { checked, caller, debugged });
  }

  async start(workspace: StoredWorkspace, input: StartWorkspaceInput, caller: Caller): Promise<void> {
    const isOther = input.environmentId !== undefined && input.environmentId !== workspace.environmentId;
    const kept = isOther ? undefined : workspace.environmentRevision;
    const checked = await this.#check(
      {
        projectId: workspace.projectId,
        tool: input.tool ?? workspace.tool,
        tierId: input.tierId ?? workspace.tierId,
        environmentId: input.environmentId ?? workspace.environmentId,
        environmentRevision: input.environmentRevision ?? kept,
      },
      caller,
    );
    const event = { type: 'start-requested', at: this.#deps.clock.now() } as const;
    const transitions = new WorkspaceTransitions(this.#deps);
    const counted = await transitions.apply(workspace.id, event, { actor: actorOf(caller), also: async () => checked });
    if (counted) return;
    throw new DomainError('wrong-state', `The workspace ${workspace.name} is ${workspace.state}.`, {
      remedy: 'Stop it first, and start it when it has stopped.',
    });
  }

  async #check(wanted: Wanted, caller: Caller): Promise<Checked> {
    const { environmentId, tierId, projectId } = wanted;
    const tier = this.#tier(tierId, caller);
    await this.#deps.store.read((stores) => requireTierUse(stores, { tier, projectId, caller }));
    const revision = await this.#revision(wanted);
    requireRealisable(revision, tier);
    const { backends, placement } = this.#deps;
    const host = backends.get(tier.backend);
    if (!placement.isPooled(tier.backend) && !(host && canRunWorkspaces(host))) throw cannotHost(tier);
    const tool = toolOf(this.#deps, revision, wanted.tool);
    const { backend, pricePerHour } = tier;
    const environmentRevision = revision.revision;
    return {
      tool: tool.name,
      toolTitle: tool.title,
      environmentId,
      environmentRevision,
      tierId,
      backend,
      pricePerHour,
    };
  }

  #tier(tierId: string, caller: Caller): Tier {
    const tier = this.#deps.catalog.tier(tierId);
    if (tier !== null && (caller.admin || !tier.adminOnly)) return tier;
    const remedy = 'Choose one of the list of tiers.';
    throw new DomainError('not-found', `There is no hardware tier ${tierId}.`, { field: 'tierId', remedy });
  }

  async #revision({ environmentId, environmentRevision }: Wanted): Promise<StoredRevision> {
    const revision = await this.#deps.store.read(({ environments }) =>
      environments.revision(environmentId, environmentRevision ?? 'current'),
    );
    if (revision === null || revision.state === 'retired') {
      const what = revision === null ? 'is not there' : 'is retired';
      throw new DomainError('not-found', `The revision of the environment ${environmentId} ${what}.`, {
        field: 'environmentId',
        remedy: 'Choose an environment of the list, or leave its revision out for the one in use.',
      });
    }
    return revision;
  }

  async #insert(
    input: Pick<CreateWorkspaceInput, 'projectId' | 'name' | 'commit' | 'idleMinutes'>,
    { checked, caller, debugged }: { readonly checked: Checked; readonly caller: Caller; readonly debugged: Debugged },
  ): Promise<string> {
    const { store, feed, clock } = this.#deps;
    const { projectId, idleMinutes } = input;
    const baseCommit = await this.#baseCommit(input);
    const at = clock.now();
    const id = randomBytes(8).toString('hex');
    const name = input.name ?? readableName();
    const fresh = { ...untouched, id, projectId, name, ownerId: caller.userId, createdAt: at, activeAt: at };
    const workspace: StoredWorkspace = { ...fresh, ...checked, ...debugged, idleMinutes, baseCommit };
    await store.write(async (stores) => {
      await requireRoom(stores, workspace);
      await stores.workspaces.insertWorkspace(workspace);
      const subject = { projectId, workspaceId: id };
      const detail = { tool: checked.tool, tierId: checked.tierId, name: null };
      await stores.events.append({ type: 'workspace.created', actor: actorOf(caller), subject, detail, at });
    });
    feed.committed();
    return id;
  }

  async #baseCommit({ projectId, commit }: Pick<CreateWorkspaceInput, 'projectId' | 'commit'>): Promise<string | null> {
    const { code, store } = this.#deps;
    if (commit === undefined) {
      const tip = await code.branchTip(projectId);
      return tip ?? (await store.read(({ workspaces }) => workspaces.newestCommit(projectId)));
    }
    if (await code.hasCommit(projectId, commit)) return commit;
    throw new DomainError('not-found', `The commit ${commit.slice(0, 12)} is not in the project's repository.`, {
      field: 'commit',
      remedy: 'Push it first; the extension does so by itself.',
    });
  }
}

const untouched = {
  state: 'starting',
  detail: null,
  sharing: 'private',
  starts: 1,
  handle: null,
  folderAt: null,
  output: '',
  keepUntil: null,
  warnedAt: null,
  savedCommit: null,
  savedAt: null,
  saveProblem: null,
  deletedAt: null,
} as const;

async function requireRoom(stores: Stores, { projectId, ownerId }: StoredWorkspace): Promise<void> {
  const project = await stores.projects.project(projectId);
  if (project?.archived) {
    const remedy = 'Bring it back from the archive first, or choose another project.';
    throw new DomainError('wrong-state', `The project ${project.name} is archived.`, { field: 'projectId', remedy });
  }
  const own = (await stores.workspaces.workspaces([projectId])).filter((other) => other.ownerId === ownerId);
  if (own.length < mostOfOnePerson) return;
  throw new DomainError('too-large', `You have ${mostOfOnePerson} workspaces in this project already.`, {
    remedy: 'Delete one that you no longer use.',
  });
}

function requireRealisable({ definition, environmentId }: StoredRevision, tier: Tier): void {
  const need = tier.backend === 'process' ? dockerNeed(definition) : null;
  if (need === null) return;
  throw new DomainError('invalid-input', `The environment ${environmentId} needs a Docker host: ${need}.`, {
    field: 'environmentId',
    remedy: 'Choose a hardware tier on a Docker host, or an environment made from pip requirements.',
  });
}

function cannotHost(tier: Tier): DomainError {
  return new DomainError('invalid-input', `The hardware tier ${tier.name} cannot run workspaces.`, {
    field: 'tierId',
    remedy: 'Choose another tier.',
  });
}
