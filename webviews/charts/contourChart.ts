/** Runs in the plane of two columns, over the heights of a third between them. */
import { ScatterChart as Scatter } from 'echarts/charts';
import { VisualMapComponent } from 'echarts/components';
import { use } from 'echarts/core';
import type { ChartTheme } from './chartTheme.ts';
import { colourScale, rampOf } from './colourScale.ts';
import { type Contour, contoursOf, extent, fewestPoints, type Peak } from './contourGrid.ts';
import type { EChartsCoreOption } from './engine.ts';
import { countRuns, type PlotColumn } from './plotData.ts';
import { axisFor, PlotElement } from './plotElement.ts';

use([Scatter, VisualMapComponent]);

type Plane = { readonly coord: (point: readonly [number, number]) => [number, number] };
type Scale = { readonly low: number; readonly span: number; readonly log: boolean };

export class ContourChart extends PlotElement {
  protected override option(theme: ChartTheme): EChartsCoreOption {
    const [x, y, height] = this.data.columns;
    const rows = this.placed();
    return {
      animation: false,
      grid: { left: 26, right: 66, top: 12, bottom: 26, containLabel: true },
      xAxis: { ...axisFor(x, { theme, log: this.logX }), min: 'dataMin', max: 'dataMax' },
      yAxis: { ...axisFor(y, { theme, log: this.logY }), nameGap: 40, min: 'dataMin', max: 'dataMax' },
      ...(height ? { visualMap: { ...colourScale(height, theme, 2), seriesIndex: 1 } } : {}),
      series: [
        this.#surface(rows, theme),
        {
          type: 'scatter',
          data: rows.map((row) => [x?.values[row], y?.values[row], height?.values[row], row]),
          symbolSize: 7,
          itemStyle: { borderColor: theme.background, borderWidth: 1 },
        },
      ],
    };
  }

  protected override counts(): string {
    const rows = this.placed().length;
    const counted = countRuns(this.data, this.data.runIds.length - rows);
    return rows < fewestPoints ? `${counted}; a surface needs ${fewestPoints}` : `${counted}; linear between them`;
  }

  #surface(rows: readonly number[], theme: ChartTheme): object {
    const [x, y, height] = this.data.columns;
    const [alongX, alongY] = [scaleOf(x, rows, this.logX), scaleOf(y, rows, this.logY)];
    const peaks = rows.map(
      (row): Peak => ({
        x: toUnit(alongX, x?.values[row] ?? 0),
        y: toUnit(alongY, y?.values[row] ?? 0),
        height: height?.values[row] ?? 0,
      }),
    );
    const shapes = contoursOf(peaks);
    const [low, high] = extent(peaks);
    const back = (point: readonly [number, number]) =>
      [fromUnit(alongX, point[0]), fromUnit(alongY, point[1])] as const;
    const colours = rampOf(theme);
    return {
      type: 'custom',
      silent: true,
      clip: true,
      data: shapes.map((_, index) => [index]),
      // The axes are those of the points alone.
      encode: { x: -1, y: -1 },
      renderItem: ({ dataIndex }: { readonly dataIndex: number }, plane: Plane) => {
        const shape = shapes[dataIndex];
        if (!shape) return null;
        const part = (shape.level - low) / (high - low);
        return {
          type: 'group',
          children: polygons(shape, { plane, back, fill: mixed(colours, part), edge: theme.background }),
        };
      },
    };
  }
}

type Drawn = {
  readonly plane: Plane;
  readonly back: (point: readonly [number, number]) => readonly [number, number];
  readonly fill: string;
  readonly edge: string;
};

function polygons({ rings }: Contour, { plane, back, fill, edge }: Drawn): object[] {
  return rings.map((ring) => ({
    type: 'polygon',
    shape: { points: ring.map((point) => plane.coord(back(point))) },
    style: { fill, stroke: edge, lineWidth: 0.5, opacity: 0.55 },
  }));
}

function scaleOf(column: PlotColumn | undefined, rows: readonly number[], log: boolean): Scale {
  const values = rows.map((row) => place(column?.values[row] ?? 0, log));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return { low, span: high > low ? high - low : 1, log };
}

const place = (value: number, log: boolean): number => (log ? Math.log10(value) : value);
const toUnit = ({ low, span, log }: Scale, value: number): number => (place(value, log) - low) / span;
const fromUnit = ({ low, span, log }: Scale, part: number): number =>
  log ? 10 ** (low + part * span) : low + part * span;

/** One of the colours of a ramp; between two of them the nearer. */
function mixed(colours: readonly string[], part: number): string {
  const at = Math.min(colours.length - 1, Math.max(0, part * (colours.length - 1)));
  const [from = '#888', to = from] = [colours[Math.floor(at)], colours[Math.ceil(at)]];
  return blend(from, to, at - Math.floor(at));
}

/** Theme colours come as #rrggbb; others are not mixed. */
function blend(from: string, to: string, part: number): string {
  const [a, b] = [from, to].map((colour) => /^#([\da-f]{6})$/i.exec(colour)?.[1]);
  if (!a || !b) return part < 0.5 ? from : to;
  const channels = [0, 2, 4].map((at) => {
    const [one, two] = [a, b].map((hex) => Number.parseInt(hex.slice(at, at + 2), 16));
    return Math.round((one ?? 0) + ((two ?? 0) - (one ?? 0)) * part);
  });
  return `rgb(${channels.join(', ')})`;
}

customElements.define('fw-contour-chart', ContourChart);
