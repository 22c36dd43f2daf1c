/**
 * Searches as they are written to searches as the store takes them: the filter
 * and the columns parsed, and `best` settled by what the experiments say.
 */
import {
  directionOf,
  directionTagPrefix,
  type MetricDirection,
  taggedDirection,
} from '../../../protocol/model/metricDirection.ts';
import { columnId } from '../shared/columnId.ts';
import { DomainError } from '../shared/errors.ts';
import type { Store } from '../shared/store.ts';
import { panelTarget, runTarget, type SearchTarget } from './filter/columns.ts';
import { parseColumn, parseFilter, parseOrdering } from './filter/parseFilter.ts';
import type { Cell, Column, GroupOrdering, RunSelection } from './ports.ts';

type Written = Pick<RunSelection, 'experimentIds' | 'view'> & { readonly filter: string };
type WrittenGroup = { readonly columns: readonly string[]; readonly values: readonly Cell[] };

/** The first of the experiments that says which end of a metric is best decides it; else the metric's name does. With a user, what is their own can be searched too. */
export async function searchTarget(
  store: Store,
  experimentIds: readonly string[],
  userId?: string,
): Promise<SearchTarget> {
  const tags = await tagsOf(store, experimentIds);
  const direction = (key: string) =>
    tags.map((each) => taggedDirection(each, key)).find((said) => said !== undefined) ?? directionOf(key);
  return userId === undefined ? { ...runTarget, direction } : { ...panelTarget, direction, userId };
}

/** What the experiments say of their metrics, the first of them in doubt. */
export async function taggedDirections(
  store: Store,
  experimentIds: readonly string[],
): Promise<Record<string, MetricDirection>> {
  const tags = await tagsOf(store, experimentIds);
  const said = tags.toReversed().flatMap((each) =>
    Object.keys(each).flatMap((tag) => {
      const key = tag.startsWith(directionTagPrefix) ? tag.slice(directionTagPrefix.length) : '';
      const direction = taggedDirection(each, key);
      return direction === undefined ? [] : [[key, direction] as const];
    }),
  );
  return Object.fromEntries(said);
}

function tagsOf(store: Store, experimentIds: readonly string[]): Promise<readonly Readonly<Record<string, string>>[]> {
  return store.read(async ({ tracking }) => {
    const found: Readonly<Record<string, string>>[] = [];
    for (const id of experimentIds) found.push((await tracking.experiment(id))?.tags ?? {});
    return found;
  });
}

export function toSelection({ experimentIds, view, filter }: Written, target: SearchTarget): RunSelection {
  return { experimentIds, view, where: parseFilter(filter, target) };
}

export function toGroupMembers(group: WrittenGroup, target: SearchTarget): NonNullable<RunSelection['inGroup']> {
  return group.columns.map((text, index) => ({
    column: parseColumn(text, target),
    value: group.values[index] ?? null,
  }));
}

type Grouping = { readonly groupBy: readonly Column[]; readonly aggregates: readonly Column[] };

/** `runs`, a column that is grouped by, or one that is aggregated, which is ordered by its mean. */
export function toGroupOrdering(text: string, { groupBy, aggregates }: Grouping, target: SearchTarget): GroupOrdering {
  const byRuns = /^\s*runs(?:\s+(asc|desc))?\s*$/i.exec(text);
  if (byRuns !== null) return { by: 'runs', ascending: byRuns[1]?.toLowerCase() !== 'desc' };
  const { column, ascending } = parseOrdering(text, target);
  const at = (columns: readonly Column[]) => columns.findIndex((each) => columnId(each) === columnId(column));
  if (at(groupBy) >= 0) return { by: 'group', index: at(groupBy), ascending };
  if (at(aggregates) >= 0) return { by: 'aggregate', index: at(aggregates), ascending };
  throw new DomainError('invalid-filter', `The groups have no column ${text.slice(0, 200)}`, {
    field: 'orderBy',
    remedy: 'Order by runs, by a column of groupBy, or by a column of metrics.',
  });
}
