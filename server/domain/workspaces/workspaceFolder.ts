/** The folder of a workspace, where it lies. */
import type { OpenVolume } from '../compute/ports.ts';
import type { WorkspaceDependencies } from './dependencies.ts';
import type { StoredWorkspace } from './ports.ts';
import { revisionOf } from './workspaceJob.ts';

/** Null when there is none yet. */
export async function openFolder(
  deps: Pick<WorkspaceDependencies, 'backends' | 'store'>,
  workspace: StoredWorkspace,
): Promise<OpenVolume | null> {
  const backend = deps.backends.get(workspace.folderAt ?? workspace.backend);
  if (backend?.openVolume === undefined) return null;
  const { environmentId, revision, digest, definition } = await revisionOf(deps, workspace);
  return backend.openVolume(workspace.id, { environmentId, revision, digest, definition });
}
