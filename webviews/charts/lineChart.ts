/**
 * A chart of curves with its title, the values under the cursor, and how many
 * points it shows of how many there are. Charts of one group share the cursor.
 */
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { formatCount, formatMetric } from '../ui/format.ts';
import { base } from '../ui/styles.ts';
import { type ChartSettings, chartOption, type DrawnCurve, drawCurves } from './chartOption.ts';
import { curveLook, onThemeChange, readChartTheme } from './chartTheme.ts';
import { type Curve, nearest } from './curves.ts';
import { connect, type ECharts, init } from './engine.ts';

export class LineChart extends LitElement {
  static override properties = {
    heading: {},
    curves: { attribute: false },
    settings: { attribute: false },
    group: {},
    cursor: { state: true },
  };
  declare heading: string;
  declare curves: readonly Curve[];
  declare settings: ChartSettings;
  declare group: string;
  declare cursor: number | null;
  #chart: ECharts | null = null;
  #drawn: readonly DrawnCurve[] = [];
  #stops: (() => void)[] = [];

  static override styles = [
    base,
    css`
      :host { display: flex; flex-direction: column; min-width: 0; border: 1px solid var(--fw-edge); border-radius: 4px; background: var(--vscode-editor-background); }
      header { display: flex; align-items: baseline; gap: 8px; padding: 8px 12px 0; }
      h3 { flex: 1; }
      .canvas { height: 170px; margin: 0 4px; }
      footer { padding: 0 12px 7px; color: var(--fw-dim); font-size: 11px; display: flex; gap: 12px; justify-content: space-between; }
      ul { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 14px; padding: 4px 12px 0; max-height: 76px; overflow: auto; }
      li { display: flex; align-items: center; gap: 6px; font-size: 12px; max-width: 100%; }
      li svg { width: 16px; height: 4px; flex: none; }
    `,
  ];

  constructor() {
    super();
    this.heading = '';
    this.curves = [];
    this.settings = { axis: 'step', smoothing: 0, log: false };
    this.group = '';
    this.cursor = null;
  }

  override disconnectedCallback(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.#chart?.dispose();
    this.#chart = null;
    super.disconnectedCallback();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) void this.updateComplete.then(() => this.#mount());
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('curves') || changed.has('settings')) this.#drawn = drawCurves(this.curves, this.settings);
  }

  override firstUpdated(): void {
    this.#mount();
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('curves') || changed.has('settings')) this.#draw();
  }

  override render() {
    const only = this.#drawn.length === 1 ? this.#drawn[0] : undefined;
    return html`
      <header>
        <h3 class="cut" title=${this.heading}>${this.heading}</h3>
        ${only ? html`<span class="mono">${this.#reading(only)}</span>` : nothing}
      </header>
      ${only ? nothing : this.#legend()}
      <div class="canvas" role="img" aria-label=${this.#spoken()}></div>
      <footer><span>${this.#counts()}</span><span>${this.#place()}</span></footer>
    `;
  }

  #legend() {
    const theme = readChartTheme();
    return html`<ul>
      ${this.#drawn.map((item) => {
        const look = curveLook(theme, item.curve.colorIndex);
        const dashes = { solid: 'none', dashed: '4 3', dotted: '1.5 2' }[look.dash];
        return html`<li>
          <svg viewBox="0 0 16 4" aria-hidden="true"><path d="M0 2h16" stroke=${look.color} stroke-width="2" stroke-dasharray=${dashes} /></svg>
          <span class="cut" title=${item.curve.name}>${item.curve.name}</span>
          <span class="mono">${this.#reading(item)}</span>
        </li>`;
      })}
    </ul>`;
  }

  #reading(item: DrawnCurve): string {
    const point = this.cursor === null ? item.raw.at(-1) : nearest(item.raw, this.cursor);
    return point?.[1] === null || point === undefined || point === null ? '–' : formatMetric(point[1]);
  }

  #place(): string {
    if (this.cursor === null) return '';
    if (this.settings.axis === 'step') return `step ${formatCount(Math.round(this.cursor))}`;
    return this.settings.axis === 'time' ? new Date(this.cursor).toLocaleTimeString() : `${this.cursor.toFixed(1)} s`;
  }

  #counts(): string {
    const shown = this.#drawn.reduce((sum, item) => sum + item.raw.length, 0);
    const total = this.#drawn.reduce((sum, item) => sum + item.curve.series.total, 0);
    const gaps = this.settings.log
      ? this.#drawn.reduce((sum, item) => sum + item.raw.filter(([, y]) => y === null).length, 0)
      : 0;
    const counted =
      shown === total
        ? `${formatCount(total)} ${total === 1 ? 'point' : 'points'}`
        : `${formatCount(shown)} of ${formatCount(total)} points, peaks kept`;
    return gaps > 0 ? `${counted}; ${formatCount(gaps)} not on a log axis` : counted;
  }

  #spoken(): string {
    const parts = this.#drawn.map((item) => `${item.curve.name} ${this.#reading(item)}`);
    return `${this.heading}: ${parts.join(', ')}. ${this.#counts()}.`;
  }

  #mount(): void {
    const canvas = this.renderRoot.querySelector<HTMLElement>('.canvas');
    if (!canvas || this.#chart) return;
    const chart = init(canvas, null, { renderer: 'canvas' });
    this.#chart = chart;
    if (this.group) {
      chart.group = this.group;
      connect(this.group);
    }
    chart.on('updateAxisPointer', (event) => {
      const info = (event as { axesInfo?: readonly { axisDim: string; value: number }[] }).axesInfo;
      this.cursor = info?.find((axis) => axis.axisDim === 'x')?.value ?? null;
    });
    const sizes = new ResizeObserver(() => chart.resize());
    sizes.observe(canvas);
    this.#stops = [() => sizes.disconnect(), onThemeChange(() => this.#draw())];
    this.#draw();
  }

  #draw(): void {
    this.#chart?.setOption(chartOption(this.#drawn, this.settings, readChartTheme()), { replaceMerge: ['series'] });
  }
}

customElements.define('fw-line-chart', LineChart);
