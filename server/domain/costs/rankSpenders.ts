/** What was spent, one row a spender and period, as spenders with all their periods. Pure. */
import { maxSpenders, type Spender, type Spending, type Spent } from '../../../protocol/model/cost.ts';
import type { SpentIn } from './ports.ts';

const nothing: Spent = { cost: 0, hours: 0, runs: 0 };

/** Most expensive first; those that cost the same by their time on the tiers. */
export function rankSpenders(
  rows: readonly SpentIn[],
  periods: number,
  most = maxSpenders,
): Pick<Spending, 'spenders' | 'others'> {
  const all = Map.groupBy(rows, ({ key }) => key)
    .values()
    .map((own) => toSpender(own, periods))
    .toArray()
    .sort(mostExpensiveFirst);
  const rest = all.slice(most);
  return { spenders: all.slice(0, most), others: rest.length === 0 ? null : together(rest, periods) };
}

function toSpender(own: readonly SpentIn[], periods: number): Spender {
  const filled: Spent[] = Array.from({ length: periods }, () => nothing);
  for (const { period, cost, hours, runs } of own) filled[period] = { cost, hours, runs };
  const [first] = own;
  return { key: first?.key ?? '', name: first?.name ?? '', periods: filled };
}

function together(spenders: readonly Spender[], periods: number): Spent[] {
  return Array.from({ length: periods }, (_, period) => sum(spenders.map((each) => each.periods[period] ?? nothing)));
}

function sum(parts: readonly Spent[]): Spent {
  return parts.reduce((a, b) => ({ cost: a.cost + b.cost, hours: a.hours + b.hours, runs: a.runs + b.runs }), nothing);
}

function mostExpensiveFirst(a: Spender, b: Spender): number {
  const [x, y] = [sum(a.periods), sum(b.periods)];
  return y.cost - x.cost || y.hours - x.hours || a.name.localeCompare(b.name, 'en');
}
