/** How a band is drawn: its area, and the mean through it. Pure but for the theme it is given. */
import type { Band } from './bands.ts';
import { type ChartTheme, curveLook } from './chartTheme.ts';

/** Of the engine's, what drawing a shape uses. */
type Plane = { readonly coord: (point: readonly [number, number]) => [number, number] };

export function bandSeries({ name, points, colorIndex }: Band, theme: ChartTheme): object[] {
  const { color, dash } = curveLook(theme, colorIndex);
  const edge = [
    ...points.map(({ x, high }) => [x, high] as const),
    ...points.toReversed().map(({ x, low }) => [x, low] as const),
  ];
  const area = {
    type: 'custom',
    silent: true,
    clip: true,
    data: edge,
    z: 3,
    // One shape for all points, which are given so that the axes reach around them.
    renderItem: ({ dataIndex }: { readonly dataIndex: number }, plane: Plane) =>
      dataIndex === 0
        ? {
            type: 'polygon',
            shape: { points: edge.map((point) => plane.coord(point)) },
            style: { fill: color, opacity: 0.18 },
          }
        : null,
  };
  const line = {
    type: 'line',
    name,
    silent: true,
    data: points.map(({ x, mean }) => [x, mean]),
    symbol: 'circle',
    showSymbol: points.length === 1,
    itemStyle: { color },
    lineStyle: { color, width: 2, type: dash },
    z: 4,
  };
  return [area, line];
}
