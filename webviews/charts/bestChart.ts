/** Values of a sweep's trials in the order of their numbers, with the best so far as a line. */
import { LineChart, ScatterChart } from 'echarts/charts';
import { use } from 'echarts/core';
import { type ChartTheme, curveLook } from './chartTheme.ts';
import type { EChartsCoreOption } from './engine.ts';
import { axisFor, PlotElement } from './plotElement.ts';

use([LineChart, ScatterChart]);

export class BestChart extends PlotElement {
  static override properties = { ...PlotElement.properties, direction: {} };
  declare direction: 'minimize' | 'maximize';

  constructor() {
    super();
    this.direction = 'minimize';
  }

  protected override option(theme: ChartTheme): EChartsCoreOption {
    const [number, value] = this.data.columns;
    const rows = this.placed();
    const least = { type: 'value', minInterval: 1, scale: true };
    return {
      animation: false,
      grid: { left: 26, right: 16, top: 12, bottom: 26, containLabel: true },
      xAxis: { ...axisFor(number, { theme, log: false }), ...least },
      yAxis: { ...axisFor(value, { theme, log: this.logY }), nameGap: 40 },
      series: [
        {
          type: 'scatter',
          data: rows.map((row) => [number?.values[row], value?.values[row], row]),
          symbolSize: 6,
          itemStyle: { color: theme.dim, opacity: 0.7 },
        },
        {
          type: 'line',
          step: 'end',
          silent: true,
          showSymbol: false,
          data: this.#best(rows).map(([row, best]) => [number?.values[row], best]),
          lineStyle: { width: 2, color: curveLook(theme, 0).color },
        },
      ],
    };
  }

  #best(rows: readonly number[]): (readonly [number, number])[] {
    const [, value] = this.data.columns;
    const pick = this.direction === 'minimize' ? Math.min : Math.max;
    let best: number | undefined;
    return rows.map((row) => {
      const own = value?.values[row] ?? 0;
      best = best === undefined ? own : pick(best, own);
      return [row, best] as const;
    });
  }
}

customElements.define('fw-best-chart', BestChart);
