/**
 * The table of an experiment's runs, sorted and filtered by the server over
 * everything, with chosen runs charted together beneath. Follows what happens
 * without moving what is looked at.
 */
import type { ColDef } from 'ag-grid-community';
import { html, nothing } from 'lit';
import type { Columns, Experiment, RunRow } from '../../../protocol/model/experiment.ts';
import type { TierList } from '../../../protocol/model/tier.ts';
import { type ColumnLayout, withColumn, withoutColumn } from '../../grid/columnLayout.ts';
import '../../grid/runGrid.ts';
import type { BlockRequest, RowBlock, RunGrid } from '../../grid/runGrid.ts';
import { remember } from '../../state/remembered.ts';
import { Resource } from '../../state/resource.ts';
import { isOf, touchesExperiment } from '../../state/stale.ts';
import { dropdown } from '../../ui/controls.ts';
import { plural } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { failedState, offlineBanner, problem, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import './columnChooser.ts';
import { differingColumns } from './differing.ts';
import { experimentsStyles } from './experimentsStyles.ts';
import './filterBar.ts';
import { noExperiment, noRuns } from './nothingHere.ts';
import { initialLayout, runColumns } from './runColumns.ts';
import { searchRows, type View } from './searchRows.ts';
import './selectionBar.ts';

type Remembered = { readonly layout: readonly ColumnLayout[]; readonly filter: string };

const start = {
  experimentId: '',
  filter: '',
  view: 'active',
  layout: [],
  defs: [],
  selected: [],
  total: null,
  choosing: false,
  comparing: true,
  failure: undefined,
  busy: false,
} as const;
const state = Object.fromEntries(Object.keys(start).map((name) => [name, { state: true }]));

export class ExperimentsPanel extends PanelPart {
  static override properties = { ...PanelPart.properties, ...state };
  declare experimentId: string;
  declare filter: string;
  declare view: View;
  declare layout: readonly ColumnLayout[];
  declare defs: readonly ColDef<RunRow>[];
  declare selected: readonly RunRow[];
  declare total: number | null;
  declare choosing: boolean;
  declare comparing: boolean;
  declare failure: unknown;
  declare busy: boolean;
  #stop = () => {};
  #known = '';
  /** The filter that whoever opened the panel asked for, until it is applied. */
  #asked: string | undefined;

  readonly #experiments = new Resource<readonly Experiment[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.experiments.list({}, { signal }),
    isStale: (message) => isOf(message, ['experiment.', 'project.', 'run.created']),
    pace: 1000,
    onValue: (list) => this.#settle(list),
  });
  readonly #columns = new Resource<Columns>(this, {
    app: () => this.app,
    load: (signal) =>
      this.experimentId === ''
        ? undefined
        : this.app.client.experiments.columns({ experimentIds: [this.experimentId] }, { signal }),
    isStale: (message) => touchesExperiment(message, this.experimentId),
    pace: 1000,
    onValue: (columns) => this.#takeColumns(columns),
  });

  readonly #tiers = new Resource<TierList>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.tiers.list(undefined, { signal }),
    isStale: (message) => isOf(message, ['catalog.']),
    onValue: () => this.#grid()?.refresh(),
  });

  static override styles = [base, stateStyles, experimentsStyles];

  constructor() {
    super();
    Object.assign(this, start);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = this.app.connection.onChange(() => {
      this.requestUpdate();
      if (this.#experiments.value) this.#settle(this.#experiments.value);
    });
  }

  override disconnectedCallback(): void {
    this.#stop();
    super.disconnectedCallback();
  }

  override render() {
    const list = this.#experiments.value;
    const banner = offlineBanner(this.app.connection, () => void this.app.client.host.connect());
    if (!list)
      return html`${banner}${this.#experiments.failure === undefined ? skeleton(9) : failedState(this.#experiments.failure, () => this.#experiments.reset())}`;
    if (list.length === 0) return html`${banner}${noExperiment()}`;
    return html`
      ${banner} ${this.#toolbar(list)}
      ${this.failure === undefined ? nothing : problem(this.failure)}
      <div class="table">${this.#table()}</div>
      ${this.selected.length > 0 ? this.#actions() : nothing}
      ${this.selected.length > 1 && this.comparing ? this.#drawer() : nothing}
    `;
  }

  #toolbar(list: readonly Experiment[]) {
    return html`<div class="toolbar">
      <div class="pick">${dropdown({ label: 'Experiment', value: this.experimentId, options: list.map((one) => ({ value: one.id, text: spellOut(one.name) })), onChange: (id) => this.#choose(id) })}</div>
      <fw-filter-bar .app=${this.app} .experimentId=${this.experimentId} .value=${this.filter} @filter=${(event: CustomEvent<string>) => this.#setFilter(event.detail)}></fw-filter-bar>
      <span class="dim count" role="status">${this.total === null ? '' : plural(this.total, 'run')}</span>
      <div class="narrow">${dropdown({
        label: 'Which runs',
        value: this.view,
        options: [
          { value: 'active', text: 'Active' },
          { value: 'deleted', text: 'Deleted' },
        ],
        onChange: (view) => {
          this.view = view === 'deleted' ? 'deleted' : 'active';
          this.#restart();
        },
      })}</div>
      <button class="plain" aria-expanded=${String(this.choosing)} @click=${() => {
        this.choosing = !this.choosing;
      }}>${icon('columns')}Columns</button>
      ${this.choosing ? this.#chooser() : nothing}
    </div>`;
  }

  #chooser() {
    return html`<fw-column-chooser .columns=${this.defs.map((def) => ({ id: def.colId ?? '', label: def.headerName ?? '' }))} .shown=${new Set(this.layout.map((column) => column.id))} .busy=${this.busy}
      @choose=${(event: CustomEvent<{ ids: readonly string[]; show: boolean }>) => this.#show(event.detail)}
      @differing=${() => void this.#onlyDiffering()} @close=${() => {
        this.choosing = false;
      }}></fw-column-chooser>`;
  }

  #table() {
    if (this.#columns.failure !== undefined && !this.#columns.value)
      return failedState(this.#columns.failure, () => this.#columns.reset());
    if (this.defs.length === 0) return skeleton(8);
    return html`
      <fw-run-grid .columns=${this.defs} .layout=${this.layout} .load=${this.#load} .nonce=${this.app.nonce}
        @selection=${(event: CustomEvent<readonly RunRow[]>) => {
          this.selected = event.detail;
        }}
        @open=${(event: CustomEvent<RunRow>) => this.#open(event.detail)}
        @layout=${(event: CustomEvent<readonly ColumnLayout[]>) => this.#setLayout(event.detail)}></fw-run-grid>
      ${this.total === 0 ? html`<div class="over">${noRuns(this.filter, this.view, () => this.#setFilter(''))}</div>` : nothing}
    `;
  }

  #actions() {
    return html`<fw-selection-bar .app=${this.app} .rows=${this.selected} .comparing=${this.comparing}
      @open=${(event: CustomEvent<RunRow>) => this.#open(event.detail)}
      @compare=${(event: CustomEvent<boolean>) => {
        this.comparing = event.detail;
      }}
      @none=${() => this.#grid()?.clearSelection()}
      @done=${(event: CustomEvent<unknown>) => this.#acted(event.detail)}></fw-selection-bar>`;
  }

  /** Charts are half of this panel's code and are fetched when first wanted. */
  #drawer() {
    if (!customElements.get('fw-compare-drawer')) {
      void import('./compareDrawer.ts').then(() => this.requestUpdate());
      return skeleton(4);
    }
    return html`<fw-compare-drawer .app=${this.app} .runs=${this.selected} .metrics=${this.#columns.value?.metrics ?? []} @close=${() => {
      this.comparing = false;
    }}></fw-compare-drawer>`;
  }

  #grid(): RunGrid | null {
    return this.renderRoot.querySelector<RunGrid>('fw-run-grid');
  }

  readonly #load = async (block: BlockRequest): Promise<RowBlock> => {
    try {
      const page = await searchRows(this.app, this, block);
      this.total = page.total;
      this.failure = undefined;
      return page;
    } catch (error) {
      this.failure = error;
      throw error;
    }
  };

  #settle(list: readonly Experiment[]): void {
    const { place } = this.app;
    if (place.panel !== 'experiments') return;
    const asked =
      place.experimentId ?? (place.projectId ? list.find((one) => one.projectId === place.projectId)?.id : undefined);
    const moved = this.#known !== JSON.stringify(place);
    const wanted = moved ? asked : this.experimentId;
    this.#known = JSON.stringify(place);
    const id = list.find((one) => one.id === wanted)?.id ?? list[0]?.id ?? '';
    if (moved) this.#asked = place.filter;
    if (id !== this.experimentId) this.#choose(id);
    else if (this.#asked !== undefined && this.defs.length > 0) {
      this.#setFilter(this.#asked);
      this.#asked = undefined;
    }
  }

  #choose(id: string): void {
    this.experimentId = id;
    this.selected = [];
    this.defs = [];
    this.total = null;
    this.filter = '';
    this.#columns.reset();
  }

  #memory() {
    return remember<Remembered>(this.app.client, `experiments.${this.experimentId}`, { layout: [], filter: '' });
  }

  async #takeColumns(columns: Columns): Promise<void> {
    const first = this.defs.length === 0;
    const id = this.experimentId;
    if (first) {
      const { layout, filter } = await this.#memory().read();
      if (id !== this.experimentId) return;
      this.layout = layout.length > 0 ? layout : initialLayout(columns);
      this.filter = this.#asked ?? filter;
      this.#asked = undefined;
    } else if (this.layout.length <= 4) this.layout = initialLayout(columns);
    const defs = runColumns(columns, () => this.#tiers.value?.currency ?? null);
    if (first || defs.length !== this.defs.length) this.defs = defs;
    if (!first) this.#grid()?.refresh();
  }

  #setLayout(layout: readonly ColumnLayout[]): void {
    this.layout = layout;
    this.#memory().write({ layout, filter: this.filter });
  }

  #show({ ids, show }: { readonly ids: readonly string[]; readonly show: boolean }): void {
    const keep = 'attribute:name';
    const layout = ids.reduce(
      (so, id) => (show ? withColumn(so, id) : id === keep ? so : withoutColumn(so, id)),
      this.layout,
    );
    this.#setLayout(layout);
    this.#grid()?.refresh();
  }

  async #onlyDiffering(): Promise<void> {
    this.busy = true;
    try {
      const page = await this.app.client.experiments.search({
        experimentIds: [this.experimentId],
        filter: this.filter,
        view: this.view,
        limit: 200,
      });
      const attributes = this.layout.filter((column) => column.id.startsWith('attribute:'));
      this.#setLayout(
        differingColumns(page.rows)
          .slice(0, 300)
          .reduce(withColumn, attributes as readonly ColumnLayout[]),
      );
      this.#grid()?.refresh();
    } catch (error) {
      this.failure = error;
    }
    this.busy = false;
  }

  #setFilter(filter: string): void {
    this.filter = filter;
    this.#memory().write({ layout: this.layout, filter });
    this.#restart();
  }

  #restart(): void {
    this.selected = [];
    this.total = null;
    this.#grid()?.restart();
  }

  #open(row: RunRow): void {
    void this.app.client.host.open({ panel: 'run', runId: row.id });
  }

  #acted(failure: unknown): void {
    this.failure = failure ?? undefined;
    this.#grid()?.clearSelection();
    this.#grid()?.refresh();
  }
}

customElements.define('fw-experiments-panel', ExperimentsPanel);
