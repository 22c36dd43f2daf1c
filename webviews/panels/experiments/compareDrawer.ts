/** The chosen runs over one another: a chart a metric, one curve a run. */
import { css, html, nothing, type PropertyValues } from 'lit';
import type { RunRow } from '../../../protocol/model/experiment.ts';
import type { Series } from '../../../protocol/model/metric.ts';
import { chartControlStyles, chartControls } from '../../charts/chartControls.ts';
import type { ChartSettings } from '../../charts/chartOption.ts';
import '../../charts/lineChart.ts';
import { type Remembered, remember } from '../../state/remembered.ts';
import { Resource } from '../../state/resource.ts';
import { iconButton } from '../../ui/controls.ts';
import { plural } from '../../ui/format.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { emptyState, failedState, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';

const mostRuns = 50;
const initial: ChartSettings = { axis: 'step', smoothing: 0, log: false };

export class CompareDrawer extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    runs: { attribute: false },
    metrics: { attribute: false },
    chosen: { state: true },
    settings: { state: true },
  };
  declare runs: readonly RunRow[];
  declare metrics: readonly string[];
  declare chosen: readonly string[] | null;
  declare settings: ChartSettings;
  #remembered: Remembered<ChartSettings> | null = null;
  #asked = '';

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

  static override styles = [
    base,
    stateStyles,
    chartControlStyles,
    css`
      :host { display: flex; flex-direction: column; min-height: 0; background: var(--vscode-editor-background); border-top: 1px solid var(--fw-line); }
      header { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 16px; padding: 6px 12px; border-bottom: 1px solid var(--fw-line); }
      header h3 { margin-inline-end: auto; }
      .chips { display: flex; gap: 4px; padding: 8px 12px 0; max-height: 62px; overflow: auto; flex-wrap: wrap; flex: none; }
      .chips button { border-color: var(--fw-edge); }
      .charts { flex: 1; min-height: 0; overflow: auto; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(380px, 100%), 1fr)); gap: 12px; padding: 10px 12px 16px; align-content: start; }
    `,
  ];

  constructor() {
    super();
    this.runs = [];
    this.metrics = [];
    this.chosen = null;
    this.settings = initial;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#remembered = remember<ChartSettings>(this.app.client, 'compare.charts', initial);
    void this.#remembered.read().then((settings) => {
      this.settings = settings;
    });
  }

  override updated(_changed: PropertyValues<this>): void {
    const asked = JSON.stringify([this.#shownRuns().map((run) => run.id), this.#keys()]);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#history.refresh();
  }

  override render() {
    const over = this.runs.length > mostRuns ? `, the first ${mostRuns} are drawn` : '';
    return html`
      <header>
        <h3>${plural(this.runs.length, 'run')} compared${over}</h3>
        ${chartControls(this.settings, (settings) => {
          this.settings = settings;
          this.#remembered?.write(settings);
        })}
        ${iconButton({ icon: 'close', label: 'Close the comparison', onClick: () => this.dispatchEvent(new CustomEvent('close')) })}
      </header>
      ${this.#body()}
    `;
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
      return series && series.values.length > 0 ? [{ name: spellOut(run.name), series, colorIndex: at }] : [];
    });
    if (curves.length === 0) return nothing;
    return html`<fw-line-chart group="compare" .heading=${spellOut(key)} .curves=${curves} .settings=${this.settings}></fw-line-chart>`;
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
