/** Boxes of a metric by group, with the number of runs under each and what lies far out. */
import { BoxplotChart, ScatterChart as Scatter } from 'echarts/charts';
import { use } from 'echarts/core';
import type { CsvCell } from '../ui/csv.ts';
import { formatCount, plural } from '../ui/format.ts';
import { spellOut } from '../ui/name.ts';
import { type Box, boxesOf } from './boxes.ts';
import { type ChartTheme, curveLook } from './chartTheme.ts';
import type { EChartsCoreOption } from './engine.ts';
import { countRuns } from './plotData.ts';
import { axisFor, PlotElement } from './plotElement.ts';

use([BoxplotChart, Scatter]);

export class BoxChart extends PlotElement {
  protected override option(theme: ChartTheme): EChartsCoreOption {
    const { boxes } = boxesOf(this.data);
    const [measured, grouping] = this.data.columns;
    const { color } = curveLook(theme, 0);
    const label = ({ name, count }: Box) => `${spellOut(name)}\n${formatCount(count)}`;
    const names = { label: grouping?.label ?? '', categories: boxes.map(label), values: [] };
    const axis = axisFor(names, { theme, log: false });
    return {
      animation: false,
      grid: { left: 26, right: 16, top: 12, bottom: 26, containLabel: true },
      xAxis: { ...axis, nameGap: 36, splitLine: { show: false } },
      yAxis: { ...axisFor(measured, { theme, log: this.logY }), nameGap: 40 },
      series: [
        {
          type: 'boxplot',
          silent: true,
          data: boxes.map(({ quartiles: [low, middle, high], whiskers: [least, greatest] }) => [
            least,
            low,
            middle,
            high,
            greatest,
          ]),
          boxWidth: [8, 46],
          itemStyle: { color: theme.background, borderColor: color, borderWidth: 1.5 },
        },
        {
          type: 'scatter',
          data: boxes.flatMap(({ outliers }, place) => outliers.map((row) => [place, measured?.values[row], row])),
          symbolSize: 6,
          itemStyle: { color, opacity: 0.8 },
        },
      ],
    };
  }

  protected override counts(): string {
    const { boxes, left } = boxesOf(this.data);
    const hidden = left > 0 ? `; ${formatCount(left)} runs in smaller groups are not drawn` : '';
    return `${countRuns(this.data)} in ${plural(boxes.length, 'group')}${hidden}`;
  }

  protected override spoken(): string {
    const boxes = boxesOf(this.data).boxes.map(
      ({ name, count, quartiles }) => `${name}: median ${quartiles[1]} of ${count}`,
    );
    return `${boxes.join(', ')}. ${this.counts()}`;
  }

  protected override table(): readonly (readonly CsvCell[])[] {
    const rows = boxesOf(this.data).boxes.map((box): readonly CsvCell[] => [
      box.name,
      box.count,
      box.whiskers[0],
      ...box.quartiles,
      box.whiskers[1],
      box.outliers.length,
    ]);
    return [
      ['group', 'runs', 'lower whisker', 'lower quartile', 'median', 'upper quartile', 'upper whisker', 'outliers'],
      ...rows,
    ];
  }
}

customElements.define('fw-box-chart', BoxChart);
