/** Every trial as a row: what it was given and what it came to. */
import { html } from 'lit';
import type { SweepDetail, SweepTrial } from '../../../protocol/model/sweep.ts';
import { durationOf, formatDuration, formatMetric, formatMoney } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { name, spellOut } from '../../ui/name.ts';
import { ordered, outcomeLooks, type TrialOrder } from './words.ts';

export type TableActs = {
  readonly order: TrialOrder;
  readonly onOrder: (order: TrialOrder) => void;
  readonly onOpen: (runId: string) => void;
};

export function trialTable(sweep: SweepDetail, acts: TableActs) {
  const { parameters, objective, trials } = sweep;
  return html`<div class="scroll"><table>
    <thead><tr>
      ${head('Trial', 'number', acts)}<th>Outcome</th>${head(objective.metric, 'value', acts)}
      ${parameters.map((each) => html`<th class="number">${name(each)}</th>`)}
      <th class="number">Took</th><th class="number">Cost</th><th>Why</th>
    </tr></thead>
    <tbody>${ordered(trials, acts.order).map((trial) => row(trial, sweep, acts.onOpen))}</tbody>
  </table></div>`;
}

function head(label: string, by: TrialOrder['by'], { order, onOrder }: TableActs) {
  const isBy = order.by === by;
  const sorted = isBy ? (order.ascending ? 'ascending' : 'descending') : 'none';
  const turn = () => onOrder({ by, ascending: isBy ? !order.ascending : by === 'value' });
  return html`<th class=${by === 'value' ? 'number' : ''} aria-sort=${sorted}><button class="plain" @click=${turn}>${name(label)}${isBy ? icon(order.ascending ? 'up' : 'down') : ''}</button></th>`;
}

function row(trial: SweepTrial, sweep: SweepDetail, onOpen: (runId: string) => void) {
  const { icon: sign, word, look } = outcomeLooks[trial.outcome];
  const took = durationOf(trial);
  const isBest = sweep.best?.number === trial.number;
  const { runId } = trial;
  return html`<tr class=${isBest ? 'best-row' : ''}>
    <td>${runId === null ? trial.number : html`<button class="plain link" title=${isBest ? 'The best so far' : ''} @click=${() => onOpen(runId)}>${trial.number}</button>`}</td>
    <td><span class="run-state ${look}">${icon(sign)}${word}</span></td>
    <td class="number mono">${trial.value === null ? '–' : formatMetric(trial.value)}</td>
    ${sweep.parameters.map((each) => html`<td class="number mono">${cell(trial.values[each])}</td>`)}
    <td class="number mono">${took === null ? '–' : formatDuration(took)}</td>
    <td class="number mono">${formatMoney(trial.cost, sweep.currency)}</td>
    <td class="detail" title=${spellOut(trial.detail ?? '')}>${name(trial.detail ?? '')}</td>
  </tr>`;
}

function cell(value: string | number | boolean | undefined) {
  if (value === undefined) return '–';
  return typeof value === 'number' ? formatMetric(value) : name(String(value));
}
