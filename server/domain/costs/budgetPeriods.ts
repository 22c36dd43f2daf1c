/** When the period of a budget began and ends, and what it comes to at the rate so far. Pure. */
import type { BudgetPeriod } from '../../../protocol/model/budget.ts';

const dayMs = 86_400_000;

/** Milliseconds; months are those of the calendar in UTC. */
export function periodStart(period: BudgetPeriod, now: number): number {
  return period === 'total' ? 0 : monthStart(now, 0);
}

function monthStart(now: number, offset: number): number {
  const at = new Date(now);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + offset, 1);
}

/** Null for a period without an end, and before a day of it has passed. */
export function forecastOf(spent: number, period: BudgetPeriod, now: number): number | null {
  if (period === 'total') return null;
  const [from, to] = [monthStart(now, 0), monthStart(now, 1)];
  return now - from < dayMs ? null : (spent * (to - from)) / (now - from);
}
