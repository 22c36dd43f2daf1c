/** What the grid is told once: its row model, its selection, which of its own keys it leaves to us. */
import {
  CellStyleModule,
  ColumnApiModule,
  ColumnAutoSizeModule,
  EventApiModule,
  type GridOptions,
  InfiniteRowModelModule,
  ModuleRegistry,
  RenderApiModule,
  RowApiModule,
  RowSelectionModule,
  RowStyleModule,
  ScrollApiModule,
} from 'ag-grid-community';
import { commandOf, isHeaderMenu } from './gridKeys.ts';
import { gridTheme } from './gridTheme.ts';
import { HeaderCell } from './headerCell.ts';
import type { TableRow } from './tableRow.ts';

ModuleRegistry.registerModules([
  CellStyleModule,
  ColumnApiModule,
  ColumnAutoSizeModule,
  EventApiModule,
  InfiniteRowModelModule,
  RenderApiModule,
  RowApiModule,
  RowSelectionModule,
  RowStyleModule,
  ScrollApiModule,
]);

export const blockSize = 100;

export const baseOptions: GridOptions<TableRow> = {
  theme: gridTheme,
  rowModelType: 'infinite',
  cacheBlockSize: blockSize,
  maxBlocksInCache: 12,
  // What is scrolled past at once is not asked for.
  blockLoadDebounceMillis: 20,
  maxConcurrentDatasourceRequests: 2,
  infiniteInitialRowCount: 1,
  rowBuffer: 6,
  rowSelection: {
    mode: 'multiRow',
    checkboxes: ({ data }) => data?.kind !== 'group',
    headerCheckbox: false,
    enableClickSelection: false,
    isRowSelectable: ({ data }) => data?.kind === 'run',
  },
  selectionColumnDef: { width: 34, minWidth: 34, maxWidth: 34, resizable: false, pinned: 'left', lockPosition: 'left' },
  getRowId: ({ data }) => data.id,
  rowClassRules: {
    deleted: ({ data }) => data?.kind === 'run' && data.run.deletedAt !== null,
    'group-row': ({ data }) => data?.kind === 'group',
  },
  suppressCellFocus: false,
  suppressDragLeaveHidesColumns: true,
  animateRows: false,
  ensureDomOrder: true,
  loadThemeGoogleFonts: false,
};

/** Keys that mean something else here than in the grid. Left and right move, unless the row is a group. */
export const columnDefaults: GridOptions<TableRow>['defaultColDef'] = {
  resizable: true,
  sortable: true,
  minWidth: 50,
  width: 120,
  suppressHeaderMenuButton: true,
  headerComponent: HeaderCell,
  suppressHeaderKeyboardEvent: ({ event }) => isHeaderMenu(event),
  suppressKeyboardEvent: ({ event, data }) => {
    const command = commandOf(event);
    if (command === 'expand' || command === 'collapse') return data?.kind === 'group';
    return command !== null;
  },
};
