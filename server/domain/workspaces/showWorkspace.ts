/** A workspace as it is shown to somebody. */
import { isActive, type Workspace } from '../../../protocol/model/workspace.ts';
import { personOf } from '../shared/people.ts';
import type { Stores } from '../shared/store.ts';
import type { WorkspaceTiming } from './dependencies.ts';
import { limitOf, stopsAt } from './idle.ts';
import type { StoredWorkspace } from './ports.ts';
import type { WorkspaceRights } from './workspaceAccess.ts';
import type { WorkspaceActivity } from './workspaceActivity.ts';

export type Showing = {
  readonly rights: WorkspaceRights;
  readonly now: number;
  /** Of its tier now. */
  readonly maxMinutes: number | null;
  readonly timing: Pick<WorkspaceTiming, 'noticeMs' | 'minuteMs'>;
  readonly activity: Pick<WorkspaceActivity, 'lastAt' | 'isBusy'>;
};

export async function showWorkspace(stores: Stores, stored: StoredWorkspace, showing: Showing): Promise<Workspace> {
  const { rights, now, timing, activity, maxMinutes } = showing;
  const { ownerId, backend, starts, handle, output, keepUntil, warnedAt, debugCommand, deletedAt, ...shown } = stored;
  const { seconds, cost, startedAt } = await stores.workspaces.usage(stored.id, now);
  const activeAt = Math.max(activity.lastAt(stored.id) ?? 0, stored.activeAt ?? 0) || null;
  return {
    ...shown,
    activeAt,
    owner: await personOf(stores, ownerId),
    startedAt,
    seconds,
    cost,
    busy: activity.isBusy(stored.id),
    stopsAt: isActive(stored.state)
      ? stopsAt({ ...stored, activeAt, limitAt: limitOf({ startedAt, maxMinutes }, timing.minuteMs) }, timing)
      : null,
    canOpen: rights.open !== null,
    canChange: rights.change,
  };
}
