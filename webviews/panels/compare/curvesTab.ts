/** The metrics of the runs as curves over one another, a chart a metric. */
import { css, html, nothing } from 'lit';
import type { Series } from '../../../protocol/model/metric.ts';
import type { Run } from '../../../protocol/model/run.ts';
import { chartControlStyles, chartControls } from '../../charts/chartControls.ts';
import type { ChartSettings } from '../../charts/drawCurves.ts';
import type { LoadRange } from '../../charts/lineChart.ts';
import '../../charts/lineChart.ts';
import { type Remembered, remember } from '../../state/remembered.ts';
import { Resource } from '../../state/resource.ts';
import { touchesRun } from '../../state/stale.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { emptyState, failedState, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';

const initial: ChartSettings = { axis: 'step', smoothing: 0, log: false };
const shownAtFirst = 4;
const mostCharts = 50;

export class CompareCurvesTab extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    runs: { attribute: false },
    chosen: { state: true },
    settings: { state: true },
  };
  declare runs: readonly Run[];
  declare chosen: readonly string[] | null;
  declare settings: ChartSettings;
  #remembered: Remembered<ChartSettings> | null = null;
  #asked = '';

  readonly #history = new Resource<readonly Series[]>(this, {
    app: () => this.app,
    load: (signal) => {
      const [runIds, keys] = [this.runs.map(({ id }) => id), [...this.#keys()]];
      if (keys.length === 0 || runIds.length === 0) return undefined;
      return this.app.client.runs.history({ runIds, keys, maxPoints: 600 }, { signal });
    },
    isStale: (message) => this.runs.some(({ id }) => touchesRun(message, id)),
    pace: 1000,
  });

  static override styles = [
    base,
    stateStyles,
    chartControlStyles,
    css`
      :host { display: flex; flex-direction: column; min-height: 0; overflow: auto; }
      header { padding: 6px 12px; }
      .chips { display: flex; flex-wrap: wrap; gap: 4px; padding: 4px 12px; max-height: 88px; overflow: auto; flex: none; }
      .chips button { border-color: var(--fw-edge); }
      .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(420px, 100%), 1fr)); gap: 12px; padding: 10px 12px 16px; }
    `,
  ];

  constructor() {
    super();
    this.runs = [];
    this.chosen = null;
    this.settings = initial;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#remembered = remember<ChartSettings>(this.app.client, 'compare.curves', initial);
    void this.#remembered.read().then((settings) => {
      this.settings = settings;
    });
  }

  override updated(): void {
    const asked = JSON.stringify([this.runs.map(({ id }) => id), this.#keys()]);
    if (asked !== this.#asked) this.#history.refresh();
    this.#asked = asked;
  }

  override render() {
    const all = this.#all();
    if (all.length === 0)
      return emptyState({ icon: 'chart', title: 'Nothing to draw yet', hint: 'These runs have logged no metrics.' });
    if (this.#history.failure !== undefined && !this.#history.value)
      return failedState(this.#history.failure, () => this.#history.reset());
    const keys = this.#keys();
    const set = (settings: ChartSettings) => {
      this.settings = settings;
      this.#remembered?.write(settings);
    };
    return html`<header>${chartControls(this.settings, set)}</header>
      <div class="chips" role="group" aria-label="Metrics to draw">${all.map((key) => html`<button class="plain" aria-pressed=${String(keys.includes(key))} title=${spellOut(key)} @click=${() => this.#toggle(key)}><span class="cut">${name(key)}</span></button>`)}</div>
      ${this.#history.loading && keys.length > 0 ? skeleton(4) : html`<div class="charts">${keys.map((key) => this.#chart(key))}</div>`}`;
  }

  #chart(key: string) {
    const curves = this.runs.flatMap((run, colorIndex) => {
      const series = this.#history.value?.find((one) => one.key === key && one.runId === run.id);
      return series && series.values.length > 0 ? [{ name: spellOut(run.name), colorIndex, series }] : [];
    });
    if (curves.length === 0) return nothing;
    const runIds = curves.map(({ series }) => series.runId);
    const loadRange: LoadRange = (range, signal) =>
      this.app.client.runs.history({ runIds, keys: [key], maxPoints: 2000, ...range }, { signal });
    return html`<fw-line-chart group="compare" .heading=${spellOut(key)} .curves=${curves} .settings=${this.settings} .loadRange=${loadRange}></fw-line-chart>`;
  }

  #all(): readonly string[] {
    return [...new Set(this.runs.flatMap(({ metrics }) => metrics.map(({ key }) => key)))].sort();
  }

  #keys(): readonly string[] {
    return (
      this.chosen ??
      this.#all()
        .filter((key) => !key.startsWith('system/'))
        .slice(0, shownAtFirst)
    );
  }

  #toggle(key: string): void {
    const keys = this.#keys();
    this.chosen = keys.includes(key) ? keys.filter((one) => one !== key) : [...keys, key].slice(-mostCharts);
  }
}

customElements.define('fw-compare-curves-tab', CompareCurvesTab);
