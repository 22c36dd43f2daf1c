/** How much of each budget is used, as bars with numbers beside them. */
import { html } from 'lit';
import type { Sweep } from '../../../protocol/model/sweep.ts';
import { formatCount, formatDuration, formatMoney } from '../../ui/format.ts';
import { trialCount } from './words.ts';

type Gauge = {
  readonly label: string;
  readonly used: number;
  readonly limit: number | null;
  readonly text: (value: number) => string;
};

export function gauges(sweep: Sweep) {
  const { budget } = sweep.definition ?? { budget: { trials: null, minutes: null, cost: null } };
  const trials = Math.min(budget.trials ?? Infinity, sweep.size ?? Infinity);
  const shown: readonly Gauge[] = [
    { label: 'Trials', used: trialCount(sweep), limit: Number.isFinite(trials) ? trials : null, text: formatCount },
    ...(sweep.origin === 'optuna'
      ? []
      : [
          {
            label: 'Time',
            used: sweep.minutes,
            limit: budget.minutes,
            text: (value: number) => formatDuration(value * 60_000),
          },
        ]),
    {
      label: 'Money',
      used: sweep.cost,
      limit: budget.cost,
      text: (value: number) => formatMoney(value, sweep.currency),
    },
  ];
  return shown.map(gauge);
}

function gauge({ label, used, limit, text }: Gauge) {
  const part = limit === null ? 0 : Math.min(100, (100 * used) / limit);
  const words = limit === null ? `${text(used)}, no limit` : `${text(used)} of ${text(limit)}`;
  return html`<div class="gauge"><b>${label}</b>
    <i role="img" aria-label=${`${label}: ${words}`}><u .style=${`width: ${part}%`}></u></i><span>${words}</span></div>`;
}
