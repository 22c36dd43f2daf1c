/** How a workspace reads: its state, what it is doing, when it stops. Pure. */
import { isActive, type Sharing, type Workspace, type WorkspaceState } from '../../../protocol/model/workspace.ts';
import { formatAgo, formatDuration } from '../../ui/format.ts';
import type { IconName } from '../../ui/icon.ts';

type Look = {
  readonly icon: IconName;
  readonly word: string;
  readonly tone: 'good' | 'bad' | 'warn' | 'active' | 'dim';
};

export const stateLooks: Readonly<Record<WorkspaceState, Look>> = {
  starting: { icon: 'turning', word: 'Starting', tone: 'active' },
  ready: { icon: 'check', word: 'Running', tone: 'good' },
  stopping: { icon: 'turning', word: 'Stopping', tone: 'active' },
  stopped: { icon: 'stop', word: 'Stopped', tone: 'dim' },
  failed: { icon: 'error', word: 'Failed', tone: 'bad' },
  lost: { icon: 'question', word: 'Lost', tone: 'warn' },
};

export const sharingWords: Readonly<Record<Sharing, string>> = {
  private: 'Only you',
  read: 'The project may look',
  together: 'Contributors work in it together',
};

const soonMs = 15 * 60_000;
const inUseMs = 3 * 60_000;
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

/** Whether people should say now if they still need it. */
export function stopsSoon({ stopsAt, activeAt, busy }: Workspace, now: number): boolean {
  const isIdle = !busy && now - (activeAt ?? now) >= inUseMs;
  return isIdle && stopsAt !== null && stopsAt - now < soonMs;
}

/** What it does now, in a few words. */
export function workLine(workspace: Workspace, now: number): string {
  const { state, busy, activeAt, stopsAt } = workspace;
  if (state !== 'ready') return '';
  if (busy) return 'Something in it works';
  const idle = activeAt === null ? 0 : now - activeAt;
  if (idle < inUseMs) return 'In use';
  const until = stopsAt === null ? 'never stopped by itself' : `stops at ${clock.format(stopsAt)}`;
  return `Idle for ${formatDuration(idle)}, ${until}`;
}

export function stopTime(stopsAt: number): string {
  return clock.format(stopsAt);
}

export function savedLine({ savedAt, savedCommit, baseCommit }: Workspace): string {
  if (savedAt === null) return 'Not saved yet';
  const commit = savedCommit ?? baseCommit;
  return commit === null
    ? `Nothing to save, ${formatAgo(savedAt)}`
    : `Saved ${formatAgo(savedAt)} as ${commit.slice(0, 8)}`;
}

export function ranLine({ seconds }: Pick<Workspace, 'seconds'>): string {
  return seconds === 0 ? 'has not run yet' : `ran ${formatDuration(seconds * 1000)}`;
}

/** Those that run cost more as time goes by, without an event. */
export function costNow({ cost, startedAt, pricePerHour, state }: Workspace, since: number, now: number): number {
  return isActive(state) && startedAt !== null ? cost + (pricePerHour * Math.max(0, now - since)) / 3_600_000 : cost;
}
