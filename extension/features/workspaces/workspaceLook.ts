/** How a workspace looks in a tree and in a pick. */
import { isActive, type Workspace, type WorkspaceState } from '../../../protocol/model/workspace.ts';

export type WorkspaceLook = { readonly icon: string; readonly color?: string };

export const workspaceLooks: Readonly<Record<WorkspaceState, WorkspaceLook>> = {
  starting: { icon: 'loading~spin' },
  ready: { icon: 'vm-running', color: 'testing.iconPassed' },
  stopping: { icon: 'loading~spin' },
  stopped: { icon: 'vm-outline', color: 'disabledForeground' },
  failed: { icon: 'error', color: 'testing.iconFailed' },
  lost: { icon: 'question', color: 'testing.iconErrored' },
};

export function describeWorkspace({ state, toolTitle, projectId, tierId }: Workspace): string {
  return `${state === 'ready' ? 'running' : state} · ${toolTitle} · ${projectId} on ${tierId}`;
}

/** What the menus of the tree ask for. */
export function contextOf({ state }: Workspace): string {
  return isActive(state) ? 'workspace.active' : 'workspace.still';
}
