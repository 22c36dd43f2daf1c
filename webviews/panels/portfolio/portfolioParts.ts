/** What stands around the projects of a portfolio: sums over those shown, and the projects of others. */
import { html, nothing } from 'lit';
import type { Health, Portfolio, PortfolioProject } from '../../../protocol/model/portfolio.ts';
import { formatMoney, plural } from '../../ui/format.ts';
import { name, spellOut } from '../../ui/name.ts';

export function sumsOf({ currency }: Portfolio, shown: readonly PortfolioProject[]) {
  const sum = (of: (project: PortfolioProject) => number) => shown.reduce((total, project) => total + of(project), 0);
  const count = (state: Health['state']) => shown.filter(({ health }) => health.state === state).length;
  const money = formatMoney(
    sum(({ spent }) => spent),
    currency,
  );
  return html`<div class="sums" role="status">
    <span><b>${plural(shown.length, 'project')}</b></span>
    <span><b>${count('blocked')}</b> blocked</span>
    <span><b>${count('failing')}</b> with failing runs</span>
    <span><b>${count('stale')}</b> stale</span>
    <span><b>${money}</b> spent this month</span>
    <span><b>${sum(({ liveModels }) => liveModels)}</b> live models</span>
  </div>`;
}

export function othersOf({ discoverable }: Portfolio) {
  if (discoverable.length === 0) return nothing;
  return html`<details class="others">
    <summary>${plural(discoverable.length, 'project')} of others that you may know of</summary>
    <ul>${discoverable.map(
      ({ id, name: called, purpose }) => html`<li class="cut" title=${spellOut(purpose)}>
        <b>${name(called)}</b> <span class="mono dim">${id}</span> <span class="dim">${name(purpose)}</span></li>`,
    )}</ul>
  </details>`;
}
