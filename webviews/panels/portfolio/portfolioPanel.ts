/** All projects that one may see: by stage on a board or as a table, with their health, spending and live models. */
import { css, html, nothing } from 'lit';
import type { Portfolio, PortfolioProject } from '../../../protocol/model/portfolio.ts';
import { healthStates } from '../../../protocol/model/portfolio.ts';
import { forecastOf, monthOf } from '../../state/month.ts';
import { type Remembered, remember } from '../../state/remembered.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { askText } from '../../ui/askText.ts';
import { button, dropdown } from '../../ui/controls.ts';
import { openMenu } from '../../ui/menu.ts';
import { spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { askStageReason } from '../../ui/stageReason.ts';
import { emptyState, failedState, offlineBanner, problem, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import type { ToastText } from '../../ui/toast.ts';
import '../../ui/toast.ts';
import { newFromTemplate, newProject, restoreProject } from './newProject.ts';
import { othersOf, sumsOf } from './portfolioParts.ts';
import type { Move } from './projectBoard.ts';
import './projectBoard.ts';
import './projectTable.ts';
import { type Filters, healthWords, isShown, noFilters, type Order, portfolioCsv } from './shownProjects.ts';

type View = { readonly layout: 'board' | 'table'; readonly filters: Filters; readonly order: Order };
type Views = { readonly present: View; readonly named: Readonly<Record<string, View>> };

const firstView: View = { layout: 'board', filters: noFilters, order: { column: 'health', descending: true } };
const firstViews: Views = { present: firstView, named: {} };

export class PortfolioPanel extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    views: { state: true },
    failure: { state: true },
    toast: { state: true },
  };
  declare views: Views;
  declare failure: unknown;
  declare toast: ToastText | null;
  #remembered: Remembered<Views> | null = null;
  #stop = () => {};

  readonly #portfolio = new Resource<Portfolio>(this, {
    app: () => this.app,
    load: (signal) => {
      const { archived } = this.views.present.filters;
      return this.app.client.projects.portfolio({ archived, from: monthOf(Date.now()).from }, { signal });
    },
    isStale: (message) => isOf(message, ['project.', 'run.', 'model.', 'catalog.']),
    pace: 3000,
  });

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: flex; flex-direction: column; height: 100%; min-height: 0; position: relative; }
      .bar { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; padding: 14px 24px 10px; }
      .bar select { width: auto; max-width: 180px; }
      .bar input { width: 200px; }
      .sums { display: flex; flex-wrap: wrap; gap: 2px 20px; padding: 0 24px 12px; color: var(--fw-dim); }
      .sums b { color: var(--vscode-foreground); font-variant-numeric: tabular-nums; }
      .modes { display: flex; gap: 2px; }
      .wide { flex: 1; }
      .others { padding: 0 24px 16px; flex: none; max-height: 30%; overflow: auto; }
      .others ul { list-style: none; display: flex; flex-direction: column; gap: 2px; margin-top: 4px; }
      .problem { margin: 0 24px 12px; }
    `,
  ];

  constructor() {
    super();
    this.views = firstViews;
    this.failure = undefined;
    this.toast = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = this.app.connection.onChange(() => this.requestUpdate());
    this.#remembered = remember<Views>(this.app.client, 'portfolio', firstViews);
    void this.#remembered.read().then((views) => {
      this.views = { present: { ...firstView, ...views.present }, named: views.named ?? {} };
      if (this.views.present.filters.archived) this.#portfolio.reset();
    });
  }

  override disconnectedCallback(): void {
    this.#stop();
    super.disconnectedCallback();
  }

  override render() {
    const banner = offlineBanner(this.app.connection, () => void this.app.client.host.connect());
    const { value, failure } = this.#portfolio;
    const body = value
      ? this.#page(value)
      : failure === undefined
        ? skeleton(10)
        : failedState(failure, () => this.#portfolio.reset());
    return html`${banner}${body}<fw-toast .toast=${this.toast} @end=${() => {
      this.toast = null;
    }}></fw-toast>`;
  }

  #page(portfolio: Portfolio) {
    const shown = portfolio.projects.filter((project) => isShown(project, this.views.present.filters));
    return html`${this.#bar(portfolio, shown)}${this.failure === undefined ? nothing : problem(this.failure)}
      ${sumsOf(portfolio, shown)}${this.#projects(portfolio, shown)}${othersOf(portfolio)}`;
  }

  #bar(portfolio: Portfolio, shown: readonly PortfolioProject[]) {
    const { layout, filters } = this.views.present;
    const owners = new Map(portfolio.projects.map(({ owner }) => [owner.id, spellOut(owner.name)]));
    const all = (text: string) => ({ value: '', text });
    return html`<div class="bar">
      <div class="modes" role="group" aria-label="Layout">${this.#mode('board', layout)}${this.#mode('table', layout)}</div>
      <input class="field" type="search" placeholder="Filter by words" aria-label="Filter by words" .value=${filters.text} @input=${(event: Event) => this.#filter({ text: (event.target as HTMLInputElement).value })} />
      ${layout === 'table' ? dropdown({ label: 'Stage', value: filters.stage, options: [all('every stage'), ...portfolio.stages.map(({ id, name: called }) => ({ value: id, text: spellOut(called) }))], onChange: (stage) => this.#filter({ stage }) }) : nothing}
      ${dropdown({ label: 'Health', value: filters.health, options: [all('any health'), ...healthStates.map((one) => ({ value: one, text: healthWords[one] }))], onChange: (health) => this.#filter({ health }) })}
      ${dropdown({ label: 'Lead', value: filters.ownerId, options: [all('any lead'), ...[...owners].map(([value, text]) => ({ value, text }))], onChange: (ownerId) => this.#filter({ ownerId }) })}
      ${dropdown({
        label: 'Archive',
        value: String(filters.archived),
        options: [
          { value: 'false', text: 'not archived' },
          { value: 'true', text: 'with archived' },
        ],
        onChange: (on) => this.#filter({ archived: on === 'true' }),
      })}
      <span class="at-views">${button({ label: 'Views', onClick: () => this.#viewMenu() })}</span>
      <span class="wide"></span>
      ${button({ label: 'Save as CSV', icon: 'download', onClick: () => void this.#saveCsv(portfolio, shown) })}
      <span class="at-new">${button({ label: 'New project', icon: 'add', primary: true, onClick: () => this.#newMenu(portfolio) })}</span>
    </div>`;
  }

  #mode(layout: View['layout'], present: View['layout']) {
    return html`<button class="plain" aria-pressed=${String(layout === present)} @click=${() => this.#set({ layout })}>${layout === 'board' ? 'Board' : 'Table'}</button>`;
  }

  #projects(portfolio: Portfolio, shown: readonly PortfolioProject[]) {
    if (portfolio.projects.length === 0) {
      return emptyState({
        icon: 'folder',
        title: 'No project that you may see',
        hint: 'Create one here or in VS Code, or ask an owner to make you a member of theirs.',
      });
    }
    if (shown.length === 0) {
      return emptyState({
        icon: 'filter',
        title: 'No project matches',
        hint: 'Other words or fewer filters show more.',
        action: button({ label: 'Clear filters', onClick: () => this.#filter(noFilters) }),
      });
    }
    const open = (event: Event) =>
      void this.app.client.host.open({ panel: 'project', projectId: (event as CustomEvent<string>).detail });
    if (this.views.present.layout === 'board') {
      return html`<fw-project-board .portfolio=${portfolio} .projects=${shown} @open=${open} @move=${(event: Event) => void this.#move((event as CustomEvent<Move>).detail)}></fw-project-board>`;
    }
    return html`<fw-project-table .portfolio=${portfolio} .projects=${shown} .order=${this.views.present.order} .forecast=${forecaster(portfolio)} @open=${open}
      @order=${(event: Event) => this.#set({ order: (event as CustomEvent<Order>).detail })}></fw-project-table>`;
  }

  async #move({ project, to, at }: Move): Promise<void> {
    const called = (id: string) => this.#portfolio.value?.stages.find((stage) => stage.id === id)?.name ?? id;
    const stageReason = await askStageReason(
      { project: project.name, from: called(project.stage), to: called(to) },
      at,
    );
    if (stageReason === null) return;
    const { id: projectId, version: expectedVersion } = project;
    await this.#try(() => this.app.client.projects.update({ projectId, stage: to, stageReason, expectedVersion }));
  }

  #newMenu({ projects }: Portfolio): void {
    const at = this.#anchor('.at-new');
    const templates = projects.filter(({ template }) => template);
    openMenu(
      'New project',
      [
        { label: 'Empty project…', icon: 'add', run: () => void this.#make(() => newProject(this.app, at)) },
        {
          label: 'From a template…',
          icon: 'file',
          disabled: templates.length === 0,
          run: () => void this.#make(() => newFromTemplate(this.app, { templates, at })),
        },
        { label: 'Restore a deleted one…', icon: 'restore', run: () => void this.#restore() },
      ],
      at,
    );
  }

  async #make(ask: () => Promise<string | null>): Promise<void> {
    await this.#try(async () => {
      const projectId = await ask();
      if (projectId !== null) await this.app.client.host.open({ panel: 'project', projectId });
    });
  }

  async #restore(): Promise<void> {
    await this.#try(async () => {
      const none = !(await restoreProject(this.app, this.#anchor('.at-new')));
      if (none) this.toast = { text: 'There is no deleted project that you may restore.' };
    });
  }

  #viewMenu(): void {
    const { named, present } = this.views;
    const at = this.#anchor('.at-views');
    const open = Object.entries(named).map(([called, view]) => ({
      label: spellOut(called),
      checked: JSON.stringify(view) === JSON.stringify(present),
      run: () => this.#keep({ present: view, named }),
    }));
    const forget = Object.keys(named).map((called) => ({
      label: `Delete ${spellOut(called)}`,
      icon: 'trash' as const,
      run: () => this.#forget(called),
    }));
    openMenu(
      'Views',
      [...open, { label: 'Save this view…', icon: 'save', run: () => void this.#saveView(at) }, ...forget],
      at,
    );
  }

  async #saveView(at: DOMRect): Promise<void> {
    const fields = [{ name: 'name', label: 'Name' }];
    const answer = await askText({ title: 'Save this view', action: 'Save', fields }, at);
    if (!answer) return;
    const { present, named } = this.views;
    this.#keep({ present, named: { ...named, [answer.name?.trim() ?? '']: present } });
  }

  #forget(called: string): void {
    const before = this.views;
    const named = Object.fromEntries(Object.entries(before.named).filter(([key]) => key !== called));
    this.#keep({ present: before.present, named });
    this.toast = {
      text: `The view “${spellOut(called)}” is deleted.`,
      action: { label: 'Undo', run: () => this.#keep(before) },
    };
  }

  async #saveCsv(portfolio: Portfolio, shown: readonly PortfolioProject[]): Promise<void> {
    const text = portfolioCsv(shown, portfolio.currency, forecaster(portfolio));
    await this.#try(() => this.app.client.host.save({ kind: 'text', name: 'portfolio.csv', text }));
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    try {
      this.failure = undefined;
      await work();
    } catch (failure) {
      this.failure = failure;
    }
    this.#portfolio.refresh();
  }

  #anchor(beside: string): DOMRect {
    return this.renderRoot.querySelector(beside)?.getBoundingClientRect() ?? new DOMRect();
  }

  #filter(change: Partial<Filters>): void {
    const before = this.views.present.filters;
    this.#set({ filters: { ...before, ...change } });
    if (change.archived !== undefined && change.archived !== before.archived) this.#portfolio.refresh();
  }

  #set(change: Partial<View>): void {
    this.#keep({ ...this.views, present: { ...this.views.present, ...change } });
  }

  #keep(views: Views): void {
    this.views = views;
    this.#remembered?.write(views);
  }
}

function forecaster({ until }: Portfolio): (spent: number) => number | null {
  const month = monthOf(until);
  return (spent) => forecastOf(spent, month, until);
}

customElements.define('fw-portfolio-panel', PortfolioPanel);
