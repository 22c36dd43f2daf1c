/**
 * The experiments: which one, in which view, filtered how; its table of runs,
 * the columns beside it and the comparison beneath. Owns what the table is set
 * to, remembers it, and takes it from saved views.
 */
import { html, nothing } from 'lit';
import type { Experiment, ExperimentColumns, RunRow } from '../../../protocol/model/experiment.ts';
import type { SavedView, ViewContent } from '../../../protocol/model/view.ts';
import { Resource } from '../../state/resource.ts';
import { isOf, touchesExperiment } from '../../state/stale.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { failedState, offlineBanner, problem, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import '../../ui/toast.ts';
import type { ToastText } from '../../ui/toast.ts';
import { whenLoaded } from '../../ui/whenLoaded.ts';
import { bars } from './bars.ts';
import { showsCharts } from './charts/chartCard.ts';
import { applyChange, type ColumnChange, onlyDiffering } from './columnChanges.ts';
import './columnDrawer.ts';
import { differingColumns } from './differingColumns.ts';
import { experimentsStyles } from './experimentsStyles.ts';
import type { FilterBar } from './filterBar.ts';
import type { FilterBuilder } from './filterBuilder.ts';
import { noExperiment } from './nothingHere.ts';
import { panelKeys } from './panelKeys.ts';
import './runsTable.ts';
import type { RunsTable } from './runsTable.ts';
import './selectionBar.ts';
import { offeredColumns, type TableColumn } from './tableColumn.ts';
import { TableSettings } from './tableSettings.ts';
import { toolbar } from './toolbar.ts';
import './viewSwitcher.ts';
import { namedExperiment, wantedExperiment } from './wantedExperiment.ts';

const start = {
  experimentId: '',
  selected: [],
  total: null,
  choosing: false,
  building: false,
  grouping: false,
  comparing: true,
  failure: undefined,
  toast: null,
  busy: false,
} as const;
/** One and the same, so that nothing is drawn anew for it. */
const none = {};
const state = Object.fromEntries(Object.keys(start).map((name) => [name, { state: true }]));

export class ExperimentsPanel extends PanelPart {
  static override properties = { ...PanelPart.properties, ...state };
  declare experimentId: string;
  declare selected: readonly RunRow[];
  declare total: number | null;
  declare choosing: boolean;
  declare building: boolean;
  declare grouping: boolean;
  declare comparing: boolean;
  declare failure: unknown;
  declare toast: ToastText | null;
  declare busy: boolean;
  #stop = () => {};
  #known = '';

