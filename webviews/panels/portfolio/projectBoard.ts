/** Projects as cards in a column for each stage. A card is moved by dragging, by its menu, or with Alt and an arrow key. */
import { css, html, LitElement, nothing } from 'lit';
import type { Portfolio, PortfolioProject } from '../../../protocol/model/portfolio.ts';
import { iconButton } from '../../ui/controls.ts';
import { formatAgo, formatMoney, formatTime, plural } from '../../ui/format.ts';
import { plainOf } from '../../ui/markdown.ts';
import { openMenu } from '../../ui/menu.ts';
import { name, spellOut } from '../../ui/name.ts';
import { base } from '../../ui/styles.ts';
import { healthMark, healthStyles } from './healthMark.ts';
import { boardOf } from './shownProjects.ts';

export type Move = { readonly project: PortfolioProject; readonly to: string; readonly at: DOMRect };

/** So many cards of a column are drawn at first. */
const firstCards = 60;

export class ProjectBoard extends LitElement {
  static override properties = {
    portfolio: { attribute: false },
    projects: { attribute: false },
    over: { state: true },
    unfolded: { state: true },
  };
  declare portfolio: Portfolio;
  declare projects: readonly PortfolioProject[];
  declare over: string | null;
  declare unfolded: ReadonlySet<string>;
  #dragged: PortfolioProject | null = null;

  static override styles = [
    base,
    healthStyles,
    css`
      :host { display: block; min-height: 0; overflow: auto; flex: 1; padding: 0 24px 24px; }
      .board { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(190px, 1fr); gap: 12px; min-height: 100%; }
      .column { display: flex; flex-direction: column; gap: 8px; padding: 8px; border-radius: 4px; background: var(--vscode-sideBar-background); border: 1px solid var(--vscode-contrastBorder, transparent); min-width: 0; }
      .column.over { outline: 2px dashed var(--vscode-focusBorder); outline-offset: -2px; }
      .column h2 { display: flex; justify-content: space-between; gap: 8px; padding: 2px 4px; }
      .card { display: flex; flex-direction: column; gap: 4px; padding: 8px 10px; border: 1px solid var(--fw-edge); border-radius: 4px; background: var(--vscode-editor-background); cursor: pointer; min-width: 0; }
      .card:hover { background: var(--fw-hover); }
      .card[draggable='true'] { cursor: grab; }
      .top { display: flex; align-items: flex-start; gap: 6px; min-width: 0; }
      .called { display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; overflow-wrap: anywhere; min-width: 0; }
      .foot { display: flex; flex-wrap: wrap; gap: 0 10px; font-size: 12px; color: var(--fw-dim); }
      .empty { padding: 4px; color: var(--fw-dim); font-size: 12px; }
      .small { font-size: 12px; }
    `,
  ];

  constructor() {
    super();
    this.over = null;
    this.unfolded = new Set();
  }

  override render() {
    const columns = boardOf(this.projects, this.portfolio.stages);
    return html`<div class="board" @keydown=${this.#keys}>${columns.map((column) => this.#column(column))}</div>`;
  }

