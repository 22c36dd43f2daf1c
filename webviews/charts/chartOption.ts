/** What a chart of curves looks like, as an option of the engine. Pure but for the theme it is given. */

import { bandSeries } from './bandSeries.ts';
import type { Band } from './bands.ts';
import { type ChartTheme, curveLook } from './chartTheme.ts';
import { keyOf, type Point } from './curves.ts';
import { type ChartSettings, type DrawnCurve, isLogX } from './drawCurves.ts';
import type { EChartsCoreOption } from './engine.ts';
import type { View } from './zoom.ts';

export type Drawing = {
  readonly curves: readonly DrawnCurve[];
  /** Instead of the curves, which then lie faintly behind them. */
  readonly bands: readonly Band[];
  /** The curve that is pointed at: the others step back. */
  readonly lit: string | null;
  /** The part of the horizontal axis that is looked at; null is all of it. */
  readonly view: View | null;
};

export function chartOption(drawing: Drawing, settings: ChartSettings, theme: ChartTheme): EChartsCoreOption {
  const text = { color: theme.dim, fontFamily: theme.font, fontSize: 11 };
  const pointer = { type: 'line', lineStyle: { color: theme.dim, type: 'dashed', width: 1 }, label: { show: false } };
  return {
    animation: false,
    grid: { left: 8, right: 12, top: 10, bottom: 4, containLabel: true },
    // The tooltip's own box would be markup with inline styles; the card shows the values instead.
    tooltip: { trigger: 'axis', showContent: false, axisPointer: pointer },
    xAxis: {
      type: isLogX(settings) ? 'log' : settings.axis === 'time' ? 'time' : 'value',
      min: 'dataMin',
      max: 'dataMax',
      axisLine: { lineStyle: { color: theme.line } },
      axisTick: { show: false },
      splitLine: { show: false },
      axisLabel: { ...text, hideOverlap: true, ...(settings.axis === 'relative' ? { formatter: '{value} s' } : {}) },
      axisPointer: pointer,
    },
    yAxis: {
      type: settings.log ? 'log' : 'value',
      scale: true,
      ...heightOf(drawing),
      splitNumber: 4,
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { lineStyle: theme.grid },
      axisLabel: { ...text, formatter: axisNumber },
    },
    dataZoom: [
      { type: 'inside', filterMode: 'none', zoomOnMouseWheel: 'ctrl', moveOnMouseMove: true, moveOnMouseWheel: false },
    ],
    series: [
      ...drawing.curves.flatMap((item) => curveSeries(item, settings, lookOf(item, drawing, theme))),
      ...drawing.bands.flatMap((band) => bandSeries(band, theme)),
    ],
  };
}

/** Of a part, the values in it fill the height. */
function heightOf({ curves, bands, view }: Drawing): { min?: number; max?: number } {
  if (view === null) return {};
  const [from, to] = view;
  const points = [
    ...curves.flatMap(({ raw }) => raw),
    ...bands.flatMap((band) =>
      band.points.flatMap(({ x, low, high }): Point[] => [
        [x, low],
        [x, high],
      ]),
    ),
  ];
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [x, y] of points) {
    if (y !== null && x >= from && x <= to) [min, max] = [Math.min(min, y), Math.max(max, y)];
  }
  return max > min ? { min, max } : {};
}

type Look = {
  readonly color: string;
  readonly dash: string;
  readonly opacity: number;
  /** What stands behind bands has no place in a legend. */
  readonly name: string | undefined;
};

function lookOf({ curve }: DrawnCurve, { bands, lit }: Drawing, theme: ChartTheme): Look {
  const isBack = bands.length > 0 || (lit !== null && lit !== keyOf(curve));
  const name = bands.length > 0 ? undefined : curve.name;
  return { ...curveLook(theme, curve.colorIndex), opacity: isBack ? 0.15 : 1, name };
}

function curveSeries(item: DrawnCurve, settings: ChartSettings, { color, dash, opacity, name }: Look): object[] {
  const common = { type: 'line', silent: true, connectNulls: false, animation: false };
  const single = item.shown.length === 1;
  const line = {
    ...common,
    name,
    data: item.shown,
    symbol: 'circle',
    symbolSize: single ? 6 : 5,
    showSymbol: single,
    itemStyle: { color },
    lineStyle: { color, width: 1.6, type: dash, opacity },
    z: 3,
  };
  if (settings.smoothing === 0) return [line];
  return [
    { ...common, data: item.raw, symbol: 'none', lineStyle: { color, width: 1, opacity: opacity * 0.3 }, z: 2 },
    line,
  ];
}

export function axisNumber(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(0);
  return String(Number(value.toPrecision(4)));
}
