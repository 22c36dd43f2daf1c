/** How long to wait after failures in a row: doubling, with jitter, so that many do not come back at once. Pure but for chance. */
import type { SchedulerTiming } from './schedulerDependencies.ts';

export function retryMs(failures: number, timing: SchedulerTiming, random: () => number = Math.random): number {
  const full = Math.min(timing.lastRetryMs, timing.firstRetryMs * 2 ** Math.min(failures - 1, 20));
  return Math.round(full * (0.75 + random() / 2));
}
