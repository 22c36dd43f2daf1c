/**
 * Curves: with the values under the cursor, a legend that lights, isolates and
 * hides, bands of groups, and a zoom that asks for finer points of what it
 * shows. Charts of one group share cursor and zoom.
 */
import { type CSSResultGroup, css, html, nothing, type PropertyValues } from 'lit';
import type { Series } from '../../protocol/model/metric.ts';
import { iconButton } from '../ui/controls.ts';
import type { CsvCell } from '../ui/csv.ts';
import { formatCount, formatMetric } from '../ui/format.ts';
import { type Band, type BandKind, bandsOf, isBinned } from './bands.ts';
import { ChartElement } from './chartElement.ts';
import { chartOption } from './chartOption.ts';
import { type ChartTheme, curveLook, readChartTheme } from './chartTheme.ts';
import { countsOf } from './curveCounts.ts';
import { type Curve, keyOf, nearest } from './curves.ts';
import { curveTable } from './curveTable.ts';
import { type ChartSettings, type DrawnCurve, drawCurves } from './drawCurves.ts';
import type { ECharts, EChartsCoreOption } from './engine.ts';
import { isReduced, refine, type StepRange, stepsIn, type View } from './zoom.ts';

type Finer = { readonly range: StepRange; readonly series: readonly Series[] };
/** Asks for all points of the drawn curves within a range. */
export type LoadRange = (range: StepRange, signal: AbortSignal) => Promise<readonly Series[]>;

const settleMs = 250;

export class LineChart extends ChartElement {
  static override properties = {
    ...ChartElement.properties,
    curves: { attribute: false },
    settings: { attribute: false },
    loadRange: { attribute: false },
    band: {},
    cursor: { state: true },
    off: { state: true },
    lit: { state: true },
    view: { state: true },
    finer: { state: true },
  };
  declare curves: readonly Curve[];
  declare settings: ChartSettings;
  /** Absent where finer points cannot be had. */
  declare loadRange: LoadRange | undefined;
  /** Absent: one line a curve. Otherwise one band a group. */
  declare band: BandKind | '';
  declare cursor: number | null;
  declare off: ReadonlySet<string>;
  declare lit: string | null;
  declare view: View | null;
  declare finer: Finer | null;
  #drawn: readonly DrawnCurve[] = [];
  #bands: readonly Band[] = [];
  #asking = new AbortController();

  static override styles: CSSResultGroup = [
    ChartElement.styles,
    css`
      ul { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 4px; padding: 2px 8px 0; max-height: 76px; overflow: auto; }
      li :is(button, span.band) { display: flex; align-items: center; gap: 6px; font-size: 12px; max-width: 300px; height: 20px; padding: 0 4px; white-space: nowrap; }
      ul li button.plain[aria-pressed] { border-color: transparent; background: none; }
      ul li button.plain:is(:hover, :focus-visible) { border-color: var(--fw-edge); }
      li button[aria-pressed='false'] { opacity: 0.45; }
      li span.band { max-width: 100%; }
      li svg { width: 16px; height: 4px; flex: none; }
    `,
  ];

  constructor() {
    super();
    this.curves = [];
    this.settings = { axis: 'step', smoothing: 0, log: false };
    this.loadRange = undefined;
    this.band = '';
    this.cursor = null;
    this.off = new Set();
    this.lit = null;
    this.view = null;
    this.finer = null;
  }

