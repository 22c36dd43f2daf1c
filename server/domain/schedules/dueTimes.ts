/** Which of the times that have passed are run now, by the policy for what was missed. Pure. */
import { maxCatchUp } from '../../../protocol/model/schedule.ts';
import type { CronTimes } from './cron.ts';
import type { StoredSchedule } from './ports.ts';

/** A time that passed this short a while ago was not missed: the server was only busy or starting. */
export const graceMs = 120_000;

export type DueTimes = {
  /** Oldest first. */
  readonly runs: readonly number[];
  /** How many are passed over, and the first of them. */
  readonly missed: { readonly first: number; readonly count: number } | null;
};

export function dueTimes(
  { nextAt, catchUp }: StoredSchedule,
  times: Pick<CronTimes, 'latest' | 'count'>,
  now: number,
): DueTimes {
  if (nextAt === null || nextAt > now) return { runs: [], missed: null };
  // The kept time counts even if the expression would not give it any more: it was announced.
  const latest = times.latest(nextAt, now, maxCatchUp);
  const passed = latest.length === 0 ? [nextAt] : latest;
  const runs = chosen(passed, catchUp, now);
  const count = Math.max(passed.length, times.count(nextAt, now)) - runs.length;
  return { runs, missed: count > 0 ? { first: nextAt, count } : null };
}

function chosen(passed: readonly number[], catchUp: StoredSchedule['catchUp'], now: number): readonly number[] {
  const newest = passed.at(-1) ?? now;
  if (catchUp === 'all') return passed;
  return catchUp === 'one' || now - newest <= graceMs ? [newest] : [];
}
