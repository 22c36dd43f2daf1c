/** The chosen runs over one another: a chart a metric, one curve a run or one band a group of them. */
import { css, html, nothing, type PropertyValues } from 'lit';
import type { RunRow } from '../../../protocol/model/experiment.ts';
import type { Series } from '../../../protocol/model/metric.ts';
import { type BandKind, bandKinds } from '../../charts/bands.ts';
import { chartControlStyles, chartControls } from '../../charts/chartControls.ts';
import type { ChartSettings } from '../../charts/drawCurves.ts';
import type { LoadRange } from '../../charts/lineChart.ts';
import '../../charts/lineChart.ts';
import { type Remembered, remember } from '../../state/remembered.ts';
import { Resource } from '../../state/resource.ts';
import { dropdown, iconButton } from '../../ui/controls.ts';
import { plural } from '../../ui/format.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { emptyState, failedState, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import { groupable } from './groupBar.ts';
import { columnOf, type TableColumn } from './tableColumn.ts';

const mostRuns = 50;
type DrawerSettings = ChartSettings & { readonly groupBy: string; readonly band: BandKind };
const initial: DrawerSettings = { axis: 'step', smoothing: 0, log: false, groupBy: '', band: 'deviation' };
const bandWords: Readonly<Record<BandKind, string>> = {
  deviation: 'Mean ± deviation',
  range: 'Mean, least to greatest',
};
/** Of the runs, by id. */
type Groups = ReadonlyMap<string, string>;

