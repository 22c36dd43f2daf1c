/** A row of the comparison: one value a run, which of them differ, which is best, how far from the baseline. Pure. */
import type { MetricDirection } from '../../../protocol/model/metricDirection.ts';

/** What a run has: null where it lacks it. */
export type Value = string | number | null;
/** Undefined where nobody can tell, as of a run that may not be seen: it makes no difference. */
export type Cell = { readonly text: string; readonly value: Value } | undefined;

export type CompareRow = {
  readonly key: string;
  readonly cells: readonly Cell[];
  /** Which of its values are better; null where none is. */
  readonly direction: MetricDirection | null;
};

export type Delta = {
  readonly difference: number;
  /** Of the baseline; null where that is zero. */
  readonly percent: number | null;
  readonly verdict: 'better' | 'worse';
};

export function cellOf(value: Value | undefined, text = String(value ?? '')): Cell {
  return { text, value: value ?? null };
}

export function isDiffering({ cells }: CompareRow): boolean {
  const known = cells.filter((cell) => cell !== undefined);
  return known.some((cell) => !isSame(cell, known[0]));
}

/** Whether the cell is another than the baseline's, which is known. */
export function differsFrom(row: CompareRow, at: number, baseline: number): boolean {
  const [cell, other] = [row.cells[at], row.cells[baseline]];
  return cell !== undefined && other !== undefined && at !== baseline && !isSame(cell, other);
}

function isSame(one: Cell, other: Cell): boolean {
  return Object.is(one?.value, other?.value);
}

/** The columns of the best finite value; none where there is nothing to choose between. */
export function bestOf({ cells, direction }: CompareRow): ReadonlySet<number> {
  const finite = cells.map(numberIn);
  const numbers = finite.filter((number) => number !== null);
  if (direction === null || new Set(numbers).size < 2) return new Set();
  const best = direction === 'max' ? Math.max(...numbers) : Math.min(...numbers);
  return new Set(finite.flatMap((number, at) => (number === best ? [at] : [])));
}

export function deltaOf(row: CompareRow, at: number, baseline: number): Delta | null {
  const [now, before] = [numberIn(row.cells[at]), numberIn(row.cells[baseline])];
  if (row.direction === null || at === baseline || now === null || before === null || now === before) return null;
  const difference = now - before;
  const percent = before === 0 ? null : (100 * difference) / Math.abs(before);
  return { difference, percent, verdict: difference > 0 === (row.direction === 'max') ? 'better' : 'worse' };
}

function numberIn(cell: Cell): number | null {
  return typeof cell?.value === 'number' && Number.isFinite(cell.value) ? cell.value : null;
}

export type RowChoice = { readonly search: string; readonly onlyDifferences: boolean };

export function chosenRows(rows: readonly CompareRow[], { search, onlyDifferences }: RowChoice): readonly CompareRow[] {
  const wanted = search.trim().toLowerCase();
  return rows.filter((row) => row.key.toLowerCase().includes(wanted) && (!onlyDifferences || isDiffering(row)));
}

/** Rows by key in a natural order, from what each run has; undefined is a run of which nothing is known. */
export function rowsOf(
  columns: readonly (ReadonlyMap<string, Cell> | undefined)[],
  direction: (key: string) => MetricDirection | null = () => null,
): readonly CompareRow[] {
  const keys = [...new Set(columns.flatMap((column) => [...(column?.keys() ?? [])]))];
  return keys.sort(order.compare).map((key) => ({
    key,
    cells: columns.map((column) => column && (column.get(key) ?? cellOf(null))),
    direction: direction(key),
  }));
}

const order = new Intl.Collator('en', { numeric: true });
