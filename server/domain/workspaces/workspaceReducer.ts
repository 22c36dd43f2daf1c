/**
 * What happens to a workspace and what becomes of it. Pure: the state and an
 * event go in, the change comes out; null means that the event does not count
 * in this state, as one that comes twice or too late.
 */
import type { WorkspaceState } from '../../../protocol/model/workspace.ts';
import type { StoredWorkspace } from './ports.ts';

export type WorkspaceEvent =
  | { readonly type: 'start-requested'; readonly at: number }
  | { readonly type: 'waits'; readonly detail: string | null }
  | { readonly type: 'submitted'; readonly handle: string }
  | { readonly type: 'answered'; readonly at: number }
  | { readonly type: 'stop-requested'; readonly detail: string | null }
  /** The job ended: `ok` when it ended as it should. */
  | { readonly type: 'ended'; readonly ok: boolean; readonly detail: string | null; readonly output: string }
  | { readonly type: 'refused'; readonly detail: string; readonly output: string }
  | { readonly type: 'disappeared' };

export type WorkspaceChange = Partial<Omit<StoredWorkspace, 'id'>>;
type Of<T extends WorkspaceEvent['type']> = Extract<WorkspaceEvent, { readonly type: T }>;
type Current = Pick<StoredWorkspace, 'state' | 'starts' | 'detail'>;

export function reduceWorkspace(workspace: Current, event: WorkspaceEvent): WorkspaceChange | null {
  switch (event.type) {
    case 'start-requested':
      return isIn(workspace, ['stopped', 'failed', 'lost']) ? started(workspace, event) : null;
    case 'waits':
      return workspace.state === 'starting' && workspace.detail !== event.detail ? { detail: event.detail } : null;
    case 'submitted':
      return isIn(workspace, ['starting', 'stopping']) ? { handle: event.handle } : null;
    case 'answered':
      return workspace.state === 'starting' ? { state: 'ready', detail: null, activeAt: event.at } : null;
    case 'stop-requested':
      return isIn(workspace, ['starting', 'ready']) ? { state: 'stopping', detail: event.detail } : null;
    case 'ended':
      return isIn(workspace, ['starting', 'ready', 'stopping']) ? ended(workspace, event) : null;
    case 'refused':
      return isIn(workspace, ['starting', 'stopping']) ? refused(workspace, event) : null;
    case 'disappeared':
      return isIn(workspace, ['starting', 'ready', 'stopping']) ? disappeared(workspace) : null;
  }
}

function isIn({ state }: Current, states: readonly WorkspaceState[]): boolean {
  return states.includes(state);
}

function started({ starts }: Current, { at }: Of<'start-requested'>): WorkspaceChange {
  const fresh = { handle: null, keepUntil: null, warnedAt: null, output: '', detail: null };
  return { state: 'starting', starts: starts + 1, activeAt: at, ...fresh };
}

/** Who asked for the end gets it, however the tool took it. */
function ended({ state, detail: told }: Current, { ok, detail, output }: Of<'ended'>): WorkspaceChange {
  if (state === 'stopping') return { state: 'stopped', handle: null, detail: told, output };
  return { state: ok ? 'stopped' : 'failed', handle: null, detail, output };
}

function refused({ state }: Current, { detail, output }: Of<'refused'>): WorkspaceChange {
  return state === 'stopping'
    ? { state: 'stopped', handle: null, output }
    : { state: 'failed', handle: null, detail, output };
}

function disappeared({ state }: Current): WorkspaceChange {
  if (state === 'stopping') return { state: 'stopped', handle: null };
  return { state: 'lost', handle: null, detail: 'Its job is gone from the host. What was saved is kept; start it again.' };
}
