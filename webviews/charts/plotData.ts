/**
 * Columns of runs as charts draw them: numbers, or categories in the order of
 * their first run. A run that lacks a value in a column that is drawn, or has
 * one that is no finite number, is left out and counted. Pure.
 */
import { formatCount, plural } from '../ui/format.ts';

export type PlotCell = string | number | null;
export type PlotInput = {
  readonly label: string;
  readonly cells: readonly PlotCell[];
  /** Drawn by order of magnitude wherever it can be. */
  readonly log?: boolean;
};

export type PlotColumn = {
  readonly label: string;
  /** Names of the categories; null where the column holds numbers. */
  readonly categories: readonly string[] | null;
  /** Numbers, or places among the categories. */
  readonly values: readonly number[];
  readonly log?: boolean;
};

/** `columns[c].values[r]` is of the run `runIds[r]`. */
export type PlotData = {
  readonly runIds: readonly string[];
  readonly names: readonly string[];
  readonly columns: readonly PlotColumn[];
  /** Runs that were there but lack a value. */
  readonly lacking: number;
  /** Runs that match in all; more than were fetched when sampled. */
  readonly total: number;
};

export type PlotRuns = Pick<PlotData, 'runIds' | 'names' | 'total'>;

export function plotData(runs: PlotRuns, inputs: readonly PlotInput[]): PlotData {
  const read = inputs.map(readColumn);
  const kept = runs.runIds.flatMap((_, row) => (read.every(({ values }) => values[row] !== null) ? [row] : []));
  const pick = <T>(all: readonly T[]): T[] => kept.map((row) => all[row] as T);
  return {
    runIds: pick(runs.runIds),
    names: pick(runs.names),
    columns: read.map((column, at) => {
      const values = pick(column.values) as number[];
      return { ...column, values, ...(inputs[at]?.log && { log: true }) };
    }),
    lacking: runs.runIds.length - kept.length,
    total: runs.total,
  };
}

type ReadColumn = Omit<PlotColumn, 'values'> & { readonly values: readonly (number | null)[] };

/** Text is a number only where all of the column is. */
function readColumn({ label, cells }: PlotInput): ReadColumn {
  if (cells.every((cell) => cell === null || isNumeric(cell))) {
    return { label, categories: null, values: cells.map((cell) => (cell === null ? null : finite(Number(cell)))) };
  }
  const places = new Map<string, number>();
  const values = cells.map((cell) => {
    if (cell === null) return null;
    const name = String(cell);
    const known = places.get(name) ?? places.size;
    places.set(name, known);
    return known;
  });
  return { label, categories: [...places.keys()], values };
}

const isNumeric = (cell: string | number): boolean =>
  typeof cell === 'number' || /^\s*(?:NaN|[+-]?(?:Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))\s*$/.test(cell);

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** How many runs are drawn of how many, and why not the others. `hidden`: those without a place on a logarithmic axis. */
export function countRuns({ runIds, lacking, total }: PlotData, hidden = 0): string {
  const fetched = runIds.length + lacking;
  const drawn = runIds.length - hidden;
  const parts = [
    drawn === total ? plural(total, 'run') : `${formatCount(drawn)} of ${plural(total, 'run')}`,
    ...(fetched < total ? [`${formatCount(fetched)} taken evenly`] : []),
    ...(lacking > 0 ? [`${formatCount(lacking)} without a finite value`] : []),
    ...(hidden > 0 ? [`${formatCount(hidden)} not on a log axis`] : []),
  ];
  return parts.join('; ');
}

export function shownValue(column: PlotColumn | undefined, row: number): string | number {
  const value = column?.values[row] ?? Number.NaN;
  return column?.categories ? (column.categories[value] ?? '') : value;
}
