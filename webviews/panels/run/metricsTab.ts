/**
 * The curves of a run, one chart a metric, live. Asks for the shown metrics
 * alone, so that a run with a thousand of them opens as fast as one with five.
 */
import { css, html, nothing, type PropertyValues } from 'lit';
import type { Series } from '../../../protocol/model/metric.ts';
import type { Run } from '../../../protocol/model/run.ts';
import { chartControlStyles, chartControls } from '../../charts/chartControls.ts';
import type { ChartSettings } from '../../charts/drawCurves.ts';
import type { LoadRange } from '../../charts/lineChart.ts';
import '../../charts/lineChart.ts';
import { type Remembered, remember } from '../../state/remembered.ts';
import { Resource } from '../../state/resource.ts';
import { touchesRun } from '../../state/stale.ts';
import { button, textField } from '../../ui/controls.ts';
import { formatCount } from '../../ui/format.ts';
import { spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { emptyState, failedState, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';

const batch = 24;
const initial: ChartSettings = { axis: 'step', smoothing: 0, log: false };

export class MetricsTab extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    run: { attribute: false },
    settings: { state: true },
    wanted: { state: true },
    shown: { state: true },
  };
  declare run: Run;
  declare settings: ChartSettings;
  declare wanted: string;
  declare shown: number;
  #remembered: Remembered<ChartSettings> | null = null;
  #asked = '';

  readonly #history = new Resource<readonly Series[]>(this, {
    app: () => this.app,
    load: (signal) => {
      const keys = this.#keys();
      return keys.length === 0 ? undefined : this.#load(keys, signal);
    },
    isStale: (message) => touchesRun(message, this.run.id),
    pace: 400,
  });

  static override styles = [
    base,
    stateStyles,
    chartControlStyles,
    css`
      :host { display: block; padding: 12px 16px 24px; }
      .bar { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 16px; margin-bottom: 12px; }
      .bar vscode-text-field { width: 200px; margin-inline-start: auto; }
      .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(340px, 100%), 1fr)); gap: 12px; }
      h2 { margin: 20px 0 8px; }
      .more { display: flex; justify-content: center; margin-top: 16px; }
    `,
  ];

  constructor() {
    super();
    this.settings = initial;
    this.wanted = '';
    this.shown = batch;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#remembered = remember<ChartSettings>(this.app.client, 'run.charts', initial);
    void this.#remembered.read().then((settings) => {
      this.settings = settings;
    });
  }

  override updated(_changed: PropertyValues<this>): void {
    const asked = this.#keys().join('\n');
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#history.refresh();
  }

  override render() {
    if (this.run.metrics.length === 0) return this.#empty();
    if (this.#history.failure !== undefined && !this.#history.value)
      return failedState(this.#history.failure, () => this.#history.reset());
    const matching = this.#matching();
    const keys = this.#keys();
    return html`
      <div class="bar">
        ${chartControls(this.settings, (settings) => this.#change(settings))}
        ${
          this.run.metrics.length > 6
            ? textField({
                label: 'Find metric',
                hideLabel: true,
                placeholder: 'Find metric',
                value: this.wanted,
                onInput: (text) => {
                  this.wanted = text;
                  this.shown = batch;
                },
              })
            : nothing
        }
      </div>
      ${this.#history.loading ? skeleton(4) : this.#groups(keys)}
      ${
        matching.length > keys.length
          ? html`<div class="more">${button({
              label: `Show more (${formatCount(matching.length - keys.length)} left)`,
              onClick: () => {
                this.shown += batch;
              },
            })}</div>`
          : nothing
      }
      ${matching.length === 0 ? emptyState({ icon: 'search', title: 'No metric has that in its name', hint: 'Clear the search to see all of them.' }) : nothing}
    `;
  }

  #empty() {
    return emptyState({
      icon: 'chart',
      title: 'No metrics yet',
      hint: html`Curves appear as the job logs them: <span class="mono">mlflow.log_metric("loss", value, step=i)</span>`,
    });
  }

  #groups(keys: readonly string[]) {
    const own = keys.filter((key) => !key.startsWith('system/'));
    const system = keys.filter((key) => key.startsWith('system/'));
    return html`
      <div class="charts">${own.map((key) => this.#chart(key))}</div>
      ${system.length > 0 ? html`<h2>System</h2><div class="charts">${system.map((key) => this.#chart(key))}</div>` : nothing}
    `;
  }

  #chart(key: string) {
    const series = this.#history.value?.find((one) => one.key === key);
    if (!series) return nothing;
    const curves = [{ name: spellOut(key), series, colorIndex: key.startsWith('system/') ? 3 : 0 }];
    const loadRange: LoadRange = (range, signal) => this.#ask([key], { ...range, maxPoints: 5000 }, signal);
    return html`<fw-line-chart group="run" .heading=${systemNames[key] ?? spellOut(key)} .curves=${curves} .settings=${this.settings} .loadRange=${loadRange}></fw-line-chart>`;
  }

  #matching(): string[] {
    const wanted = this.wanted.trim().toLowerCase();
    const keys = this.run.metrics.map((metric) => metric.key).filter((key) => key.toLowerCase().includes(wanted));
    return keys.sort(
      (a, b) =>
        Number(a.startsWith('system/')) - Number(b.startsWith('system/')) ||
        a.localeCompare(b, 'en', { numeric: true }),
    );
  }

  #keys(): string[] {
    return this.#matching().slice(0, this.shown);
  }

  async #load(keys: readonly string[], signal: AbortSignal): Promise<readonly Series[]> {
    const parts: Promise<readonly Series[]>[] = [];
    for (let at = 0; at < keys.length; at += 50) {
      parts.push(this.#ask(keys.slice(at, at + 50), { maxPoints: 1000 }, signal));
    }
    return (await Promise.all(parts)).flat();
  }

  #ask(keys: string[], detail: { maxPoints: number; fromStep?: number; toStep?: number }, signal: AbortSignal) {
    return this.app.client.runs.history({ runIds: [this.run.id], keys, ...detail }, { signal });
  }

  #change(settings: ChartSettings): void {
    this.settings = settings;
    this.#remembered?.write(settings);
  }
}

const systemNames: Record<string, string> = {
  'system/cpu_cores': 'Processor cores used',
  'system/memory_mib': 'Memory used, MiB',
};

customElements.define('fw-metrics-tab', MetricsTab);
