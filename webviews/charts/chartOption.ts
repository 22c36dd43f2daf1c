/** What a chart of curves looks like, as an option of the engine. Pure but for the theme it is given. */
import { type ChartTheme, curveLook } from './chartTheme.ts';
import { type AxisKind, type Curve, type Point, pointsOf, smooth } from './curves.ts';
import type { EChartsCoreOption } from './engine.ts';

export type ChartSettings = { readonly axis: AxisKind; readonly smoothing: number; readonly log: boolean };

export type DrawnCurve = { readonly curve: Curve; readonly raw: readonly Point[]; readonly shown: readonly Point[] };

export function drawCurves(curves: readonly Curve[], settings: ChartSettings): DrawnCurve[] {
  return curves.map((curve) => {
    const all = pointsOf(curve.series, settings.axis);
    // A logarithm has no place for zero and below: such points are left out, and the card says so.
    const raw = settings.log ? all.map(([x, y]): Point => [x, y !== null && y > 0 ? y : null]) : all;
    return { curve, raw, shown: settings.smoothing > 0 ? smooth(raw, settings.smoothing) : raw };
  });
}

export function chartOption(
  drawn: readonly DrawnCurve[],
  settings: ChartSettings,
  theme: ChartTheme,
): EChartsCoreOption {
  const text = { color: theme.dim, fontFamily: theme.font, fontSize: 11 };
  const pointer = { type: 'line', lineStyle: { color: theme.dim, type: 'dashed', width: 1 }, label: { show: false } };
  return {
    animation: false,
    grid: { left: 8, right: 12, top: 10, bottom: 4, containLabel: true },
    // The tooltip's own box would be markup with inline styles; the card shows the values instead.
    tooltip: { trigger: 'axis', showContent: false, axisPointer: pointer },
    xAxis: {
      type: settings.axis === 'time' ? 'time' : 'value',
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
      splitNumber: 4,
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: theme.line, opacity: 0.7 } },
      axisLabel: { ...text, formatter: axisNumber },
    },
    dataZoom: [
      { type: 'inside', filterMode: 'none', zoomOnMouseWheel: 'ctrl', moveOnMouseMove: true, moveOnMouseWheel: false },
    ],
    series: drawn.flatMap((item) => curveSeries(item, settings, theme)),
  };
}

function curveSeries(item: DrawnCurve, settings: ChartSettings, theme: ChartTheme): object[] {
  const { color, dash } = curveLook(theme, item.curve.colorIndex);
  const common = { type: 'line', silent: true, connectNulls: false, animation: false };
  const single = item.shown.length === 1;
  const line = {
    ...common,
    name: item.curve.name,
    data: item.shown,
    symbol: 'circle',
    symbolSize: single ? 6 : 5,
    showSymbol: single,
    itemStyle: { color },
    lineStyle: { color, width: 1.6, type: dash },
    z: 3,
  };
  if (settings.smoothing === 0) return [line];
  return [{ ...common, data: item.raw, symbol: 'none', lineStyle: { color, width: 1, opacity: 0.3 }, z: 2 }, line];
}

function axisNumber(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(0);
  return String(Number(value.toPrecision(4)));
}
