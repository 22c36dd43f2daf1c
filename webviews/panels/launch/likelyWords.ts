/** What a launch will likely cost and take, in words. Pure. */
import type { CostEstimate } from '../../../protocol/model/cost.ts';
import { spellOut } from '../../../protocol/spellOut.ts';
import { formatDuration, formatMoney, plural } from '../../ui/format.ts';

export function likelyWords({ runs, minutes, cost, currency }: Omit<CostEstimate, 'budgets'>): string | null {
  if (minutes === null || cost === null) return null;
  const took = range([minutes.low, minutes.high].map((one) => formatDuration(one * 60_000)));
  const money = range([cost.low, cost.high].map((one) => formatMoney(one, currency)));
  return `Likely ${cost.high > 0 ? `${money}, ` : ''}${took}, by ${plural(runs, 'run')} of it on this tier`;
}

function range([low = '', high = '']: readonly string[]): string {
  return low === high ? low : `${low} to ${high}`;
}

/** What the launch would do to budgets, the one that holds it first; null when they have room. */
export function overBudgetWords({ budgets, currency }: Pick<CostEstimate, 'budgets' | 'currency'>): string | null {
  const over = budgets.filter((budget) => budget.over);
  const worst = over.find(({ enforcement }) => enforcement === 'approve') ?? over[0];
  if (worst === undefined) return null;
  const { name, kind, period, amount, left, enforcement } = worst;
  const money = (value: number) => formatMoney(value, currency);
  const room = `${money(Math.max(0, left))} of ${money(amount)} ${period === 'month' ? 'this month' : 'in all'} is left`;
  const then = enforcement === 'approve' ? ' The run will wait until somebody approves it.' : '';
  return `Over the budget of the ${kind} ${spellOut(name)}: ${room}.${then}`;
}
