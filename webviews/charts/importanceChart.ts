/** Bars of how much each parameter says about a metric. */
import { BarChart } from 'echarts/charts';
import { use } from 'echarts/core';
import { html, nothing } from 'lit';
import type { CsvCell } from '../ui/csv.ts';
import { formatCount } from '../ui/format.ts';
import { spellOut } from '../ui/name.ts';
import { type ChartTheme, curveLook } from './chartTheme.ts';
import type { EChartsCoreOption } from './engine.ts';
import { fewestRuns, type Importance, type Importances, importancesOf } from './importance.ts';
import { countRuns } from './plotData.ts';
import { PlotElement } from './plotElement.ts';

use([BarChart]);

export class ImportanceChart extends PlotElement {
  static override properties = { ...PlotElement.properties, found: { state: true }, busy: { state: true } };
  /** Null where too little is known. */
  declare found: Importances | null;
  declare busy: boolean;
  #asking = new AbortController();
  #known = '';

  constructor() {
    super();
    this.found = null;
    this.busy = false;
  }

  override disconnectedCallback(): void {
    this.#asking.abort();
    super.disconnectedCallback();
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('data')) void this.#find();
    if (changed.has('found')) this.draw();
  }

  protected override option(theme: ChartTheme): EChartsCoreOption {
    const bars = this.#bars().toReversed();
    const text = { color: theme.foreground, fontFamily: theme.font, fontSize: 12 };
    return {
      animation: false,
      grid: { left: 12, right: 150, top: 8, bottom: 8, containLabel: true },
      xAxis: {
        type: 'value',
        min: 0,
        axisLabel: { ...text, color: theme.dim, fontSize: 11 },
        splitLine: { lineStyle: theme.grid },
      },
      yAxis: {
        type: 'category',
        data: bars.map(({ label }) => spellOut(label)),
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { ...text, width: 140, overflow: 'truncate' },
      },
      series: [
        {
          type: 'bar',
          silent: true,
          data: bars.map(({ importance }) => importance),
          barMaxWidth: 16,
          itemStyle: { color: curveLook(theme, 0).color },
          label: {
            ...text,
            show: true,
            position: 'right',
            formatter: ({ dataIndex }: { dataIndex: number }) => wordsOf(bars[dataIndex]),
          },
        },
      ],
    };
  }

  protected override counts(): string {
    const { found } = this;
    const counted = countRuns(this.data);
    return found && found.runs < this.data.runIds.length ? `${counted}; judged by ${formatCount(found.runs)}` : counted;
  }

  protected override above(): unknown {
    if (this.busy && this.found === null) return html`<p class="about" role="status">Looking for what matters…</p>`;
    const { found } = this;
    if (found === null)
      return html`<p class="about">Too little to tell: it takes ${fewestRuns} runs with these parameters, and a metric that is not the same in all of them.</p>`;
    const weak = found.explained < 0.5 || found.runs < 30;
    return html`<p class="about">A forest explains ${Math.round(100 * Math.max(0, found.explained))} % of the differences, in runs that it was not grown from.${weak ? ' Take it as a hint: that is little to go by.' : nothing}</p>`;
  }

  protected override spoken(): string {
    return `${this.#bars()
      .map((bar) => `${bar.label} ${wordsOf(bar)}`)
      .join(', ')}. ${this.counts()}`;
  }

  protected override table(): readonly (readonly CsvCell[])[] {
    const rows = this.#bars().map(({ label, importance, correlation }): readonly CsvCell[] => [
      label,
      importance,
      correlation,
    ]);
    return [['parameter', 'permutation importance', 'rank correlation'], ...rows];
  }

  #bars(): readonly Importance[] {
    return (this.found?.parameters ?? []).slice(0, 15);
  }

  /** Live runs bring the same values again and again; the forest is only grown for others. */
  async #find(): Promise<void> {
    const asked = JSON.stringify(this.data.columns);
    if (asked === this.#known) return;
    this.#known = asked;
    this.#asking.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    this.busy = true;
    try {
      const found = await importancesOf(this.data, signal);
      if (!signal.aborted) this.found = found;
    } catch (error) {
      if (!signal.aborted) this.failure = error instanceof Error ? error.message : String(error);
    }
    if (!signal.aborted) this.busy = false;
  }
}

function wordsOf(bar: Importance | undefined): string {
  if (!bar) return '';
  const correlation =
    bar.correlation === null
      ? 'category'
      : `ρ ${bar.correlation < 0 ? '−' : '+'}${Math.abs(bar.correlation).toFixed(2)}`;
  return `${bar.importance.toFixed(2)}   ${correlation}`;
}

customElements.define('fw-importance-chart', ImportanceChart);
