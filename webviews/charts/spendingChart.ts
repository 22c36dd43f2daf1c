/** What was spent period by period, as bars made of the most expensive and the others. */
import { BarChart } from 'echarts/charts';
import { use } from 'echarts/core';
import { html, type PropertyValues } from 'lit';
import type { CsvCell } from '../ui/csv.ts';
import { plural } from '../ui/format.ts';
import { spellOut } from '../ui/name.ts';
import { ChartElement } from './chartElement.ts';
import { type ChartTheme, curveLook, readChartTheme } from './chartTheme.ts';
import type { ECharts, EChartsCoreOption } from './engine.ts';
import { legendStyles } from './legendList.ts';

use([BarChart]);

export type SpendingBars = {
  readonly periods: readonly string[];
  readonly parts: readonly { readonly name: string; readonly costs: readonly number[] }[];
};

export class SpendingChart extends ChartElement {
  static override properties = {
    ...ChartElement.properties,
    bars: { attribute: false },
    money: { attribute: false },
    pointed: { state: true },
  };
  declare bars: SpendingBars;
  /** An amount in words. */
  declare money: (amount: number) => string;
  declare pointed: number | null;

  static override styles = [ChartElement.styles, legendStyles];

  constructor() {
    super();
    this.bars = { periods: [], parts: [] };
    this.money = String;
    this.pointed = null;
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('bars')) this.draw();
  }

  protected override option(theme: ChartTheme): EChartsCoreOption {
    const text = { color: theme.dim, fontFamily: theme.font, fontSize: 11 };
    return {
      animation: false,
      grid: { left: 8, right: 12, top: 10, bottom: 4, containLabel: true },
      tooltip: { trigger: 'axis', showContent: false, axisPointer: { type: 'shadow' } },
      xAxis: {
        type: 'category',
        data: this.bars.periods,
        axisTick: { show: false },
        axisLine: { lineStyle: { color: theme.line } },
        axisLabel: { ...text, hideOverlap: true },
      },
      yAxis: {
        type: 'value',
        splitNumber: 4,
        splitLine: { lineStyle: theme.grid },
        axisLabel: { ...text, formatter: (amount: number) => this.money(amount) },
      },
      series: this.bars.parts.map(({ name, costs }, place) => ({
        type: 'bar',
        name: spellOut(name),
        stack: 'all',
        silent: true,
        data: costs,
        barMaxWidth: 36,
        itemStyle: { color: curveLook(theme, place).color, opacity: place < 6 ? 1 : 0.5 },
      })),
    };
  }

  protected override counts(): string {
    return plural(this.bars.periods.length, 'period');
  }

  protected override place(): string {
    if (this.pointed === null) return '';
    const at = this.pointed;
    const total = this.bars.parts.reduce((sum, { costs }) => sum + (costs[at] ?? 0), 0);
    return `${this.bars.periods[at] ?? ''}: ${this.money(total)}`;
  }

  protected override above(): unknown {
    const theme = readChartTheme();
    return html`<ul class="legend" aria-label="Colours">${this.bars.parts.map(({ name }, place) => html`<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect x="1" y="1" width="8" height="8" rx="1" fill=${curveLook(theme, place).color} opacity=${place < 6 ? 1 : 0.5} /></svg><span class="cut">${spellOut(name)}</span></li>`)}</ul>`;
  }

  protected override mounted(chart: ECharts): void {
    chart.on('updateAxisPointer', (event) => {
      const info = (event as { axesInfo?: readonly { axisDim: string; value: number }[] }).axesInfo;
      this.pointed = info?.find((axis) => axis.axisDim === 'x')?.value ?? null;
    });
  }

  protected override table(): readonly (readonly CsvCell[])[] {
    const { periods, parts } = this.bars;
    return [['', ...periods], ...parts.map(({ name, costs }): readonly CsvCell[] => [name, ...costs])];
  }
}

customElements.define('fw-spending-chart', SpendingChart);
