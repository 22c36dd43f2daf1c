/**
 * Whether a launch can work, before anything is written: each refusal names
 * the field at fault and what to do about it.
 */
import { dockerNeed } from '../../../protocol/model/environmentNeeds.ts';
import type { LaunchInput } from '../../../protocol/model/run.ts';
import type { Tier } from '../../../protocol/model/tier.ts';
import type { CodeStore } from '../code/ports.ts';
import type { Catalog, TierHealth } from '../compute/ports.ts';
import type { StoredRevision } from '../environments/ports.ts';
import type { StoredProject } from '../projects/ports.ts';
import type { Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import type { Store, Stores } from '../shared/store.ts';
import { requireTierUse } from '../shared/tierUse.ts';
import { requireSecrets } from './secretCheck.ts';

export type LaunchCheckDependencies = {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly health: TierHealth;
  readonly code: Pick<CodeStore, 'hasCommit' | 'files'>;
};

export type CheckedLaunch = {
  readonly experimentId: string;
  readonly environmentRevision: number;
  readonly tier: Tier;
};

export async function checkLaunch(
  deps: LaunchCheckDependencies,
  input: LaunchInput,
  caller: Caller,
): Promise<CheckedLaunch> {
  requireCommand(input.command);
  const kept = await deps.store.read(async (stores) => {
    const project = await requireOpenProject(stores, input.projectId);
    await requireSecrets(stores, input, caller);
    const tier = deps.catalog.tier(input.tierId);
    if (tier !== null) await requireTierUse(stores, { tier, projectId: input.projectId, caller });
    return {
      experimentId: await requireExperiment(stores, project, input.experimentId),
      awaited: await requireAwaited(stores, input),
      revision: await requireEnvironment(stores, input),
    };
  });
  const tier = await requireTier(deps, input.tierId, caller);
  requireRealisable(kept.revision, tier);
  await requireCode(deps.code, input);
  return { experimentId: kept.experimentId, environmentRevision: kept.revision.revision, tier };
}

/** Again inside the write: the project may have been archived or deleted meanwhile. */
export async function requireOpenProject(stores: Stores, projectId: string): Promise<StoredProject> {
  const project = await stores.projects.project(projectId);
  if (project === null || project.deletedAt !== null) {
    throw new DomainError('not-found', `There is no project ${projectId}.`, { field: 'projectId' });
  }
  if (!project.archived) return project;
  throw new DomainError('wrong-state', `The project ${project.name} is archived.`, {
    field: 'projectId',
    remedy: 'Bring it back from the archive first, or choose another project.',
  });
}

function requireCommand(command: string): void {
  // A shell would cut the command off there.
  if (!command.includes('\0')) return;
  throw new DomainError('invalid-input', 'The command contains a NUL character.', {
    field: 'command',
    remedy: 'Remove it.',
  });
}

async function requireExperiment(stores: Stores, project: StoredProject, asked: string | undefined): Promise<string> {
  const id = asked ?? project.experimentId;
  const experiment = await stores.tracking.experiment(id);
  const field = 'experimentId';
  if (experiment === null || experiment.projectId !== project.id) {
    throw new DomainError('not-found', `There is no experiment ${id} in the project ${project.id}.`, {
      field,
      remedy: `Choose one of its experiments, or leave it out for the project's own.`,
    });
  }
  if (experiment.deletedAt === null) return id;
  throw new DomainError('wrong-state', `The experiment ${experiment.name} is deleted.`, {
    field,
    remedy: 'Restore it first, or choose another one.',
  });
}

async function requireAwaited(stores: Stores, { projectId, rules }: LaunchInput): Promise<void> {
  for (const { runId } of rules?.after ?? []) {
    const run = await stores.runs.run(runId);
    if (run?.projectId === projectId) continue;
    throw new DomainError('not-found', `There is no run ${runId} in the project ${projectId} to wait for.`, {
      field: 'rules.after',
      remedy: 'Name runs of the same project.',
    });
  }
}

async function requireEnvironment(stores: Stores, input: LaunchInput): Promise<StoredRevision> {
  const { environmentId, environmentRevision } = input;
  const revision = await stores.environments.revision(environmentId, environmentRevision ?? 'current');
  if (revision !== null) return requireInUse(revision);
  if ((await stores.environments.environment(environmentId)) === null) {
    throw new DomainError('not-found', `There is no environment ${environmentId}.`, {
      field: 'environmentId',
      remedy: 'Choose one of the list of environments, or create it.',
    });
  }
  if (environmentRevision === undefined) {
    throw new DomainError('wrong-state', `All revisions of the environment ${environmentId} are retired.`, {
      field: 'environmentId',
      remedy: 'Take one back into use, or choose another environment.',
    });
  }
  throw new DomainError('not-found', `The environment ${environmentId} has no revision ${environmentRevision}.`, {
    field: 'environmentRevision',
    remedy: 'Choose one of its revisions, or leave it out for the latest.',
  });
}

function requireInUse(revision: StoredRevision): StoredRevision {
  if (revision.state !== 'retired') return revision;
  const why = revision.stateReason === '' ? '' : ` (${revision.stateReason})`;
  const what = `Revision ${revision.revision} of the environment ${revision.environmentId}`;
  throw new DomainError('wrong-state', `${what} is retired${why}.`, {
    field: 'environmentRevision',
    remedy: 'Choose another revision, or take it back into use.',
  });
}

/** The backend that starts plain processes makes virtual environments, and nothing else. */
const withoutContainers = 'process';

function requireRealisable({ definition, environmentId, revision }: StoredRevision, tier: Tier): void {
  const need = tier.backend === withoutContainers ? dockerNeed(definition) : null;
  if (need === null) return;
  const text = `Revision ${revision} of the environment ${environmentId} needs a Docker host: ${need}.`;
  throw new DomainError('invalid-input', text, {
    field: 'environmentId',
    remedy: 'Choose a hardware tier on a Docker host, or an environment made from pip requirements.',
  });
}

async function requireTier(deps: LaunchCheckDependencies, tierId: string, caller: Caller): Promise<Tier> {
  const tier = deps.catalog.tier(tierId);
  if (tier === null || (tier.adminOnly && !caller.admin)) {
    throw new DomainError('not-found', `There is no hardware tier ${tierId}.`, {
      field: 'tierId',
      remedy: 'Choose one of the list of tiers.',
    });
  }
  // A backend that does not answer now may do so later, so the run queues; one that is too small never fits.
  const isDown = (await deps.health.problem(tier.backend)) !== null;
  const misfit = isDown ? null : await deps.health.tierProblem(tier);
  if (misfit === null) return tier;
  throw new DomainError('invalid-input', `The hardware tier ${tier.name} does not fit its host: ${misfit}`, {
    field: 'tierId',
    remedy: 'Choose another tier, or ask the administrator to correct this one in catalog.json.',
  });
}

async function requireCode(code: LaunchCheckDependencies['code'], { projectId, code: ref }: LaunchInput) {
  if (!(await code.hasCommit(projectId, ref.commit))) {
    throw new DomainError('not-found', `The commit ${ref.commit.slice(0, 12)} is not in the project's repository.`, {
      field: 'code.commit',
      remedy: 'Push the snapshot first; the extension and the command line do so by themselves.',
    });
  }
  if (ref.folder === '') return;
  const files = await code.files(projectId, ref.commit, null);
  if (files.some(({ path }) => path.startsWith(`${ref.folder}/`))) return;
  throw new DomainError('invalid-input', `The snapshot has no folder ${ref.folder}.`, {
    field: 'code.folder',
    remedy: 'Name a folder that has files in the snapshot, or leave it out for the root.',
  });
}
