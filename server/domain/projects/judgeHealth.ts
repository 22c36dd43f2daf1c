/** How a project fares, by rules that are told in words: open blockers, failing runs, silence. Pure. */
import { failingRuns, type Health, staleAfterDays } from '../../../protocol/model/portfolio.ts';
import type { PortfolioRow } from './ports.ts';

export type Judged = Pick<PortfolioRow, 'openBlockers' | 'lastStates' | 'lastActivityAt' | 'archived'> & {
  /** Whether nothing is expected to happen in its stage. */
  readonly quiet: boolean;
  readonly now: number;
};

const day = 86_400_000;

export function judgeHealth(project: Judged): Health {
  if (project.quiet || project.archived) return { state: 'quiet', why: ['Nothing is expected to happen here.'] };
  const blocked = blockedBecause(project);
  const failing = failingBecause(project);
  const stale = staleBecause(project);
  const why = [...blocked, ...failing, ...stale];
  if (blocked.length > 0) return { state: 'blocked', why };
  if (failing.length > 0) return { state: 'failing', why };
  return stale.length > 0
    ? { state: 'stale', why }
    : { state: 'good', why: ['No blocker, no failing runs, not stale.'] };
}

function blockedBecause({ openBlockers }: Judged): readonly string[] {
  if (openBlockers === 0) return [];
  return [openBlockers === 1 ? 'One blocker is open.' : `${openBlockers} blockers are open.`];
}

/** One failure is an experiment; that all of the last ones failed is a state. */
function failingBecause({ lastStates }: Judged): readonly string[] {
  const last = lastStates.slice(0, failingRuns);
  const failed = last.filter((state) => state === 'failed' || state === 'lost');
  return last.length === failingRuns && failed.length === failingRuns ? [`The last ${failingRuns} runs failed.`] : [];
}

function staleBecause({ lastActivityAt, now }: Judged): readonly string[] {
  const days = Math.floor((now - lastActivityAt) / day);
  return days > staleAfterDays ? [`Nothing happened for ${days} days.`] : [];
}
