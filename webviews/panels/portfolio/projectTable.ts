/** Projects as rows that are sorted by any column. */
import { css, html, LitElement, nothing } from 'lit';
import type { Portfolio, PortfolioProject } from '../../../protocol/model/portfolio.ts';
import { formatAgo, formatCount, formatMoney, formatTime, plural } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { name, spellOut } from '../../ui/name.ts';
import { base } from '../../ui/styles.ts';
import { healthMark, healthStyles } from './healthMark.ts';
import { type Column, type Order, ordered } from './shownProjects.ts';

const titles: readonly (readonly [Column, string, 'text' | 'number'])[] = [
  ['name', 'Project', 'text'],
  ['stage', 'Stage', 'text'],
  ['health', 'Health', 'text'],
  ['blockers', 'Blockers', 'number'],
  ['goals', 'Goals', 'number'],
  ['spent', 'Spent', 'number'],
  ['models', 'Live models', 'number'],
  ['runs', 'Runs', 'number'],
  ['owner', 'Lead', 'text'],
  ['active', 'Last activity', 'text'],
];
const firstRows = 200;

export class ProjectTable extends LitElement {
  static override properties = {
    portfolio: { attribute: false },
    projects: { attribute: false },
    order: { attribute: false },
    forecast: { attribute: false },
    all: { state: true },
  };
  declare portfolio: Portfolio;
  declare projects: readonly PortfolioProject[];
  declare order: Order;
  declare forecast: (spent: number) => number | null;
  declare all: boolean;

  static override styles = [
    base,
    healthStyles,
    css`
      :host { display: block; min-height: 0; overflow: auto; flex: 1; padding: 0 24px 24px; }
      table { table-layout: fixed; min-width: 980px; }
      thead th { position: sticky; top: 0; background: var(--vscode-editor-background); z-index: 1; padding: 0; }
      th button.plain { width: 100%; padding: 0 8px; border: 0; justify-content: flex-start; font-weight: 600; }
      th.number button.plain { justify-content: flex-end; }
      td { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; height: 28px; unicode-bidi: plaintext; }
      th:first-child button.plain, td:first-child { padding-inline-start: 0; }
      .c-name { width: 22%; } .c-blockers, .c-goals, .c-runs { width: 7%; } .c-spent { width: 13%; }
      button.plain.link { padding: 0; border: 0; max-width: 100%; color: var(--vscode-textLink-foreground); }
      button.plain.link:hover { text-decoration: underline; background: none; }
      .more { margin-top: 8px; }
      th svg.icon { width: 12px; height: 12px; }
    `,
  ];

  constructor() {
    super();
    this.all = false;
  }

  override render() {
    const sorted = ordered(this.projects, this.order, this.portfolio.stages);
    const shown = this.all ? sorted : sorted.slice(0, firstRows);
    const stages = new Map(this.portfolio.stages.map(({ id, name: called }) => [id, called]));
    return html`<table><thead><tr>${titles.map((title) => this.#title(title))}</tr></thead>
      <tbody>${shown.map((project) => this.#row(project, stages.get(project.stage) ?? project.stage))}</tbody></table>
      ${
        shown.length < sorted.length
          ? html`<button class="plain more" @click=${() => {
              this.all = true;
            }}>Show ${plural(sorted.length - shown.length, 'more project')}</button>`
          : nothing
      }`;
  }

  #title([column, title, kind]: (typeof titles)[number]) {
    const { order } = this;
    const isOrder = order.column === column;
    const sorted = isOrder ? (order.descending ? 'descending' : 'ascending') : 'none';
    const next = { column, descending: isOrder ? !order.descending : kind === 'number' || column === 'active' };
    return html`<th class="c-${column} ${kind}" aria-sort=${sorted}><button class="plain" @click=${() => this.dispatchEvent(new CustomEvent<Order>('order', { detail: next }))}>
      ${title}${isOrder ? icon(order.descending ? 'down' : 'up') : nothing}</button></th>`;
  }

  #row(project: PortfolioProject, stage: string) {
    const {
      id,
      name: called,
      health,
      goals,
      openBlockers,
      spent,
      liveModels,
      runs,
      owner,
      lastActivityAt,
      archived,
    } = project;
    const ahead = this.forecast(spent);
    const money = (amount: number) => formatMoney(amount, this.portfolio.currency);
    return html`<tr>
      <td title=${spellOut(called)}><button class="plain link" @click=${() => this.dispatchEvent(new CustomEvent('open', { detail: id }))}><span class="cut">${name(called)}</span></button>${archived ? html` <span class="dim">archived</span>` : nothing}</td>
      <td title=${spellOut(stage)}>${name(stage)}</td><td>${healthMark(health)}</td>
      <td class="number">${openBlockers || '–'}</td><td class="number">${goals.total === 0 ? '–' : `${goals.reached} / ${goals.total}`}</td>
      <td class="number" title=${ahead === null ? nothing : `${money(ahead)} at the end of the month, at this rate`}>${spent === 0 ? '–' : money(spent)}${ahead !== null && spent > 0 ? html` <span class="dim">→ ${money(ahead)}</span>` : nothing}</td>
      <td class="number">${liveModels || '–'}</td><td class="number">${formatCount(runs.total)}</td>
      <td title=${spellOut(owner.name)}>${name(owner.name)}</td><td title=${formatTime(lastActivityAt)}>${formatAgo(lastActivityAt)}</td></tr>`;
  }
}

customElements.define('fw-project-table', ProjectTable);
