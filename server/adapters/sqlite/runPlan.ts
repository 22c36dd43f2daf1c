/**
 * How a search for runs goes about it. SQLite would choose by statistics that
 * a growing table does not have, so the choice is made here, by measuring a
 * bounded part of each index, and then forced: to begin from the runs
 * themselves, from the entries of one range, or along the index that is in the
 * order asked for until the page is full; and to test each other range by
 * looking it up for each run, or against the set of all its runs.
 */
import { columnId } from '../../domain/shared/columnId.ts';
import type { RunQuery, RunSelection } from '../../domain/tracking/ports.ts';
import { type AttributeIndex, attributeIndexOf } from './attributeIndex.ts';
import { findName } from './names.ts';
import type { Session } from './session.ts';
import { type CountedRange, indexOf, measure, type Range, type Sizes } from './valueIndex.ts';

export type Drive =
  | { readonly kind: 'runs' }
  | ({ readonly kind: 'range' } & Range)
  /** Its comparisons, which may be none, only narrow it. */
  | ({ readonly kind: 'order' } & Range)
  /** The runs of an experiment in order. */
  | ({ readonly kind: 'attribute' } & AttributeIndex);

export type Plan = { readonly drive: Drive; readonly sets: readonly Range[] };
type Priced = Plan & { readonly cost: number };

export const planFromRuns: Plan = { drive: { kind: 'runs' }, sets: [] };

/** Entries that are counted before an index is taken to be long: a page must begin soon, statistics need not. */
const bounds = { page: 30_000, all: 100_000 } as const;

/**
 * Measured over 100,000 runs, in microseconds. A set of equal values is read in the order of its runs, which makes
 * it cheap; what is looked up for each run is seldom in the page cache.
 */
const price = { entry: 0.05, lookUpText: 2, lookUpMetric: 2.5, setOfEqual: 0.2, setOfRange: 0.35, run: 1, order: 4 };

/** So many ranges are weighed with and without a set; further ones are looked up. */
const weighed = 5;

/** For what passes over all of the runs. */
export function planAll(session: Session, selection: RunSelection): Plan {
  return cheapest(collecting(measure(session, selection, bounds.all)));
}

/** For a page in order. */
export function planPage(session: Session, query: RunQuery): Plan {
  const sizes = measure(session, query, bounds.page);
  const column = query.orderBy[0]?.column;
  const isOrdered = column !== undefined && (column.entity === 'metric' || query.textOrder === 'plain');
  const by = isOrdered && findName(session, column.key) !== null ? indexOf(session, column) : null;
  const plans = collecting(sizes);
  if (column === undefined) return cheapest(plans);
  if (by !== null) return cheapest([...plans, along({ by, column, comparisons: [] }, sizes, query)]);
  const attribute = attributeIndexOf(session, query, column);
  return cheapest(attribute === null ? plans : [...plans, alongRuns(attribute, sizes, query)]);
}

function cheapest(plans: readonly Priced[]): Plan {
  return plans.reduce((a, b) => (b.cost < a.cost ? b : a));
}

/** Those that find all matches and then put them in order. */
function collecting({ runs, all, ranges }: Sizes): readonly Priced[] {
  const tested = test(ranges, runs);
  const fromRuns = {
    ...planFromRuns,
    sets: tested.sets,
    cost: runs * price.run + tested.cost + tested.left * price.order,
  };
  const fromRanges = ranges.map((range) => {
    const { sets, cost, left } = test(
      ranges.filter((each) => each !== range),
      range.entries,
    );
    const ordered = left * (price.run + (runs / all) * price.order);
    return { drive: { kind: 'range', ...range } as const, sets, cost: range.entries * price.entry + cost + ordered };
  });
  return [fromRuns, ...fromRanges];
}

/** Matches are taken to be spread evenly over the index, and ranges to have nothing to do with each other. */
function along(index: Range, { runs, all, ranges }: Sizes, { offset, limit, where }: RunQuery): Priced {
  const own = ranges.find(({ column }) => columnId(column) === columnId(index.column));
  const others = ranges.filter((each) => each !== own);
  const unknown = where.length - ranges.flatMap(({ comparisons }) => comparisons).length;
  const share = others.reduce((product, range) => product * range.share, Math.min(1, runs / all) * 0.5 ** unknown);
  const wanted = offset + limit;
  const walked = Math.min(own?.entries ?? all, wanted / share);
  const { sets, cost } = test(others, walked);
  const drive = { kind: 'order', ...index, comparisons: own?.comparisons ?? [] } as const;
  return { drive, sets, cost: walked * price.entry + cost + wanted * (price.run + price.order) };
}

/** As `along`, of an index that has runs of the experiment only; they are looked at where a filter asks for more. */
function alongRuns(index: AttributeIndex, { runs, ranges }: Sizes, { offset, limit, where }: RunQuery): Priced {
  const unknown = where.length - ranges.flatMap(({ comparisons }) => comparisons).length;
  const share = ranges.reduce((product, range) => product * range.share, 0.5 ** unknown);
  const wanted = offset + limit;
  const walked = Math.min(runs, wanted / share);
  const { sets, cost } = test(ranges, walked);
  const looked = unknown > 0 ? walked * price.run : 0;
  return { drive: { kind: 'attribute', ...index }, sets, cost: walked * price.entry + cost + looked };
}

type Tested = { readonly sets: readonly Range[]; readonly cost: number; readonly left: number };

/** The cheapest way to test so many entries against the ranges, and how many of them are left. */
function test(ranges: readonly CountedRange[], entries: number): Tested {
  const ways = subsets(ranges.toSorted((a, b) => a.share - b.share).slice(0, weighed));
  return ways.map((sets) => testBySets(ranges, sets, entries)).reduce((a, b) => (b.cost < a.cost ? b : a));
}

function subsets<T>([first, ...rest]: readonly T[]): readonly (readonly T[])[] {
  if (first === undefined) return [[]];
  return subsets(rest).flatMap((set) => [set, [first, ...set]]);
}

/** SQLite tests the sets first, and looks up the others for what is left, equal values before ranges. */
function testBySets(ranges: readonly CountedRange[], sets: readonly CountedRange[], entries: number): Tested {
  const others = ranges
    .filter((range) => !sets.includes(range))
    .toSorted((a, b) => Number(isEqual(b)) - Number(isEqual(a)));
  const steps = [
    ...sets.map((set) => ({
      each: price.entry,
      once: set.entries * (isEqual(set) ? price.setOfEqual : price.setOfRange),
      set,
    })),
    ...others.map((set) => ({
      each: set.column.entity === 'metric' ? price.lookUpMetric : price.lookUpText,
      once: 0,
      set,
    })),
  ];
  let [cost, left] = [0, entries];
  for (const { each, once, set } of steps) {
    cost += once + left * each;
    left *= set.share;
  }
  return { sets, cost, left };
}

function isEqual({ comparisons }: Range): boolean {
  return comparisons.some(({ operator }) => operator === '=');
}
