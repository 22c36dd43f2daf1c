/**
 * On which host a workspace starts whose tier is on several, and how its folder
 * gets there. It stays where its folder is as long as that host may take it,
 * and waits for it; where it may not, the folder moves along.
 */
import type { ComputeBackend } from '../compute/ports.ts';
import { DomainError } from '../shared/errors.ts';
import type { StoredWorkspace } from './ports.ts';
import type { WorkspaceContext } from './workspaceContext.ts';
import { revisionOf } from './workspaceJob.ts';

/** Kept before anything begins there: whoever comes after finds what began. */
export async function placeWorkspace(context: WorkspaceContext, workspace: StoredWorkspace): Promise<void> {
  const { catalog, placement } = context.deps;
  const tier = catalog.tier(workspace.tierId);
  if (tier === null) throw new DomainError('invalid-input', `The hardware tier ${workspace.tierId} is gone.`);
  const { environmentId, revision, digest, definition } = await revisionOf(context.deps, workspace);
  const environment = { environmentId, revision, digest, definition };
  const placed = await placement.place(tier, { environment, near: workspace.folderAt });
  if ('backend' in placed) {
    await context.apply({ type: 'placed', backend: placed.backend });
    return;
  }
  await context.apply({ type: 'waits', detail: placed.reason });
  await context.next(context.timing.lookMs * 8);
}

/** Before its job starts there. Without a way to move it, the folder begins from its last save. */
export async function bringFolder(
  context: WorkspaceContext,
  { id, folderAt }: StoredWorkspace,
  backend: ComputeBackend,
): Promise<void> {
  if (folderAt === null || folderAt === backend.id) return;
  // What an earlier start has left there is older than what is saved.
  await backend.removeVolume?.(id);
  const from = context.deps.backends.get(folderAt);
  if (from === undefined || backend.copyVolume === undefined) return;
  await context.apply({ type: 'waits', detail: 'Its folder is moved there from another host, if it can be.' });
  await backend.copyVolume(id, from);
}
