/** A metric's values by group, as boxes (Tukey 1977). Pure. */
import { quantile } from 'simple-statistics';
import type { PlotColumn, PlotData } from './plotData.ts';

export type Box = {
  readonly name: string;
  readonly count: number;
  readonly quartiles: readonly [number, number, number];
  /** The least and greatest value within one and a half boxes of the box. */
  readonly whiskers: readonly [number, number];
  /** Places of the runs beyond the whiskers. */
  readonly outliers: readonly number[];
};

export const mostBoxes = 40;
/** Numbers that are more than so many stand in parts with as many runs in each. */
const mostNumbers = 12;
const parts = 5;

type Group = { readonly name: string; readonly rows: readonly number[] };

/** The first column is measured, the second groups. Categories come largest first, numbers in their order. */
export function boxesOf({ columns: [measured, grouping], runIds }: PlotData): { boxes: Box[]; left: number } {
  const groups = groupsOf(grouping, runIds.length);
  const boxes = groups.slice(0, mostBoxes).map(({ name, rows }) => boxOf(name, rows, measured?.values ?? []));
  return { boxes, left: groups.slice(mostBoxes).reduce((sum, { rows }) => sum + rows.length, 0) };
}

function groupsOf(grouping: PlotColumn | undefined, runs: number): Group[] {
  const rows = Array.from({ length: runs }, (_, row) => row);
  if (!grouping) return [{ name: 'All runs', rows }];
  const { categories, values } = grouping;
  if (categories === null && new Set(values).size > mostNumbers) return partsOf(values, rows);
  const groups = [...Map.groupBy(rows, (row) => values[row] ?? 0)];
  const ordered = groups.sort(([a, x], [b, y]) => (categories ? y.length - x.length || a - b : a - b));
  return ordered.map(([value, own]) => ({ name: categories?.[value] ?? String(value), rows: own }));
}

function partsOf(values: readonly number[], rows: readonly number[]): Group[] {
  const cuts = Array.from({ length: parts - 1 }, (_, part) => quantile([...values], (part + 1) / parts));
  const partOf = (row: number) => cuts.filter((cut) => (values[row] ?? 0) > cut).length;
  const groups = [...Map.groupBy(rows, partOf)].sort(([a], [b]) => a - b);
  return groups.map(([, own]) => {
    const inside = own.map((row) => values[row] ?? 0);
    return { name: `${short(Math.min(...inside))} – ${short(Math.max(...inside))}`, rows: own };
  });
}

const short = (value: number): string => String(Number(value.toPrecision(2)));

function boxOf(name: string, rows: readonly number[], values: readonly number[]): Box {
  const own = rows.map((row) => values[row] ?? 0);
  const [low = 0, middle = 0, high = 0] = quantile([...own], [0.25, 0.5, 0.75]);
  const reach = 1.5 * (high - low);
  const isNear = (value: number) => value >= low - reach && value <= high + reach;
  const near = own.filter(isNear);
  return {
    name,
    count: rows.length,
    quartiles: [low, middle, high],
    whiskers: [Math.min(...near), Math.max(...near)],
    outliers: rows.filter((row) => !isNear(values[row] ?? 0)),
  };
}
