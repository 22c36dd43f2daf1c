/**
 * What every chart is: a card with its heading, a menu that saves it, the
 * drawing, and a line that says how many points it shows of how many. What is
 * drawn is its own; this draws it when it changes, fits it to its size and the
 * theme, and takes it down.
 */
import { type CSSResultGroup, css, html, LitElement, nothing } from 'lit';
import { iconButton } from '../ui/controls.ts';
import type { CsvCell } from '../ui/csv.ts';
import { openMenu } from '../ui/menu.ts';
import { base } from '../ui/styles.ts';
import type { ExportKind, SaveRequest } from './chartExport.ts';
import { type ChartTheme, onThemeChange, readChartTheme } from './chartTheme.ts';
import { connect, type ECharts, type EChartsCoreOption, init } from './engine.ts';

/** Bubbles to the panel, which has a host to save with. `settled` is given how that went. */
export type SaveDetail = { readonly request: SaveRequest; readonly settled: (saving: Promise<unknown>) => void };

const kinds: Readonly<Record<ExportKind, string>> = {
  png: 'Save as picture (PNG)',
  svg: 'Save as drawing (SVG)',
  csv: 'Save the values (CSV)',
};

export abstract class ChartElement extends LitElement {
  static override properties: Record<string, object> = { heading: {}, group: {}, failure: { state: true } };
  declare heading: string;
  /** Charts of one group share the cursor and the zoom. */
  declare group: string;
  declare failure: string;
  protected chart: ECharts | null = null;
  #stops: (() => void)[] = [];

  static override styles: CSSResultGroup = [
    base,
    css`
      :host { display: flex; flex-direction: column; min-width: 0; border: 1px solid var(--fw-edge); border-radius: 4px; background: var(--vscode-editor-background); }
      header { display: flex; align-items: center; gap: 8px; padding: 6px 6px 0 12px; min-height: 28px; }
      h3 { flex: 1; }
      .about { padding: 2px 12px; color: var(--fw-dim); font-size: 12px; }
      .canvas { height: var(--fw-chart-height, 170px); margin: 0 4px; }
      .canvas:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
      footer { padding: 0 12px 7px; color: var(--fw-dim); font-size: 11px; display: flex; gap: 12px; justify-content: space-between; }
      footer .error { color: var(--vscode-errorForeground); }
    `,
  ];

  constructor() {
    super();
    this.heading = '';
    this.group = '';
    this.failure = '';
  }

  protected abstract option(theme: ChartTheme): EChartsCoreOption;
  /** Points shown of points there are. */
  protected abstract counts(): string;
  /** What is drawn, as a table whose first row names the columns. */
  protected abstract table(): readonly (readonly CsvCell[])[];

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) void this.updateComplete.then(() => this.#mount());
  }

  override disconnectedCallback(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.chart?.dispose();
    this.chart = null;
    super.disconnectedCallback();
  }

  override firstUpdated(): void {
    this.#mount();
  }

  override render() {
    return html`
      <header>
        <h3 class="cut" title=${this.heading}>${this.heading}</h3>
        ${this.beside()}
        ${this.tools()}
        <slot name="tools"></slot>
        ${iconButton({ icon: 'download', label: `Save ${this.heading}`, onClick: (event) => this.#choose(event) })}
      </header>
      ${this.above()}
      <div class="canvas" role="img" tabindex="0" aria-label=${`${this.heading}: ${this.spoken()}`} @keydown=${(event: KeyboardEvent) => this.key(event)} @dblclick=${() => this.reset()}></div>
      <footer>
        <span class=${this.failure ? 'error' : ''}>${this.failure || this.counts()}</span>
        <span>${this.place()}</span>
      </footer>
    `;
  }

  /** Between the heading and the menu. */
  protected beside(): unknown {
    return nothing;
  }

  protected tools(): unknown {
    return nothing;
  }

  /** Between the heading and the drawing. */
  protected above(): unknown {
    return nothing;
  }

  /** At the end of the last line. */
  protected place(): unknown {
    return '';
  }

  protected spoken(): string {
    return this.counts();
  }

  protected key(_event: KeyboardEvent): void {}

  protected reset(): void {}

  /** The chart is there: what it tells can be listened to. */
  protected mounted(_chart: ECharts): void {}

  protected draw(): void {
    this.chart?.setOption(this.option(readChartTheme()), { replaceMerge: ['series'] });
  }

  async save(kind: ExportKind): Promise<void> {
    this.failure = '';
    try {
      const { exportChart } = await import('./chartExport.ts');
      const theme = readChartTheme();
      const drawn = { heading: this.heading, counts: this.counts(), theme, option: this.option(theme) };
      const request = exportChart(kind, { ...drawn, table: () => this.table() });
      const saved = Promise.withResolvers<unknown>();
      const detail: SaveDetail = { request, settled: saved.resolve };
      this.dispatchEvent(new CustomEvent('save-file', { detail, bubbles: true, composed: true }));
      await saved.promise;
    } catch (error) {
      this.failure = `It was not saved: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  #choose(event: Event): void {
    const anchor = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const items = Object.entries(kinds).map(([kind, label]) => ({
      label,
      run: () => void this.save(kind as ExportKind),
    }));
    openMenu(`Save ${this.heading}`, items, anchor);
  }

  #mount(): void {
    const canvas = this.renderRoot.querySelector<HTMLElement>('.canvas');
    if (!canvas || this.chart) return;
    const chart = init(canvas, null, { renderer: 'canvas' });
    this.chart = chart;
    if (this.group) {
      chart.group = this.group;
      connect(this.group);
    }
    const sizes = new ResizeObserver(() => chart.resize());
    sizes.observe(canvas);
    this.#stops = [() => sizes.disconnect(), onThemeChange(() => this.draw())];
    this.mounted(chart);
    this.draw();
  }
}
