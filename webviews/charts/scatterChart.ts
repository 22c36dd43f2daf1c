/** Runs as points of two columns, coloured by a third. */
import { ScatterChart as Scatter } from 'echarts/charts';
import { VisualMapComponent } from 'echarts/components';
import { use } from 'echarts/core';
import { type ChartTheme, curveLook } from './chartTheme.ts';
import { colourScale } from './colourScale.ts';
import type { EChartsCoreOption } from './engine.ts';
import { legendList } from './legendList.ts';
import { countRuns, type PlotColumn } from './plotData.ts';
import { axisFor, PlotElement } from './plotElement.ts';

use([Scatter, VisualMapComponent]);

export class ScatterChart extends PlotElement {
  protected override option(theme: ChartTheme): EChartsCoreOption {
    const [x, y, colour] = this.data.columns;
    const scaled = colour !== undefined && colour.categories === null;
    return {
      animation: false,
      grid: { left: 26, right: scaled ? 66 : 16, top: 12, bottom: 26, containLabel: true },
      xAxis: axisFor(x, { theme, log: this.logX }),
      yAxis: { ...axisFor(y, { theme, log: this.logY }), nameGap: 40 },
      ...(scaled ? { visualMap: colourScale(colour, theme, 2) } : {}),
      series:
        scaled || colour === undefined ? [this.#series(this.placed(), theme, 0)] : this.#byCategory(colour, theme),
    };
  }

  protected override counts(): string {
    return countRuns(this.data, this.data.runIds.length - this.placed().length);
  }

  protected override above(): unknown {
    return legendList(this.data.columns[2]);
  }

  #byCategory(colour: PlotColumn, theme: ChartTheme): object[] {
    const groups = Map.groupBy(this.placed(), (row) => colour.values[row] ?? 0);
    return [...groups].map(([place, rows]) => ({
      ...this.#series(rows, theme, place),
      name: colour.categories?.[place] ?? '',
    }));
  }

  #series(rows: readonly number[], theme: ChartTheme, place: number): object {
    const [x, y, colour] = this.data.columns;
    return {
      type: 'scatter',
      data: rows.map((row) => [x?.values[row], y?.values[row], colour?.values[row] ?? 0, row]),
      symbolSize: rows.length > 2000 ? 5 : 8,
      itemStyle: { color: curveLook(theme, place).color, opacity: rows.length > 500 ? 0.6 : 0.85 },
      emphasis: { scale: 1.6 },
    };
  }
}

customElements.define('fw-scatter-chart', ScatterChart);
