/** Looks up what a caller may do with a workspace; what they may not see does not exist for them. */
import type { ProjectRole } from '../../../protocol/model/session.ts';
import type { Caller } from '../shared/call.ts';
import { DomainError, isDomainError } from '../shared/errors.ts';
import type { WorkspaceDependencies } from './dependencies.ts';
import type { StoredWorkspace } from './ports.ts';
import { rightsIn, type WorkspaceRights } from './workspaceAccess.ts';

type Dependencies = Pick<WorkspaceDependencies, 'store' | 'access'>;
export type Allowed = { readonly workspace: StoredWorkspace; readonly rights: WorkspaceRights };

const highestFirst = ['owner', 'contributor', 'viewer'] as const;

export async function rightsOf(
  { access }: Pick<Dependencies, 'access'>,
  caller: Caller,
  workspace: StoredWorkspace,
): Promise<WorkspaceRights> {
  return rightsIn(workspace, { userId: caller.userId, role: await roleOf(access, caller, workspace.projectId) });
}

/** Throws `not-found` unless the caller may do this with it. */
export async function allowed(
  deps: Dependencies,
  caller: Caller,
  { workspaceId, to }: { readonly workspaceId: string; readonly to: keyof WorkspaceRights },
): Promise<Allowed> {
  const workspace = await deps.store.read(({ workspaces }) => workspaces.workspace(workspaceId));
  const rights = workspace && (await rightsOf(deps, caller, workspace));
  if (!workspace || !rights?.visible) throw unknownWorkspace(workspaceId);
  if (rights[to]) return { workspace, rights };
  throw new DomainError('role-missing', `The workspace ${workspace.name} belongs to somebody else.`, {
    field: 'workspaceId',
    remedy: 'Ask its owner to do it, or to share it with you.',
  });
}

export function unknownWorkspace(workspaceId: string): DomainError {
  return new DomainError('not-found', `There is no workspace ${workspaceId}.`, {
    field: 'workspaceId',
    remedy: 'It may have been deleted, or be private to somebody else.',
  });
}

/** With what the caller's token leaves of it. */
async function roleOf(access: Dependencies['access'], caller: Caller, projectId: string): Promise<ProjectRole | null> {
  for (const role of highestFirst) {
    try {
      await access.authorize(caller, { kind: 'project', role, of: 'projectId' }, { projectId });
      return role;
    } catch (error) {
      if (!isDomainError(error)) throw error;
    }
  }
  return null;
}