  #column({ id, name: called, projects }: ReturnType<typeof boardOf>[number]) {
    const shown = this.unfolded.has(id) ? projects : projects.slice(0, firstCards);
    return html`<section class="column ${this.over === id ? 'over' : ''}" aria-label=${spellOut(called)} data-stage=${id}
      @dragover=${(event: DragEvent) => this.#dragOver(event, id)} @dragleave=${() => this.#leave(id)} @drop=${(event: DragEvent) => this.#drop(event, id)}>
      <h2><span class="cut">${name(called)}</span><span>${projects.length}</span></h2>
      ${shown.map((project) => this.#card(project))}
      ${projects.length === 0 ? html`<p class="empty">No project here</p>` : nothing}
      ${
        shown.length < projects.length
          ? html`<button class="plain" @click=${() => {
              this.unfolded = new Set([...this.unfolded, id]);
            }}>${projects.length - shown.length} more</button>`
          : nothing
      }
    </section>`;
  }

  #card(project: PortfolioProject) {
    const { id, name: called, purpose, health, owner, spent, liveModels, runs, mayChange, lastActivityAt } = project;
    const { currency } = this.portfolio;
    return html`<article class="card" tabindex="0" data-id=${id} draggable=${String(mayChange)} aria-label=${spellOut(called)}
      @click=${() => this.#open(id)} @dragstart=${(event: DragEvent) => this.#dragStart(event, project)} @dragend=${() => this.#dragEnd()}>
      <div class="top"><h3 class="grow called" title=${spellOut(called)}>${name(called)}</h3>
        ${mayChange ? iconButton({ icon: 'more', label: `Move ${spellOut(called)}`, onClick: (event) => this.#menu(event, project) }) : nothing}</div>
      ${purpose === '' ? nothing : html`<p class="cut dim small" title=${spellOut(purpose)}>${name(plainOf(purpose))}</p>`}
      ${healthMark(health)}
      <div class="foot"><span class="cut" title="Lead">${name(owner.name)}</span>${spent > 0 ? html`<span title="Spent this month">${formatMoney(spent, currency)}</span>` : nothing}
        ${liveModels > 0 ? html`<span>${plural(liveModels, 'live model')}</span>` : nothing}${runs.active > 0 ? html`<span>${runs.active} running</span>` : nothing}
        <span title=${formatTime(lastActivityAt)}>${formatAgo(lastActivityAt)}</span></div>
    </article>`;
  }

  #open(projectId: string): void {
    this.dispatchEvent(new CustomEvent('open', { detail: projectId }));
  }

  #menu(event: Event, project: PortfolioProject): void {
    event.stopPropagation();
    const at = (event.currentTarget as Element).getBoundingClientRect();
    const items = this.portfolio.stages
      .filter(({ id }) => id !== project.stage)
      .map(({ id, name: called }) => ({
        label: `Move to ${spellOut(called)}`,
        run: () => this.#move({ project, to: id, at }),
      }));
    openMenu('Stage', items, at);
  }

  #move(move: Move): void {
    this.dispatchEvent(new CustomEvent<Move>('move', { detail: move }));
  }

  #dragStart(event: DragEvent, project: PortfolioProject): void {
    this.#dragged = project;
    event.dataTransfer?.setData('text/plain', project.id);
  }

  #dragEnd(): void {
    this.#dragged = null;
    this.over = null;
  }

  #dragOver(event: DragEvent, stage: string): void {
    if (this.#dragged === null || this.#dragged.stage === stage) return;
    event.preventDefault();
    this.over = stage;
  }

  #leave(stage: string): void {
    if (this.over === stage) this.over = null;
  }

  #drop(event: DragEvent, to: string): void {
    const project = this.#dragged;
    this.#dragEnd();
    if (project === null || project.stage === to) return;
    event.preventDefault();
    this.#move({ project, to, at: new DOMRect(event.clientX, event.clientY, 0, 0) });
  }

  readonly #keys = (event: KeyboardEvent) => {
    const card = event.target as HTMLElement;
    if (!card.matches('.card')) return;
    const project = this.projects.find(({ id }) => id === card.dataset.id);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === 'Enter' && project) this.#open(project.id);
    else if (event.altKey && step && project?.mayChange) this.#step(project, step, card);
    else if (step) this.#focusColumn(card, step);
    else if (event.key === 'ArrowDown') this.#focus(card.nextElementSibling);
    else if (event.key === 'ArrowUp') this.#focus(card.previousElementSibling);
    else return;
    event.preventDefault();
  };

  #step(project: PortfolioProject, step: number, card: HTMLElement): void {
    const { stages } = this.portfolio;
    const to = stages[stages.findIndex(({ id }) => id === project.stage) + step];
    if (to) this.#move({ project, to: to.id, at: card.getBoundingClientRect() });
  }

  #focusColumn(card: HTMLElement, step: number): void {
    const columns = [...this.renderRoot.querySelectorAll('.column')];
    let at = columns.findIndex((column) => column.contains(card)) + step;
    while (columns[at] && !columns[at]?.querySelector('.card')) at += step;
    this.#focus(columns[at]?.querySelector('.card') ?? null);
  }

  #focus(card: Element | null): void {
    if (card?.matches('.card')) (card as HTMLElement).focus();
  }
}

customElements.define('fw-project-board', ProjectBoard);
