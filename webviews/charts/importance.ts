/**
 * How much each parameter says about a metric: by permutation importance
 * (Breiman 2001) under a forest of regression trees, beside Spearman's rank
 * correlation. A run is judged by the trees that were grown without it alone.
 * The trees are ml-random-forest's; they are grown one at a time, and the page
 * lives between them.
 */
import { RandomForestRegression } from 'ml-random-forest';
import { mean, sampleRankCorrelation, variance } from 'simple-statistics';
import type { PlotColumn, PlotData } from './plotData.ts';

export type Importance = {
  readonly label: string;
  /** The part of the metric's variance that is explained no more when the parameter is shuffled; 0 and up. */
  readonly importance: number;
  /** From -1 to 1; null for a category, which has no order. */
  readonly correlation: number | null;
};
export type Importances = {
  readonly parameters: readonly Importance[];
  /** The part of the variance that is explained, each run by trees that have not seen it; below 0 when worse than the mean. */
  readonly explained: number;
  readonly runs: number;
};

export const fewestRuns = 10;
/** Of more runs some are taken, evenly. */
export const mostRuns = 300;
const trees = 24;
const mostCategories = 12;

/** A tree, and whether each run was kept from it. */
type Grown = { readonly tree: RandomForestRegression; readonly unseen: readonly boolean[] };
type Forest = readonly Grown[];
type Feature = { readonly parameter: number; readonly values: readonly number[] };

/** The first column is the metric, the others are parameters. Null for too few runs, or a metric that is always the same. */
export async function importancesOf(data: PlotData, signal: AbortSignal): Promise<Importances | null> {
  const rows = taken(data.runIds.length);
  const [metric, ...parameters] = data.columns.map((column) => ({
    ...column,
    values: rows.map((row) => column.values[row] ?? 0),
  }));
  const target = metric?.values ?? [];
  if (rows.length < fewestRuns || variance([...target]) === 0) return null;
  const features = parameters.flatMap(featuresOf);
  const matrix = rows.map((_, row) => features.map(({ values }) => values[row] ?? 0));
  const forest = await grow(matrix, target, signal);
  const error = errorOf(forest, matrix, target);
  const spread = variance([...target]);
  const found: Importance[] = [];
  for (const [index, column] of parameters.entries()) {
    await breathe(signal);
    const shuffledError = errorOf(forest, shuffled(matrix, features, index), target);
    const correlation = column.categories ? null : correlationOf(column.values, target);
    found.push({ label: column.label, importance: Math.max(0, (shuffledError - error) / spread), correlation });
  }
  const ordered = found.sort((a, b) => b.importance - a.importance || a.label.localeCompare(b.label, 'en'));
  return { parameters: ordered, explained: 1 - error / spread, runs: rows.length };
}

function taken(runs: number): number[] {
  const count = Math.min(runs, mostRuns);
  return Array.from({ length: count }, (_, index) => Math.floor((index * runs) / count));
}

/** Numbers as they are; a category as one column for each of its names, the rare ones together. */
function featuresOf({ categories, values }: PlotColumn, parameter: number): Feature[] {
  if (categories === null) return [{ parameter, values }];
  const names = Math.min(categories.length, mostCategories);
  return Array.from({ length: names }, (_, name) => ({
    parameter,
    values: values.map((value) => Number(Math.min(value, mostCategories - 1) === name)),
  }));
}

async function grow(matrix: number[][], target: readonly number[], signal: AbortSignal): Promise<Forest> {
  const forest: Grown[] = [];
  const draw = drawer();
  for (let seed = 0; seed < trees; seed += 1) {
    await breathe(signal);
    const bag = matrix.map(() => draw(matrix.length));
    const seen = new Set(bag);
    const tree = new RandomForestRegression({
      seed,
      maxFeatures: 1.0,
      replacement: false,
      nEstimators: 1,
      useSampleBagging: false,
      noOOB: true,
      treeOptions: { minNumSamples: 3 },
    });
    tree.train(
      bag.map((row) => matrix[row] ?? []),
      bag.map((row) => target[row] ?? 0),
    );
    forest.push({ tree, unseen: matrix.map((_, row) => !seen.has(row)) });
  }
  return forest;
}

/** Lets the page draw and hear. */
async function breathe(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  signal.throwIfAborted();
}

/** The mean square of what the trees that have not seen a run say amiss of it. */
function errorOf(forest: Forest, matrix: number[][], target: readonly number[]): number {
  const said = forest.map(({ tree, unseen }) => ({ values: tree.predict(matrix), unseen }));
  const errors = target.flatMap((value, row) => {
    const own = said.filter(({ unseen }) => unseen[row]).map(({ values }) => values[row] ?? 0);
    return own.length === 0 ? [] : [(mean(own) - value) ** 2];
  });
  return mean(errors);
}

/** The columns of one parameter, moved by the same order, so that its categories stay whole. Always the same order. */
function shuffled(matrix: readonly (readonly number[])[], features: readonly Feature[], parameter: number): number[][] {
  const order = permutation(matrix.length);
  return matrix.map((cells, row) =>
    cells.map((cell, at) => (features[at]?.parameter === parameter ? (matrix[order[row] ?? row]?.[at] ?? cell) : cell)),
  );
}

/** Fisher and Yates. */
function permutation(size: number): number[] {
  const order = Array.from({ length: size }, (_, index) => index);
  const draw = drawer();
  for (let at = size - 1; at > 0; at -= 1) {
    const other = draw(at + 1);
    [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
  }
  return order;
}

/** Whole numbers below a bound, the same ones each time (Park and Miller's generator). */
function drawer(): (below: number) => number {
  let state = 20_061;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** Null where one of the two is always the same. */
function correlationOf(values: readonly number[], target: readonly number[]): number | null {
  const found = sampleRankCorrelation([...values], [...target]);
  return Number.isFinite(found) ? found : null;
}
