/**
 * Heights at scattered points as lines of equal height: linear between the
 * points (over the triangles between them), nothing outside of them. Delaunay
 * triangles and marching squares are d3's. Pure.
 */
import { contours } from 'd3-contour';
import { Delaunay } from 'd3-delaunay';

export const gridSize = 64;
export const levels = 9;
/** With fewer there are no triangles worth the name. */
export const fewestPoints = 6;

export type Peak = { readonly x: number; readonly y: number; readonly height: number };
export type Contour = { readonly level: number; readonly rings: readonly (readonly (readonly [number, number])[])[] };

/** All in the unit square. Each contour encloses what is at least as high. */
export function contoursOf(peaks: readonly Peak[]): Contour[] {
  if (peaks.length < fewestPoints) return [];
  const [low, high] = extent(peaks);
  if (!(high > low)) return [];
  const step = (high - low) / levels;
  const thresholds = Array.from({ length: levels }, (_, index) => low + index * step);
  const shapes = contours().size([gridSize, gridSize]).smooth(false).thresholds(thresholds)(
    interpolate(peaks, low - step),
  );
  return shapes.map(({ value, coordinates }) => ({
    level: value,
    rings: coordinates.flat().map((ring) => ring.map(([x = 0, y = 0]) => [x / gridSize, y / gridSize] as const)),
  }));
}

export function extent(peaks: readonly Peak[]): readonly [number, number] {
  const heights = peaks.map(({ height }) => height);
  return [Math.min(...heights), Math.max(...heights)];
}

/** Row by row; `outside` where no triangle is. */
function interpolate(peaks: readonly Peak[], outside: number): number[] {
  const delaunay = Delaunay.from(
    peaks,
    ({ x }) => x,
    ({ y }) => y,
  );
  const { triangles } = delaunay;
  const grid: number[] = new Array(gridSize * gridSize).fill(outside);
  for (let at = 0; at < triangles.length; at += 3) {
    const [a, b, c] = [at, at + 1, at + 2].map((corner) => peaks[triangles[corner] ?? 0]);
    if (a && b && c) fill(grid, [a, b, c]);
  }
  return grid;
}

type Triangle = readonly [Peak, Peak, Peak];

function fill(grid: number[], triangle: Triangle): void {
  const [x, y] = [triangle.map((peak) => peak.x), triangle.map((peak) => peak.y)];
  const first = (values: readonly number[]) => Math.max(0, Math.floor(Math.min(...values) * gridSize - 0.5));
  const last = (values: readonly number[]) => Math.min(gridSize - 1, Math.ceil(Math.max(...values) * gridSize - 0.5));
  for (let row = first(y); row <= last(y); row += 1) {
    for (let column = first(x); column <= last(x); column += 1) {
      const height = heightIn(triangle, (column + 0.5) / gridSize, (row + 0.5) / gridSize);
      if (height !== null) grid[row * gridSize + column] = height;
    }
  }
}

/** Barycentric; null outside. */
function heightIn([a, b, c]: Triangle, x: number, y: number): number | null {
  const area = (b.y - c.y) * (a.x - c.x) + (c.x - b.x) * (a.y - c.y);
  if (area === 0) return null;
  const ofA = ((b.y - c.y) * (x - c.x) + (c.x - b.x) * (y - c.y)) / area;
  const ofB = ((c.y - a.y) * (x - c.x) + (a.x - c.x) * (y - c.y)) / area;
  const ofC = 1 - ofA - ofB;
  const slack = -1e-9;
  return ofA >= slack && ofB >= slack && ofC >= slack ? ofA * a.height + ofB * b.height + ofC * c.height : null;
}