  readonly #experiments = new Resource<readonly Experiment[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.experiments.list({}, { signal }),
    isStale: (message) => isOf(message, ['experiment.', 'project.', 'run.created']),
    pace: 1000,
    onValue: (list) => void this.#settle(list),
  });
  readonly #columns = new Resource<ExperimentColumns>(this, {
    app: () => this.app,
    load: (signal) =>
      this.experimentId === ''
        ? undefined
        : this.app.client.experiments.columns({ experimentIds: [this.experimentId] }, { signal }),
    isStale: (message) => touchesExperiment(message, this.experimentId),
    pace: 1000,
    onValue: (columns) => void this.#table.take(columns),
  });
  readonly #table = new TableSettings(this, {
    client: () => this.app.client,
    experimentId: () => this.experimentId,
    failed: (failure) => Object.assign(this, { failure }),
  });

  static override styles = [base, stateStyles, experimentsStyles];

  constructor() {
    super();
    Object.assign(this, start);
  }

  override connectedCallback(): void {
    // What an address names is fetched at once, beside the list that it is looked for in.
    const named = namedExperiment(this.app.place);
    if (named !== undefined) this.#choose(named);
    super.connectedCallback();
    document.addEventListener('keydown', this.#key);
    this.#stop = this.app.connection.onChange(() => {
      this.requestUpdate();
      if (this.#experiments.value) void this.#settle(this.#experiments.value);
    });
  }

  override disconnectedCallback(): void {
    document.removeEventListener('keydown', this.#key);
    this.#stop();
    super.disconnectedCallback();
  }

  override render() {
    const { value: list, failure } = this.#experiments;
    const banner = offlineBanner(this.app.connection, () => void this.app.client.host.connect());
    if (list) return html`${banner} ${list.length === 0 ? noExperiment() : this.#all(list)}`;
    return html`${banner} ${failure === undefined ? skeleton(9) : failedState(failure, () => this.#experiments.reset())}`;
  }

  #all(list: readonly Experiment[]) {
    const { settings } = this.#table;
    const { length: chosen } = this.selected;
    return html`
      ${this.#toolbar(list)} ${settings ? this.#bars(settings) : nothing}
      ${this.failure === undefined ? nothing : problem(this.failure)}
      <div class="table">${settings && showsCharts(settings) ? this.#charts(settings) : this.#runs()}${this.choosing && settings ? this.#drawer(settings) : nothing}</div>
      ${chosen > 0 ? this.#actions() : nothing}
      ${chosen > 1 && this.comparing ? this.#comparison() : nothing}
      <fw-toast .toast=${this.toast} @end=${() => this.#set({ toast: null })}></fw-toast>
    `;
  }

  #toolbar(list: readonly Experiment[]) {
    return toolbar({
      app: this.app,
      experimentId: this.experimentId,
      experiments: list,
      recent: this.#table.recent,
      settings: this.#table.settings,
      total: this.total,
      open: this,
      directions: this.#columns.value?.directions ?? none,
      views: (settings) => this.#views(settings, list),
      onExperiment: (id) => this.#choose(id),
      onChange: (change) => this.#table.change(change),
      onFailed: this.#failed,
      onFilter: (filter) => this.#table.filter(filter),
      onToggle: (part) => Object.assign(this, { [part]: !this[part] }),
    });
  }

  #views(settings: ViewContent, list: readonly Experiment[]) {
    const projectId = list.find((one) => one.id === this.experimentId)?.projectId ?? '';
    return html`<fw-view-switcher .app=${this.app} .projectId=${projectId} .experimentId=${this.experimentId} .settings=${settings} .view=${this.#table.savedView}
      @open-view=${(event: CustomEvent<SavedView | null>) => this.#openView(event.detail)}
      @view-changed=${(event: CustomEvent<SavedView | null>) => this.#table.follow(event.detail)}
      @told=${this.#told} @failed=${this.#failed}></fw-view-switcher>`;
  }

  #bars(settings: ViewContent) {
    return bars({
      app: this.app,
      settings,
      offered: this.#offered(),
      open: this,
      onChange: (change) => this.#table.change(change),
      onFilter: (filter) => this.#table.filter(filter),
    });
  }

  #runs() {
    if (this.#columns.failure !== undefined && !this.#columns.value)
      return failedState(this.#columns.failure, () => this.#columns.reset());
    if (!this.#table.settings) return html`<div class="rows">${skeleton(8)}</div>`;
    return html`<fw-runs-table .app=${this.app} .experimentId=${this.experimentId} .settings=${this.#table.settings} .directions=${this.#columns.value?.directions ?? none}
      @settings=${(event: CustomEvent<ViewContent>) => this.#table.change(event.detail)}
      @selection=${(event: CustomEvent<readonly RunRow[]>) => this.#set({ selected: event.detail })}
      @total=${(event: CustomEvent<number | null>) => this.#set({ total: event.detail })}
      @filter-by=${(event: CustomEvent<TableColumn>) => void this.#filterBy(event.detail)}
      @told=${this.#told} @failed=${this.#failed}></fw-runs-table>`;
  }

  #charts(settings: ViewContent) {
    return whenLoaded(this, {
      tag: 'fw-charts-view',
      load: () => import('./charts/chartsView.ts'),
      draw: () => html`<fw-charts-view .app=${this.app} .experimentId=${this.experimentId} .settings=${settings} .offered=${this.#offered()}
        @settings=${(event: CustomEvent<ViewContent>) => this.#table.change(event.detail)} @told=${this.#told}></fw-charts-view>`,
    });
  }

  #drawer(settings: ViewContent) {
    return html`<fw-column-drawer .offered=${this.#offered()} .shown=${settings.columns} .busy=${this.busy}
      @change-columns=${(event: CustomEvent<ColumnChange>) => this.#changeColumns(event.detail)} @close=${() => {
        this.choosing = false;
        this.#rows()?.focusRows();
      }}></fw-column-drawer>`;
  }

  #actions() {
    return html`<fw-selection-bar .app=${this.app} .rows=${this.selected} .comparing=${this.comparing}
      @open=${(event: CustomEvent<RunRow>) => void this.app.client.host.open({ panel: 'run', runId: event.detail.id })}
      @compare=${(event: CustomEvent<boolean>) => this.#set({ comparing: event.detail })}
      @none=${() => this.#rows()?.clearSelection()}
      @delete=${(event: CustomEvent<readonly RunRow[]>) => this.#rows()?.delete(event.detail)}
      @done=${(event: CustomEvent<unknown>) => this.#acted(event.detail)}></fw-selection-bar>`;
  }

  #comparison() {
    return whenLoaded(this, {
      tag: 'fw-compare-drawer',
      load: () => import('./compareDrawer.ts'),
      draw: () =>
        html`<fw-compare-drawer .app=${this.app} .runs=${this.selected} .experimentId=${this.experimentId} .offered=${this.#offered()} .metrics=${this.#columns.value?.metrics ?? []} @close=${() => this.#set({ comparing: false })}></fw-compare-drawer>`,
    });
  }

  #rows(): RunsTable | null {
    return this.renderRoot.querySelector<RunsTable>('fw-runs-table');
  }

  #offered(): TableColumn[] {
    return this.#columns.value ? offeredColumns(this.#columns.value) : [];
  }

  readonly #told = (event: CustomEvent<ToastText>) => {
    this.toast = event.detail;
  };
  readonly #failed = (event: CustomEvent<unknown>) => {
    // An event carries null where it was given nothing.
    this.failure = event.detail ?? undefined;
  };

  readonly #key = panelKeys(() => this.renderRoot.querySelector<FilterBar>('fw-filter-bar')?.focus());

  async #settle(list: readonly Experiment[]): Promise<void> {
    const { place } = this.app;
    if (place.panel !== 'experiments') return;
    const isNew = this.#known !== JSON.stringify(place);
    this.#known = JSON.stringify(place);
    const view = isNew && place.viewId ? await this.#table.viewOf(place.viewId) : null;
    const id = wantedExperiment(list, isNew ? place : this, view)?.id ?? '';
    if (id !== this.experimentId) this.#choose(id, view);
    else if (view) this.#openView(view);
    if (isNew && place.filter !== undefined) this.#table.ask(place.filter);
  }

  #set(change: Partial<Pick<ExperimentsPanel, 'experimentId' | 'selected' | 'total' | 'comparing' | 'toast'>>): void {
    Object.assign(this, change);
  }

  #choose(id: string, view: SavedView | null = null): void {
    this.#set({ experimentId: id, selected: [], total: null });
    this.#table.reset(view);
    this.#columns.reset();
  }

  async #filterBy(column: TableColumn): Promise<void> {
    this.building = true;
    await this.updateComplete;
    await this.renderRoot.querySelector<FilterBuilder>('fw-filter-builder')?.start(column);
  }

  #openView(view: SavedView | null): void {
    const elsewhere = view && view.experimentId !== this.experimentId;
    if (elsewhere && this.#experiments.value?.some((one) => one.id === view.experimentId)) {
      this.#choose(view.experimentId, view);
    } else this.#table.open(view, this.#columns.value);
  }

  #changeColumns(change: ColumnChange): void {
    const changed = this.#table.settings && applyChange(this.#table.settings, change);
    if (changed) this.#table.change(changed);
    else if (change.kind === 'fit') this.#rows()?.fitColumns();
    else if (change.kind === 'differing') void this.#onlyDiffering();
  }

  async #onlyDiffering(): Promise<void> {
    if (!this.#table.settings) return;
    this.busy = true;
    try {
      const ids = await differingColumns(this.app, this.experimentId, this.#table.settings);
      this.#table.change(onlyDiffering(this.#table.settings, ids));
    } catch (error) {
      this.failure = error;
    }
    this.busy = false;
  }

  #acted(failure: unknown): void {
    this.failure = failure ?? undefined;
    this.#rows()?.clearSelection();
    this.#rows()?.refresh();
  }
}

customElements.define('fw-experiments-panel', ExperimentsPanel);
