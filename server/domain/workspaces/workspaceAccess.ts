/**
 * What somebody may do with a workspace. Pure. Its owner alone decides who
 * gets in; owners of the project see and stop it, because it costs the
 * project, but do not get into what is private. Nobody gets in who has left
 * the project.
 */
import type { ProjectRole } from '../../../protocol/model/session.ts';
import type { StoredWorkspace } from './ports.ts';

export type WorkspaceRights = {
  readonly visible: boolean;
  /** How far its tool lets them in. */
  readonly open: 'full' | 'read' | null;
  /** Start, stop, extend, save. */
  readonly run: boolean;
  /** Rename and delete. */
  readonly change: boolean;
  readonly share: boolean;
};

type Person = { readonly userId: string; readonly role: ProjectRole | null };

export const noRights: WorkspaceRights = { visible: false, open: null, run: false, change: false, share: false };

export function rightsIn(
  workspace: Pick<StoredWorkspace, 'ownerId' | 'sharing'>,
  { userId, role }: Person,
): WorkspaceRights {
  if (role === null) return noRights;
  const works = role !== 'viewer';
  const isOwn = workspace.ownerId === userId && works;
  const open = isOwn || (workspace.sharing === 'together' && works) ? 'full' : readable(workspace);
  return {
    visible: isOwn || workspace.sharing !== 'private' || role === 'owner',
    open,
    run: open === 'full' || role === 'owner',
    change: isOwn || role === 'owner',
    share: isOwn,
  };
}

function readable({ sharing }: Pick<StoredWorkspace, 'sharing'>): 'read' | null {
  return sharing === 'private' ? null : 'read';
}