  override disconnectedCallback(): void {
    this.#asking.abort();
    super.disconnectedCallback();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('settings') && changed.get('settings')?.axis !== this.settings.axis) this.#forgetZoom();
    if (['curves', 'settings', 'off', 'finer', 'band'].some((name) => changed.has(name as keyof LineChart)))
      this.#prepare();
  }

  override updated(changed: PropertyValues<this>): void {
    const drawn = ['curves', 'settings', 'off', 'finer', 'band', 'lit', 'view'];
    if (drawn.some((name) => changed.has(name as keyof LineChart))) this.draw();
    if (changed.has('curves') && this.view !== null) this.#refineSoon();
  }

  protected override option(theme: ChartTheme): EChartsCoreOption {
    const drawing = { curves: this.#drawn, bands: this.#bands, lit: this.lit, view: this.view };
    return chartOption(drawing, this.settings, theme);
  }

  protected override table(): readonly (readonly CsvCell[])[] {
    return curveTable(this.heading, this.#drawn, this.#bands);
  }

  protected override counts(): string {
    const groups = this.#bands.length === 0 ? null : { binned: isBinned(this.#grouped()) };
    return countsOf(this.#drawn, { settings: this.settings, view: this.view, groups });
  }

  protected override spoken(): string {
    const parts = this.#drawn.map((item) => `${item.curve.name} ${this.#reading(item)}`);
    return `${parts.join(', ')}. ${this.counts()}. Plus and minus zoom, arrows move, Escape shows all.`;
  }

  protected override beside(): unknown {
    const only = this.curves.length === 1 ? this.#drawn[0] : undefined;
    return only ? html`<span class="mono">${this.#reading(only)}</span>` : nothing;
  }

  protected override tools(): unknown {
    return this.view === null
      ? nothing
      : iconButton({ icon: 'restore', label: 'Show all (Escape)', onClick: () => this.reset() });
  }

  protected override above(): unknown {
    if (this.#bands.length > 0) return html`<ul>${this.#bands.map((band) => this.#bandEntry(band))}</ul>`;
    if (this.curves.length < 2) return nothing;
    return html`<ul @pointerleave=${() => this.#light(null)}>${this.curves.map((curve) => this.#entry(curve))}</ul>`;
  }

  protected override place(): string {
    if (this.cursor === null) return '';
    if (this.settings.axis === 'step') return `step ${formatCount(Math.round(this.cursor))}`;
    return this.settings.axis === 'time' ? new Date(this.cursor).toLocaleTimeString() : `${this.cursor.toFixed(1)} s`;
  }

  protected override mounted(chart: ECharts): void {
    chart.on('updateAxisPointer', (event) => {
      const info = (event as { axesInfo?: readonly { axisDim: string; value: number }[] }).axesInfo;
      this.cursor = info?.find((axis) => axis.axisDim === 'x')?.value ?? null;
    });
    chart.on('datazoom', () => this.#zoomed(chart));
  }

  protected override key(event: KeyboardEvent): void {
    const [from, to] = this.#percent();
    const span = to - from;
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      '+': [from + span / 4, to - span / 4],
      '=': [from + span / 4, to - span / 4],
      '-': [from - span / 2, to + span / 2],
      ArrowLeft: [from - Math.min(span / 4, from), to - Math.min(span / 4, from)],
      ArrowRight: [from + Math.min(span / 4, 100 - to), to + Math.min(span / 4, 100 - to)],
      Escape: [0, 100],
    };
    const move = moves[event.key];
    if (!move || (event.key === 'Escape' && this.view === null)) return;
    event.preventDefault();
    event.stopPropagation();
    this.#zoom(Math.max(0, move[0]), Math.min(100, move[1]));
  }

  protected override reset(): void {
    this.#zoom(0, 100);
  }

  #entry(curve: Curve) {
    const key = keyOf(curve);
    const item = this.#drawn.find((each) => each.curve === curve || keyOf(each.curve) === key);
    const shown = !this.off.has(key);
    return html`<li><button class="plain" aria-pressed=${String(shown)} title="${curve.name}: click shows it alone, Ctrl+click hides or shows it"
      @click=${(event: MouseEvent) => this.#toggle(key, event)} @pointerenter=${() => this.#light(key)} @focus=${() => this.#light(key)} @blur=${() => this.#light(null)}>
      ${swatch(curve.colorIndex)}<span class="cut">${curve.name}</span><span class="mono">${item ? this.#reading(item) : ''}</span>
    </button></li>`;
  }

  #bandEntry({ name, colorIndex, runs, points }: Band) {
    const at = this.cursor === null ? points.at(-1) : nearestBand(points, this.cursor);
    const text = at
      ? `${formatMetric(at.mean)} [${formatMetric(at.low)}, ${formatMetric(at.high)}], ${at.runs} of ${runs}`
      : `${runs}`;
    return html`<li><span class="band" title="Mean, band and how many runs of the group have a point there">${swatch(colorIndex)}<span class="cut">${name}</span><span class="mono">${text}</span></span></li>`;
  }

  #reading(item: DrawnCurve): string {
    const point = this.cursor === null ? item.raw.at(-1) : nearest(item.raw, this.cursor);
    return point?.[1] === null || point === undefined || point === null ? '–' : formatMetric(point[1]);
  }

  #prepare(): void {
    const { finer } = this;
    const seen = this.curves.filter((curve) => !this.off.has(keyOf(curve)));
    const curves = seen.map((curve) => {
      const fine = finer?.series.find(({ runId, key }) => runId === curve.series.runId && key === curve.series.key);
      return finer && fine ? { ...curve, series: refine(curve.series, fine, finer.range) } : curve;
    });
    this.#drawn = drawCurves(curves, this.settings);
    this.#bands = this.band === '' ? [] : bandsOf(this.#grouped(), this.band);
  }

  #grouped() {
    return this.#drawn.map(({ curve, shown }) => ({ group: curve.group ?? '', points: shown }));
  }

  #toggle(key: string, event: MouseEvent): void {
    const others = this.curves.map(keyOf).filter((each) => each !== key);
    if (event.ctrlKey || event.metaKey) {
      const off = new Set(this.off);
      if (!off.delete(key)) off.add(key);
      this.off = off.size === this.curves.length ? new Set() : off;
      return;
    }
    const isAlone = !this.off.has(key) && others.every((each) => this.off.has(each));
    this.off = new Set(isAlone ? [] : others);
  }

  #light(key: string | null): void {
    this.lit = key;
  }

  #percent(): readonly [number, number] {
    const option = this.chart?.getOption() as { dataZoom?: readonly { start?: number; end?: number }[] } | undefined;
    const zoom = option?.dataZoom?.[0];
    return [zoom?.start ?? 0, zoom?.end ?? 100];
  }

  #zoom(start: number, end: number): void {
    this.chart?.dispatchAction({ type: 'dataZoom', start, end });
  }

  #zoomed(chart: ECharts): void {
    const [from, to] = this.#percent();
    const option = chart.getOption() as { dataZoom: readonly { startValue: number; endValue: number }[] };
    const axis = option.dataZoom[0];
    if (!axis || (from <= 0.01 && to >= 99.99)) this.#forgetZoom();
    else {
      this.view = [axis.startValue, axis.endValue];
      this.#refineSoon();
    }
  }

  #forgetZoom(): void {
    this.#asking.abort();
    this.view = null;
    this.finer = null;
  }

  /** Once the zoom rests. What was asked for an earlier part is not waited for. */
  #refineSoon(): void {
    this.#asking.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    const series = this.curves.map((curve) => curve.series);
    if (!this.loadRange || !this.view || !isReduced(series)) return;
    const range = stepsIn(series, this.settings.axis, this.view);
    if (range === null) return;
    setTimeout(() => !signal.aborted && void this.#refine(range, signal), settleMs);
  }

  async #refine(range: StepRange, signal: AbortSignal): Promise<void> {
    try {
      const series = await this.loadRange?.(range, signal);
      if (signal.aborted || !series) return;
      this.failure = '';
      this.finer = { range, series };
    } catch (error) {
      if (!signal.aborted)
        this.failure = `Finer points did not come: ${error instanceof Error ? error.message : error}`;
    }
  }
}

function swatch(colorIndex: number) {
  const look = curveLook(readChartTheme(), colorIndex);
  const dashes = { solid: 'none', dashed: '4 3', dotted: '1.5 2' }[look.dash];
  return html`<svg viewBox="0 0 16 4" aria-hidden="true"><path d="M0 2h16" stroke=${look.color} stroke-width="2" stroke-dasharray=${dashes} /></svg>`;
}

function nearestBand(points: Band['points'], x: number) {
  return points.reduce<Band['points'][number] | undefined>(
    (best, point) => (best && Math.abs(best.x - x) <= Math.abs(point.x - x) ? best : point),
    undefined,
  );
}

customElements.define('fw-line-chart', LineChart);
