/**
 * Drives one active workspace from where the store says it is to its end. It
 * keeps no place of its own: each turn reads the workspace anew, so a restart
 * of the server goes on anywhere. Every start is one job under an id of its
 * own, so that submitting again finds the first.
 */
import { isActive } from '../../../protocol/model/workspace.ts';
import type { ComputeBackend } from '../compute/ports.ts';
import { DomainError, isDomainError, messageOf } from '../shared/errors.ts';
import { pause } from '../shared/wakeup.ts';
import { attendWorkspace } from './attendWorkspace.ts';
import { bringFolder, placeWorkspace } from './placeWorkspace.ts';
import type { StoredWorkspace } from './ports.ts';
import type { WorkspaceContext } from './workspaceContext.ts';
import { backendOf, jobIdOf, workspaceJob } from './workspaceJob.ts';

/** What nobody is expected to mend is tried this often before a start fails. */
const attempts = 5;

export async function driveWorkspace(context: WorkspaceContext): Promise<void> {
  let failures = 0;
  while (!context.shutdown.aborted) {
    const workspace = await context.read();
    if (workspace === null || !isActive(workspace.state)) return;
    try {
      if (workspace.handle === null) await begin(context, workspace);
      else await attendWorkspace(context, { workspace, handle: workspace.handle });
      failures = 0;
    } catch (error) {
      failures += 1;
      if (!context.shutdown.aborted) await onFailure(context, { workspace, error, failures });
    }
  }
}

async function begin(context: WorkspaceContext, workspace: StoredWorkspace): Promise<void> {
  if (context.deps.placement.isPooled(workspace.backend)) return place(context, workspace);
  const backend = backendOf(context.deps, workspace);
  const found = await backend.find(jobIdOf(workspace));
  if (found !== null) return keepHandle(context, workspace, found);
  if (workspace.state === 'stopping') {
    await context.apply({ type: 'disappeared' });
    return;
  }
  if (!(await isPlaceFree(context, workspace))) return;
  const outcome = await build(context, { workspace, backend });
  if (outcome === null) return;
  if (outcome.ok) await submit(context, { workspace, backend });
  else
    await context.apply({
      type: 'refused',
      detail: `Its environment could not be built: ${outcome.error}`,
      output: '',
    });
}

async function place(context: WorkspaceContext, workspace: StoredWorkspace): Promise<void> {
  if (workspace.state === 'stopping') await context.apply({ type: 'disappeared' });
  else if (await isPlaceFree(context, workspace)) await placeWorkspace(context, workspace);
}

/** Runs and workspaces share the places of a tier. Waits a moment when there is none. */
async function isPlaceFree(context: WorkspaceContext, { id, tierId, createdAt }: StoredWorkspace): Promise<boolean> {
  const { store, catalog, health } = context.deps;
  const tier = catalog.tier(tierId);
  if (tier === null) throw new DomainError('invalid-input', `The hardware tier ${tierId} is no longer in the catalog.`);
  const problem = await health.tierProblem(tier);
  const taken = await store.read(async ({ runs, workspaces }) => {
    const others = (await workspaces.active()).filter((other) => other.id !== id && other.tierId === tierId);
    const before = others.filter((other) => other.handle !== null || other.createdAt < createdAt);
    const running = (await runs.unfinished()).filter((run) => run.state !== 'queued' && run.launch?.tierId === tierId);
    return before.length + running.length;
  });
  const isFree = problem === null && taken < tier.concurrency;
  const detail = problem ?? `It waits for a place: ${tier.name} takes ${tier.concurrency} at a time.`;
  await context.apply({ type: 'waits', detail: isFree ? null : detail });
  if (!isFree) await context.next(context.timing.lookMs * 8);
  return isFree;
}

type Begin = { readonly workspace: StoredWorkspace; readonly backend: ComputeBackend };

/** Null when it was stopped meanwhile. */
async function build(context: WorkspaceContext, { workspace, backend }: Begin) {
  const { environmentId, environmentRevision: revision } = workspace;
  await context.apply({ type: 'waits', detail: 'Its environment is looked for, or built.' });
  const stopping = new AbortController();
  const signal = AbortSignal.any([context.shutdown, stopping.signal]);
  const watching = context.untilStopping(signal).then(() => stopping.abort());
  const outcome = await context.deps.builds.build({ environmentId, revision }, { backend, signal });
  stopping.abort();
  await watching;
  return outcome;
}

async function submit(context: WorkspaceContext, { workspace, backend }: Begin): Promise<void> {
  const { store, tokens } = context.deps;
  await context.apply({ type: 'waits', detail: 'Its folder is made, and its tool started.' });
  await bringFolder(context, workspace, backend);
  const token = await store.write((stores) => tokens.mintWorkspaceToken(stores, workspace));
  const handle = await backend.submit(await workspaceJob(context.deps, workspace, token));
  await keepHandle(context, workspace, handle);
  await leaveFolder(context, workspace);
}

/** The one that it moved from is of no more use; a host that does not answer now is not waited for. */
async function leaveFolder({ deps }: WorkspaceContext, { id, folderAt, backend }: StoredWorkspace): Promise<void> {
  if (folderAt === null || folderAt === backend) return;
  const from = deps.backends.get(folderAt);
  if (from?.copyVolume === undefined) return;
  await from
    .removeVolume?.(id)
    .catch((error: unknown) => deps.log.warn('A folder is left behind', { workspaceId: id, error: messageOf(error) }));
}

async function keepHandle(context: WorkspaceContext, workspace: StoredWorkspace, handle: string): Promise<void> {
  const { id: workspaceId, starts: start, projectId, ownerId, tierId, pricePerHour } = workspace;
  const startedAt = context.deps.clock.now();
  const session = { workspaceId, start, projectId, ownerId, tierId, pricePerHour, startedAt };
  await context.apply(
    { type: 'submitted', handle },
    {
      also: async ({ workspaces }) => {
        await workspaces.startSession(session);
        return undefined;
      },
    },
  );
}

type Failure = { readonly workspace: StoredWorkspace; readonly error: unknown; readonly failures: number };

async function onFailure(context: WorkspaceContext, { workspace, error, failures }: Failure): Promise<void> {
  const detail = messageOf(error);
  context.deps.log.warn('A workspace is held up', { workspaceId: workspace.id, error: detail });
  const isHopeless = isDomainError(error) && error.reason === 'invalid-input';
  if (workspace.handle === null && (isHopeless || failures >= attempts)) {
    await context.apply({ type: 'refused', detail, output: '' });
    return;
  }
  const { firstRetryMs, lastRetryMs } = context.timing;
  await pause(Math.min(firstRetryMs * 2 ** (failures - 1), lastRetryMs), context.shutdown);
}
