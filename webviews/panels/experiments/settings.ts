/** What a table is set to: the content of a saved view, whether it is saved or not. Pure. */
import type { Columns } from '../../../protocol/model/experiment.ts';
import { type SavedView, type ViewContent, viewContent } from '../../../protocol/model/view.ts';
import { columnFor } from '../../grid/columnLayout.ts';
import { columnOf, firstColumns, nameColumn } from './tableColumn.ts';

export function firstSettings(columns: Columns): ViewContent {
  return { version: 1, columns: firstColumns(columns), sort: [], filter: '', runs: 'active', groupBy: [], charts: {} };
}

/** What was remembered or saved, without what no longer means anything; null for what is none. */
export function readSettings(value: unknown): ViewContent | null {
  const parsed = viewContent.safeParse(value);
  if (!parsed.success) return null;
  const { columns, sort, groupBy, ...rest } = parsed.data;
  const known = columns.filter(({ id }) => columnOf(id) !== null);
  const named = known.some(({ id }) => id === nameColumn);
  return {
    ...rest,
    columns: named ? known : [{ ...columnFor(nameColumn), pinned: 'left' }, ...known],
    sort: sort.filter(({ id }) => columnOf(id) !== null),
    groupBy: groupBy.filter((id) => columnOf(id)?.grammar),
  };
}

/** Widths count too: whoever saves a view means what they see. */
export function sameSettings(one: ViewContent, other: ViewContent): boolean {
  return JSON.stringify(canonical(one)) === JSON.stringify(canonical(other));
}

function canonical({ version, columns, sort, filter, runs, groupBy, charts }: ViewContent) {
  const laid = columns.map(({ id, width, pinned, look }) => [
    id,
    width === null ? null : Math.round(width),
    pinned,
    look,
  ]);
  const settled = Object.entries(charts).sort(([a], [b]) => (a < b ? -1 : 1));
  return [version, laid, sort.map(({ id, direction }) => [id, direction]), filter, runs, groupBy, settled];
}

/** Whether the server would answer another set of rows, or another order, for them. */
export function asksAnew(one: ViewContent, other: ViewContent): boolean {
  const asked = ({ filter, runs, groupBy }: ViewContent) => JSON.stringify([filter, runs, groupBy]);
  return asked(one) !== asked(other);
}

/** Widths that the grid chose are not the person's change. */
export function isModified(settings: ViewContent, saved: SavedView | null): boolean {
  if (!saved) return false;
  const read = readSettings(saved.content);
  return read === null || !sameSettings(withWidthsOf(settings, read), read);
}

/** A column without a width of its own takes what the grid gives it: that alone is no change. */
function withWidthsOf(settings: ViewContent, saved: ViewContent): ViewContent {
  const columns = settings.columns.map((column) => {
    const before = saved.columns.find(({ id }) => id === column.id);
    return before?.width === null ? { ...column, width: null } : column;
  });
  return { ...settings, columns };
}
