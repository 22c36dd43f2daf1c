/** One budget as a bar: what is spent, what is set aside, and where the month leads. */
import { css, html, nothing } from 'lit';
import type { Budget } from '../../protocol/model/budget.ts';
import { formatMoney } from './format.ts';

export const budgetBarStyles = css`
  .bar { position: relative; height: 10px; border-radius: 3px; background: var(--vscode-editorWidget-background); overflow: hidden; border: 1px solid var(--fw-line); }
  .bar i { position: absolute; inset-block: 0; left: 0; forced-color-adjust: none; }
  .bar .spent { background: var(--vscode-charts-blue); }
  .bar .spent.near { background: var(--fw-warn); }
  .bar .spent.over { background: var(--fw-bad); }
  .bar .aside { background: var(--vscode-charts-blue); opacity: 0.4; }
  .bar .ahead { width: 2px; background: var(--vscode-foreground); }
`;

export function budgetBar(budget: Budget, currency: string) {
  const { spent, reserved, forecast, amount } = budget;
  const share = (money: number) => Math.min(100, Math.max(0, (100 * money) / amount));
  const state = spent >= amount ? 'over' : spent >= amount * 0.8 ? 'near' : '';
  return html`<div class="bar" role="meter" aria-valuemin="0" aria-valuemax=${amount} aria-valuenow=${Math.min(spent, amount)} aria-valuetext=${standing(budget, currency)} aria-label="Budget of ${budget.name}">
    <i class="spent ${state}" .style=${`width: ${share(spent)}%`}></i>
    ${reserved > 0 ? html`<i class="aside" .style=${`left: ${share(spent)}%; width: ${share(spent + reserved) - share(spent)}%`}></i>` : nothing}
    ${forecast === null || spent === 0 || forecast > amount ? nothing : html`<i class="ahead" .style=${`left: calc(${share(forecast)}% - 1px)`}></i>`}
  </div>`;
}

/** In words, for people and for screen readers. */
export function standing({ spent, reserved, amount, forecast }: Budget, currency: string): string {
  const money = (value: number) => formatMoney(value, currency);
  return [
    `${money(spent)} of ${money(amount)}`,
    reserved > 0 ? `${money(reserved)} set aside for runs` : '',
    forecast === null || spent === 0 ? '' : `${money(forecast)} at the end of the month at this rate`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
