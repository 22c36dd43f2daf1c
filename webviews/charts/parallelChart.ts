/** Every run as a line over many columns, coloured by the last of them. A range drawn on an axis keeps the runs in it. */
import { ParallelChart as Parallel } from 'echarts/charts';
import { ParallelComponent, VisualMapComponent } from 'echarts/components';
import { use } from 'echarts/core';
import { html, nothing } from 'lit';
import { formatCount } from '../ui/format.ts';
import { spellOut } from '../ui/name.ts';
import { axisNumber } from './chartOption.ts';
import { type ChartTheme, curveLook } from './chartTheme.ts';
import { colourScale } from './colourScale.ts';
import type { ECharts, EChartsCoreOption } from './engine.ts';
import type { PlotColumn } from './plotData.ts';
import { PlotElement } from './plotElement.ts';

use([Parallel, ParallelComponent, VisualMapComponent]);

export class ParallelChart extends PlotElement {
  static override properties = { ...PlotElement.properties, kept: { state: true } };
  /** Places of the runs within the ranges; null while there are none. */
  declare kept: readonly number[] | null;

  constructor() {
    super();
    this.kept = null;
  }

  protected override option(theme: ChartTheme): EChartsCoreOption {
    const { columns, runIds } = this.data;
    const colour = columns.at(-1);
    const text = { color: theme.dim, fontFamily: theme.font, fontSize: 11 };
    const area = {
      width: 18,
      areaStyle: { borderWidth: 1, borderColor: theme.foreground, color: theme.foreground, opacity: 0.2 },
    };
    return {
      animation: false,
      parallel: {
        left: 48,
        right: colour?.categories === null ? 96 : 60,
        top: 40,
        bottom: 18,
        parallelAxisDefault: {
          nameTextStyle: { ...text, fontSize: 12, color: theme.foreground },
          nameTruncate: { maxWidth: 130 },
          axisLine: { lineStyle: { color: theme.dim } },
          axisTick: { lineStyle: { color: theme.dim } },
          axisLabel: text,
          areaSelectStyle: area,
        },
      },
      parallelAxis: columns.map((column, dim) => ({ dim, name: spellOut(column.label), ...this.#axis(column) })),
      ...(colour && colour.categories === null ? { visualMap: colourScale(colour, theme, columns.length - 1) } : {}),
      series: [
        {
          type: 'parallel',
          data: runIds.map((_, row) => [...columns.map((column) => this.#cell(column, row)), row]),
          lineStyle: { width: 1.2, opacity: runIds.length > 500 ? 0.25 : 0.6, color: curveLook(theme, 0).color },
          inactiveOpacity: 0.04,
          activeOpacity: 0.9,
          progressive: 500,
        },
      ],
    };
  }

  protected override mounted(chart: ECharts): void {
    super.mounted(chart);
    chart.on('axisareaselected', () => {
      this.kept = this.#within(chart);
    });
  }

  protected override above(): unknown {
    if (this.kept === null) return html`<p class="about">Draw a range along an axis to keep the runs in it.</p>`;
    return html`<p class="about"><span role="status">${formatCount(this.kept.length)} of ${formatCount(this.data.runIds.length)} runs within the ranges</span>
      ${this.kept.length === 0 ? nothing : html`<button class="plain" @click=${() => this.#choose()}>Show these in the table</button>`}
      <button class="plain" @click=${() => this.reset()}>Clear the ranges</button></p>`;
  }

  protected override key(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || this.kept === null) return;
    event.stopPropagation();
    this.reset();
  }

  protected override reset(): void {
    this.kept = null;
    this.draw();
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('data')) this.kept = null;
  }

  #axis(column: PlotColumn): object {
    if (column.categories) return { type: 'category', data: column.categories.map((name) => spellOut(name)) };
    const log = (this.logX || column.log === true) && column.values.every((value) => value > 0);
    return { type: log ? 'log' : 'value', scale: true, axisLabel: { formatter: axisNumber } };
  }

  #cell(column: PlotColumn, row: number): string | number {
    const value = column.values[row] ?? 0;
    return column.categories ? spellOut(column.categories[value] ?? '') : value;
  }

  #within(chart: ECharts): readonly number[] | null {
    const option = chart.getOption() as { parallelAxis: readonly { activeIntervals?: readonly unknown[] }[] };
    if (option.parallelAxis.every(({ activeIntervals = [] }) => activeIntervals.length === 0)) return null;
    // The one way that the engine has to tell which lines its ranges keep.
    const model = (chart as unknown as { getModel(): { getSeriesByIndex(at: number): ActiveSeries } }).getModel();
    return model.getSeriesByIndex(0).getRawIndicesByActiveState('active');
  }

  #choose(): void {
    const ids = (this.kept ?? []).flatMap((row) => this.data.runIds[row] ?? []);
    this.dispatchEvent(new CustomEvent('choose-runs', { detail: ids, bubbles: true, composed: true }));
  }
}

type ActiveSeries = { getRawIndicesByActiveState(state: 'active'): readonly number[] };

customElements.define('fw-parallel-chart', ParallelChart);
