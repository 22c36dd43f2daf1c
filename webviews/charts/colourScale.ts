/** Colours for numbers: from the theme's first colour to its second, through a light middle that both themes can carry. Pure. */
import type { ChartTheme } from './chartTheme.ts';
import type { PlotColumn } from './plotData.ts';

/** The engine's scale with its legend; `dimension` is where the value stands in a mark's data. */
export function colourScale(column: PlotColumn, theme: ChartTheme, dimension: number): object {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of column.values) [min, max] = [Math.min(min, value), Math.max(max, value)];
  return {
    type: 'continuous',
    dimension,
    min: Number.isFinite(min) ? min : 0,
    max: Number.isFinite(max) && max > min ? max : min + 1,
    precision: 4,
    calculable: false,
    orient: 'vertical',
    right: 4,
    top: 'middle',
    itemHeight: 110,
    itemWidth: 10,
    text: [short(max), short(min)],
    textStyle: { color: theme.dim, fontFamily: theme.font, fontSize: 11 },
    inRange: { color: rampOf(theme) },
  };
}

export function rampOf(theme: ChartTheme): readonly string[] {
  const [blue = '#0063d3', orange = '#d18616', , purple = '#652d90', red = '#e51400'] = theme.palette;
  return [blue, purple, red, orange];
}

function short(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : '';
}
