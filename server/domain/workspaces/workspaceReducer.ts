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
  /** It starts on this host. */
  | { readonly type: 'placed'; readonly backend: string }
  | { readonly type: 'submitted'; readonly handle: string }
  | { readonly type: 'answered'; readonly at: number }
  | { readonly type: 'stop-requested'; readonly detail: string | null }
  /** The job ended: `ok` when it ended as it should. */
  | { readonly type: 'ended'; readonly ok: boolean; readonly detail: string | null; readonly output: string }
  | { readonly type: 'refused'; readonly detail: string; readonly output: string }
  | { readonly type: 'disappeared' };

export type WorkspaceChange = Partial<Omit<StoredWorkspace, 'id'>>;
type Of<T extends WorkspaceEvent['type']> = Extract<WorkspaceEvent, { readonly type: T }>;
type Current = Pick<StoredWorkspace, 'state' | 'starts' | 'detail' | 'backend'>;

/** In which states each event counts. */
const counts: Readonly<Record<WorkspaceEvent['type'], readonly WorkspaceState[]>> = {
  'start-requested': ['stopped', 'failed', 'lost'],
  waits: ['starting'],
  placed: ['starting'],
  submitted: ['starting', 'stopping'],
  answered: ['starting'],
  'stop-requested': ['starting', 'ready'],
  ended: ['starting', 'ready', 'stopping'],
  refused: ['starting', 'stopping'],
  disappeared: ['starting', 'ready', 'stopping'],
};

export function reduceWorkspace(workspace: Current, event: WorkspaceEvent): WorkspaceChange | null {
  if (!counts[event.type].includes(workspace.state)) return null;
  switch (event.type) {
    case 'start-requested':
      return started(workspace, event);
    case 'waits':
      return workspace.detail === event.detail ? null : { detail: event.detail };
    case 'placed':
      return { backend: event.backend };
    case 'submitted':
      return { handle: event.handle, folderAt: workspace.backend };
    case 'answered':
      return { state: 'ready', detail: null, activeAt: event.at };
    case 'stop-requested':
      return { state: 'stopping', detail: event.detail };
    case 'ended':
      return ended(workspace, event);
    case 'refused':
      return refused(workspace, event);
    case 'disappeared':
      return disappeared(workspace);
  }
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
  return {
    state: 'lost',
    handle: null,
    detail: 'Its job is gone from the host. What was saved is kept; start it again.',
  };
}
