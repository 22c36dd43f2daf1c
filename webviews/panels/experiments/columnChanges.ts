/** What a wish about columns makes of the table's settings. Pure. */
import type { ViewColumn, ViewContent } from '../../../protocol/model/view.ts';
import {
  changeColumn,
  columnFor,
  moveColumn,
  sortBy,
  stepColumn,
  withColumn,
  withoutColumn,
} from '../../grid/columnLayout.ts';
import { nameColumn } from './tableColumn.ts';

/** Of one column, from its heading. */
export type ColumnWish =
  | { readonly kind: 'sort'; readonly direction: 'asc' | 'desc' | null; readonly beside: boolean }
  | { readonly kind: 'pin'; readonly pinned: ViewColumn['pinned'] }
  | { readonly kind: 'look'; readonly look: ViewColumn['look'] }
  | { readonly kind: 'group' }
  | { readonly kind: 'filter' }
  | { readonly kind: 'fit' }
  | { readonly kind: 'step'; readonly step: 1 | -1 }
  | { readonly kind: 'hide' }
  | { readonly kind: 'part'; readonly id: string }
  | { readonly kind: 'part-at-step' };

/** `move` names the column whose place is taken. */
export type ColumnChange =
  | { readonly kind: 'show'; readonly ids: readonly string[]; readonly show: boolean }
  | { readonly kind: 'move'; readonly id: string; readonly to: string }
  | { readonly kind: 'step'; readonly id: string; readonly step: 1 | -1 }
  | { readonly kind: 'pin'; readonly id: string; readonly pinned: ViewColumn['pinned'] }
  | { readonly kind: 'differing' }
  | { readonly kind: 'fit' };

/** Null for wishes that change no settings. */
export function applyWish(settings: ViewContent, id: string, wish: ColumnWish): ViewContent | null {
  const { columns, sort, groupBy } = settings;
  switch (wish.kind) {
    case 'sort':
      return { ...settings, sort: sortBy(sort, { id, direction: wish.direction }, wish.beside ? sort : []) };
    case 'pin':
    case 'look': {
      const { kind: _kind, ...change } = wish;
      return { ...settings, columns: changeColumn(columns, id, change) };
    }
    case 'step':
      return { ...settings, columns: stepColumn(columns, id, wish.step) };
    case 'hide':
      return { ...settings, ...withoutColumn(settings, id) };
    case 'part':
      return { ...settings, columns: withColumn(columns, wish.id, id) };
    case 'group':
      return { ...settings, groupBy: [...groupBy, id] };
    default:
      return null;
  }
}

export function applyChange(settings: ViewContent, change: ColumnChange): ViewContent | null {
  const { columns } = settings;
  switch (change.kind) {
    case 'show':
      return { ...settings, ...showColumns(settings, change) };
    case 'move':
      return { ...settings, columns: moveColumn(columns, change.id, change.to) };
    case 'step':
      return { ...settings, columns: stepColumn(columns, change.id, change.step) };
    case 'pin':
      return { ...settings, columns: changeColumn(columns, change.id, { pinned: change.pinned }) };
    default:
      return null;
  }
}

/** By sets: "all" can be a thousand at once. */
function showColumns({ columns, sort }: ViewContent, { ids, show }: Extract<ColumnChange, { kind: 'show' }>) {
  const known = new Set(columns.map(({ id }) => id));
  if (show) return { columns: [...columns, ...ids.filter((id) => !known.has(id)).map(columnFor)] };
  const hidden = new Set(ids.filter((id) => id !== nameColumn));
  return { columns: columns.filter(({ id }) => !hidden.has(id)), sort: sort.filter(({ id }) => !hidden.has(id)) };
}

/** Attributes stay; of the rest only what tells runs apart. */
export function onlyDiffering(settings: ViewContent, differing: readonly string[]): ViewContent {
  const attributes = settings.columns.filter(({ id }) => id.startsWith('attribute:'));
  const known = new Map(settings.columns.map((column) => [column.id, column]));
  const columns = [...attributes, ...differing.map((id) => known.get(id) ?? columnFor(id))];
  const shown = new Set(columns.map(({ id }) => id));
  return { ...settings, columns, sort: settings.sort.filter(({ id }) => shown.has(id)) };
}
