/** Which columns are shown, in which order, how wide, pinned where, sorted how: what is remembered of a table. Pure. */
import type { ColumnState } from 'ag-grid-community';
import type { ViewColumn, ViewSort } from '../../protocol/model/view.ts';

export type Layout = { readonly columns: readonly ViewColumn[]; readonly sort: readonly ViewSort[] };

/** Of the grid itself, as its check boxes. */
const ownColumns = 'ag-Grid';

/** What the grid shows now. It knows nothing of looks: those come from the layout before. */
export function layoutOf(state: readonly ColumnState[], before: Layout): Layout {
  const shown = state.filter((column) => !column.hide && !column.colId.startsWith(ownColumns));
  const columns = shown.map(({ colId, width, pinned }): ViewColumn => {
    const known = before.columns.find((column) => column.id === colId);
    const side = pinned === true ? 'left' : pinned || null;
    return { id: colId, width: width ?? null, pinned: side, look: known?.look ?? 'plain' };
  });
  const sorted = shown.filter((column) => column.sort);
  sorted.sort((one, other) => (one.sortIndex ?? 0) - (other.sortIndex ?? 0));
  return {
    columns,
    sort: sorted.map(({ colId, sort }) => ({ id: colId, direction: sort === 'desc' ? 'desc' : 'asc' })),
  };
}

export function stateOf({ columns, sort }: Layout): ColumnState[] {
  return columns.map(({ id, width, pinned }) => {
    const sortIndex = sort.findIndex((item) => item.id === id);
    const direction = sort[sortIndex]?.direction ?? null;
    return {
      colId: id,
      hide: false,
      width: width ?? undefined,
      pinned,
      sort: direction,
      sortIndex: direction === null ? null : sortIndex,
    };
  });
}

export function columnFor(id: string): ViewColumn {
  return { id, width: null, pinned: null, look: 'plain' };
}

/** Beside another column where one is named, else at the end. */
export function withColumn(columns: readonly ViewColumn[], id: string, beside?: string): readonly ViewColumn[] {
  if (columns.some((column) => column.id === id)) return columns;
  const at = columns.findIndex((column) => column.id === beside);
  return at < 0 ? [...columns, columnFor(id)] : columns.toSpliced(at + 1, 0, columnFor(id));
}

export function withoutColumn({ columns, sort }: Layout, id: string): Layout {
  return { columns: columns.filter((column) => column.id !== id), sort: sort.filter((item) => item.id !== id) };
}

export function changeColumn(
  columns: readonly ViewColumn[],
  id: string,
  change: Partial<Omit<ViewColumn, 'id'>>,
): readonly ViewColumn[] {
  return columns.map((column) => (column.id === id ? { ...column, ...change } : column));
}

/** Moves a column to the place of another, which makes room on the side that it came from. */
export function moveColumn(columns: readonly ViewColumn[], id: string, to: string): readonly ViewColumn[] {
  const from = columns.findIndex((column) => column.id === id);
  const target = columns.findIndex((column) => column.id === to);
  const moved = columns[from];
  return !moved || target < 0 ? columns : columns.toSpliced(from, 1).toSpliced(target, 0, moved);
}

/** One step among the columns that are pinned alike. */
export function stepColumn(columns: readonly ViewColumn[], id: string, step: 1 | -1): readonly ViewColumn[] {
  const moved = columns.find((column) => column.id === id);
  const alike = columns.filter((column) => column.pinned === moved?.pinned);
  const neighbour = alike[alike.findIndex((column) => column.id === id) + step];
  return neighbour ? moveColumn(columns, id, neighbour.id) : columns;
}

export function sortBy(
  sort: readonly ViewSort[],
  item: { readonly id: string; readonly direction: ViewSort['direction'] | null },
  keep: readonly ViewSort[] = [],
): readonly ViewSort[] {
  const { id, direction } = item;
  if (direction === null) return sort.filter((other) => other.id !== id);
  return [...keep.filter((other) => other.id !== id), { id, direction }];
}
