/** How a sweep moves between its states, with the time that it counts. Pure. */
import type { SweepReason } from '../../../protocol/model/sweep.ts';
import type { StoredSweep, SweepChange } from './ports.ts';

/** Milliseconds that it has been going on, pauses apart. */
export function activeMs({ activeMs: before, activeSince }: StoredSweep, now: number): number {
  return before + (activeSince === null ? 0 : Math.max(0, now - activeSince));
}

export function paused(sweep: StoredSweep, now: number): SweepChange {
  return { state: 'paused', activeMs: activeMs(sweep, now), activeSince: null };
}

export function resumed(now: number): SweepChange {
  return { state: 'running', reason: null, detail: null, endedAt: null, activeSince: now };
}

export type Ending = { readonly reason: SweepReason; readonly detail: string | null };

/** It begins no more trials, stops those that run, and has ended when they have. */
export function ending(sweep: StoredSweep, { reason, detail }: Ending, now: number): SweepChange {
  return { ...paused(sweep, now), state: 'ending', reason, detail };
}
