/** What a launch will likely cost and take, in words. Pure. */
import type { CostEstimate } from '../../../protocol/model/cost.ts';
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
