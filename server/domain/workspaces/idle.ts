/** When a workspace is to be stopped, because nobody works in it or its tier allows no more, and when people are told so. Pure. */
import type { StoredWorkspace } from './ports.ts';

type Idle = Pick<StoredWorkspace, 'activeAt' | 'idleMinutes' | 'keepUntil' | 'warnedAt'> & {
  /** When the time limit of its tier is over, whoever works in it; null where there is none. */
  readonly limitAt: number | null;
};

/** `work`: somebody worked since, or it was extended; `warn` comes once before `stop`. */
export type IdlePlan = 'work' | 'warn' | 'wait' | 'stop';

type Measures = { readonly noticeMs: number; readonly minuteMs: number };

/** When it would be told that it is to stop; null for never. */
function idleAt({ activeAt, idleMinutes, keepUntil }: Idle, minuteMs: number): number | null {
  if (idleMinutes === null || activeAt === null) return null;
  return Math.max(activeAt + idleMinutes * minuteMs, keepUntil ?? 0);
}

/** `startedAt` of the present start, `maxMinutes` of its tier. */
export function limitOf(
  { startedAt, maxMinutes }: { readonly startedAt: number | null; readonly maxMinutes: number | null },
  minuteMs: number,
): number | null {
  return startedAt === null || maxMinutes === null ? null : startedAt + maxMinutes * minuteMs;
}

export function planIdle(workspace: Idle, { now, noticeMs, minuteMs }: Measures & { readonly now: number }): IdlePlan {
  const { warnedAt, limitAt } = workspace;
  const limit = limitAt ?? Number.POSITIVE_INFINITY;
  const idle = idleAt(workspace, minuteMs) ?? Number.POSITIVE_INFINITY;
  if (now >= limit) return 'stop';
  if (now < idle && now < limit - noticeMs) return 'work';
  if (warnedAt === null) return 'warn';
  return now >= idle && now >= warnedAt + noticeMs ? 'stop' : 'wait';
}

/** When it will be stopped unless something happens, with the notice counted in; null for never. */
export function stopsAt(workspace: Idle, { noticeMs, minuteMs }: Measures): number | null {
  const idle = idleAt(workspace, minuteMs);
  const stop = idle === null ? Number.POSITIVE_INFINITY : Math.max(workspace.warnedAt ?? idle, idle) + noticeMs;
  const first = Math.min(stop, workspace.limitAt ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(first) ? first : null;
}
