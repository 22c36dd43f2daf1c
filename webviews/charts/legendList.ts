/** What the colours of categories stand for, above a chart. */
import { css, html, nothing } from 'lit';
import { spellOut } from '../ui/name.ts';
import { curveLook, readChartTheme } from './chartTheme.ts';
import type { PlotColumn } from './plotData.ts';

const most = 12;

export const legendStyles = css`
  .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 12px; padding: 2px 12px 0; font-size: 12px; }
  .legend li { display: flex; align-items: center; gap: 6px; max-width: 200px; }
  .legend svg { width: 10px; height: 10px; flex: none; }
`;

export function legendList(column: PlotColumn | undefined) {
  if (!column?.categories) return nothing;
  const theme = readChartTheme();
  const names = column.categories.slice(0, most);
  const more = column.categories.length - names.length;
  return html`<ul class="legend" aria-label=${`Colours: ${column.label}`}>
    ${names.map((name, place) => html`<li><svg viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="4" fill=${curveLook(theme, place).color} /></svg><span class="cut">${spellOut(name)}</span></li>`)}
    ${more > 0 ? html`<li class="dim">and ${more} more</li>` : nothing}
  </ul>`;
}
