/** How a project fares, as icon, word and the reasons; never colour alone. */
import { css, html, type TemplateResult } from 'lit';
import type { Health } from '../../../protocol/model/portfolio.ts';
import { type IconName, icon } from '../../ui/icon.ts';
import { healthWords } from './shownProjects.ts';

const icons: Readonly<Record<Health['state'], IconName>> = {
  good: 'check',
  quiet: 'ring',
  stale: 'clock',
  failing: 'error',
  blocked: 'warning',
};

export const healthStyles = css`
  .health { display: inline-flex; align-items: center; gap: 5px; font-size: 12px; min-width: 0; vertical-align: middle; }
  .health svg.icon { width: 14px; height: 14px; }
  .health.good svg { color: var(--fw-good); }
  .health.quiet svg { color: var(--fw-dim); }
  .health.stale svg { color: var(--fw-warn); }
  .health.failing svg, .health.blocked svg { color: var(--fw-bad); }
`;

export function healthMark({ state, why }: Health): TemplateResult {
  return html`<span class="health ${state}" title=${why.join('\n')}>${icon(icons[state])}<span class="cut">${healthWords[state]}</span></span>`;
}
