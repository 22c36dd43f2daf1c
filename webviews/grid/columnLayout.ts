/** Which columns are shown, in which order, how wide, sorted how: what is remembered of a table. Pure. */
import type { ColumnState } from 'ag-grid-community';

export type ColumnLayout = {
  readonly id: string;
  readonly width: number | null;
  readonly sort: 'asc' | 'desc' | null;
};

/** Hidden columns are left out: an experiment can have thousands of them. */
export function layoutOf(state: readonly ColumnState[]): ColumnLayout[] {
  return state
    .filter((column) => !column.hide && !column.colId.startsWith('ag-Grid'))
    .map((column) => ({ id: column.colId, width: column.width ?? null, sort: column.sort ?? null }));
}

export function withColumn(layout: readonly ColumnLayout[], id: string): readonly ColumnLayout[] {
  return layout.some((column) => column.id === id) ? layout : [...layout, { id, width: null, sort: null }];
}

export function withoutColumn(layout: readonly ColumnLayout[], id: string): readonly ColumnLayout[] {
  return layout.filter((column) => column.id !== id);
}
