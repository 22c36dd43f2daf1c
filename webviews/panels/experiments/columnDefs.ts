/** Columns of the table as the grid wants them. */
import type { ColDef } from 'ag-grid-community';
import type { ViewColumn } from '../../../protocol/model/view.ts';
import type { TableRow } from '../../grid/tableRow.ts';
import { spellOut } from '../../ui/name.ts';
import { type CellContext, cellFor } from './cells.ts';
import { metricOf, textOf } from './cellValue.ts';
import { columnOf, type TableColumn } from './tableColumn.ts';

export function columnDef({ id, look }: ViewColumn, context: CellContext): ColDef<TableRow> {
  const column = columnOf(id);
  if (column === null) return { colId: id, headerName: id, sortable: false };
  const isNumber = column.kind === 'metric';
  return {
    colId: id,
    headerName: spellOut(column.label),
    sortable: column.grammar !== null,
    headerComponentParams: { title: headingTitle(column) },
    headerClass: isNumber ? 'number' : undefined,
    cellClass: classOf(column),
    valueGetter: ({ data }) => (data?.kind === 'run' ? cellValue(data.run, column, context) : undefined),
    cellRenderer: cellFor(column, look, context),
  };
}

function cellValue(run: Parameters<typeof textOf>[0], column: TableColumn, context: CellContext) {
  return column.kind === 'metric'
    ? metricOf(run, column, context.directions())
    : textOf(run, column, context.currency());
}

function classOf({ kind, key }: TableColumn): string | undefined {
  if (kind === 'metric') return 'number';
  return kind === 'attribute' && key === 'commit' ? 'mono' : undefined;
}

function headingTitle({ kind, label }: TableColumn): string {
  return kind === 'attribute' ? label : `${kind === 'param' ? 'parameter' : kind} ${spellOut(label)}`;
}