export class CompareDrawer extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    runs: { attribute: false },
    metrics: { attribute: false },
    experimentId: {},
    offered: { attribute: false },
    chosen: { state: true },
    settings: { state: true },
  };
  declare runs: readonly RunRow[];
  declare metrics: readonly string[];
  declare experimentId: string;
  /** The columns that curves can be grouped by are among them. */
  declare offered: readonly TableColumn[];
  declare chosen: readonly string[] | null;
  declare settings: DrawerSettings;
  #remembered: Remembered<DrawerSettings> | null = null;
  #asked = '';
  #grouped = '';

  readonly #history = new Resource<readonly Series[]>(this, {
    app: () => this.app,
    load: (signal) => {
      const runIds = this.#shownRuns().map((run) => run.id);
      const keys = this.#keys();
      return keys.length === 0
        ? undefined
        : this.app.client.runs.history({ runIds, keys: [...keys], maxPoints: 600 }, { signal });
    },
    isStale: (message) =>
      message.kind === 'touched' && message.runs.some((one) => this.runs.some((run) => run.id === one.runId)),
    pace: 700,
  });

  readonly #groups = new Resource<Groups>(this, {
    app: () => this.app,
    load: (signal) => this.#groupsOf(this.settings.groupBy, signal),
    isStale: (message) => message.kind === 'event' && this.settings.groupBy !== '',
    pace: 1000,
  });

  static override styles = [
    base,
    stateStyles,
    chartControlStyles,
    css`
      :host { display: flex; flex-direction: column; min-height: 0; background: var(--vscode-editor-background); border-top: 1px solid var(--fw-line); }
      header { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 16px; padding: 6px 12px; border-bottom: 1px solid var(--fw-line); }
      header h3 { margin-inline-end: auto; }
      .by { display: flex; align-items: center; gap: 8px; }
      .by select { width: auto; max-width: 180px; }
      .chips { display: flex; gap: 4px; padding: 8px 12px 0; max-height: 62px; overflow: auto; flex-wrap: wrap; flex: none; }
      .chips button { border-color: var(--fw-edge); }
      .charts { flex: 1; min-height: 0; overflow: auto; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(380px, 100%), 1fr)); gap: 12px; padding: 10px 12px 16px; align-content: start; }
    `,
  ];

  constructor() {
    super();
    this.runs = [];
    this.metrics = [];
    this.experimentId = '';
    this.offered = [];
    this.chosen = null;
    this.settings = initial;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#remembered = remember<DrawerSettings>(this.app.client, 'compare.charts', initial);
    void this.#remembered.read().then((settings) => {
      this.settings = settings;
    });
  }

  override updated(_changed: PropertyValues<this>): void {
    const ids = this.#shownRuns().map((run) => run.id);
    const asked = JSON.stringify([ids, this.#keys()]);
    if (asked !== this.#asked) this.#history.refresh();
    this.#asked = asked;
    const grouped = JSON.stringify([ids, this.settings.groupBy]);
    if (grouped !== this.#grouped) this.#groups.reset();
    this.#grouped = grouped;
  }

  override render() {
    const over = this.runs.length > mostRuns ? `, the first ${mostRuns} are drawn` : '';
    return html`
      <header>
        <h3>${plural(this.runs.length, 'run')} compared${over}</h3>
        ${this.#grouping()}
        ${chartControls(this.settings, (settings) => this.#set(settings))}
        ${iconButton({ icon: 'close', label: 'Close the comparison', onClick: () => this.dispatchEvent(new CustomEvent('close')) })}
      </header>
      ${this.#body()}
    `;
  }

  #grouping() {
    const { groupBy, band } = this.settings;
    const columns = [
      { value: '', text: 'Each run' },
      ...this.offered.filter(groupable).map((column) => ({ value: column.id, text: spellOut(column.label) })),
    ];
    return html`<label class="by">Curves ${dropdown({ label: 'Curves of', value: groupBy, options: columns, onChange: (id) => this.#set({ groupBy: id }) })}</label>
      ${groupBy === '' ? nothing : html`<label class="by">Band ${dropdown({ label: 'Band', value: band, options: bandKinds.map((kind) => ({ value: kind, text: bandWords[kind] })), onChange: (kind) => this.#set({ band: kind as BandKind }) })}</label>`}`;
  }

  #set(change: Partial<DrawerSettings>): void {
    this.settings = { ...this.settings, ...change };
    this.#remembered?.write(this.settings);
  }

  /** The value that each run has in the column, as text. */
  async #groupsOf(id: string, signal: AbortSignal): Promise<Groups> {
    const column = columnOf(id);
    const runIds = this.#shownRuns().map((run) => run.id);
    if (!column?.grammar || runIds.length === 0) return new Map();
    const asked = { experimentIds: [this.experimentId], view: 'all' as const, columns: [column.grammar], runIds };
    const table = await this.app.client.experiments.values(asked, { signal });
    const value = (at: number) => spellOut(String(table.columns[0]?.[at] ?? `no ${column.label}`));
    return new Map(table.runIds.map((runId, at) => [runId, value(at)]));
  }

  #body() {
    if (this.#keys().length === 0 && this.metrics.length === 0)
      return emptyState({ icon: 'chart', title: 'Nothing to draw yet', hint: 'These runs have logged no metrics.' });
    if (this.#history.failure !== undefined && !this.#history.value)
      return failedState(this.#history.failure, () => this.#history.reset());
    const keys = this.#keys();
    return html`
      <div class="chips" role="group" aria-label="Metrics to draw">${this.metrics.map((key) => html`<button class="plain" aria-pressed=${String(keys.includes(key))} title=${spellOut(key)} @click=${() => this.#toggle(key)}><span class="cut">${name(key)}</span></button>`)}</div>
      ${this.#history.loading && keys.length > 0 ? skeleton(4) : html`<div class="charts">${keys.map((key) => this.#chart(key))}</div>`}
    `;
  }

  #chart(key: string) {
    const curves = this.#shownRuns().flatMap((run, at) => {
      const series = this.#history.value?.find((one) => one.key === key && one.runId === run.id);
      const group = this.#groups.value?.get(run.id);
      const curve = { name: spellOut(run.name), colorIndex: at, ...(group !== undefined && { group }) };
      return series && series.values.length > 0 ? [{ ...curve, series }] : [];
    });
    if (curves.length === 0) return nothing;
    const band = this.settings.groupBy !== '' && this.#groups.value ? this.settings.band : '';
    const runIds = curves.map(({ series }) => series.runId);
    const loadRange: LoadRange = (range, signal) =>
      this.app.client.runs.history({ runIds, keys: [key], maxPoints: 2000, ...range }, { signal });
    return html`<fw-line-chart group="compare" .heading=${spellOut(key)} .curves=${curves} .settings=${this.settings} .band=${band} .loadRange=${loadRange}></fw-line-chart>`;
  }

  #shownRuns(): readonly RunRow[] {
    return this.runs.slice(0, mostRuns);
  }

  #keys(): readonly string[] {
    return this.chosen ?? this.metrics.filter((key) => !key.startsWith('system/')).slice(0, 4);
  }

  #toggle(key: string): void {
    const keys = this.#keys();
    this.chosen = keys.includes(key) ? keys.filter((one) => one !== key) : [...keys, key].slice(-50);
  }
}

customElements.define('fw-compare-drawer', CompareDrawer);
