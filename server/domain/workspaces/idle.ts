/** When a workspace that nobody works in is to be stopped, and when people are told so. Pure. */
import type { StoredWorkspace } from './ports.ts';

type Idle = Pick<StoredWorkspace, 'activeAt' | 'idleMinutes' | 'keepUntil' | 'warnedAt'>;

/** `work`: somebody worked since, or it was extended; `warn` comes once before `stop`. */
export type IdlePlan = 'work' | 'warn' | 'wait' | 'stop';

type Measures = { readonly noticeMs: number; readonly minuteMs: number };

/** When it would be told that it is to stop; null for never. */
function idleAt({ activeAt, idleMinutes, keepUntil }: Idle, minuteMs: number): number | null {
  if (idleMinutes === null || activeAt === null) return null;
  return Math.max(activeAt + idleMinutes * minuteMs, keepUntil ?? 0);
}

export function planIdle(workspace: Idle, { now, noticeMs, minuteMs }: Measures & { readonly now: number }): IdlePlan {
  const idle = idleAt(workspace, minuteMs);
  if (idle === null || now < idle) return 'work';
  if (workspace.warnedAt === null) return 'warn';
  return now >= workspace.warnedAt + noticeMs ? 'stop' : 'wait';
}

/** When it will be stopped unless something happens, with the notice counted in; null for never. */
export function stopsAt(workspace: Idle, { noticeMs, minuteMs }: Measures): number | null {
  const idle = idleAt(workspace, minuteMs);
  return idle === null ? null : (workspace.warnedAt ?? idle) + noticeMs;
}
