/**
 * The table of runs: rows come in blocks from whoever owns them, columns are
 * virtual as rows are. It keeps focus, selection and what is looked at where
 * they are when rows come and go, and tells of everything else by events.
 */
import {
  type CellKeyDownEvent,
  type ColDef,
  type ColumnState,
  createGrid,
  type GridApi,
  type IDatasource,
} from 'ag-grid-community';
import { html, LitElement, type PropertyValues } from 'lit';
import type { ViewColumn, ViewSort } from '../../protocol/model/view.ts';
import { type Anchor, anchorAt } from '../ui/popup.ts';
import { base } from '../ui/styles.ts';
import { type Layout, layoutOf, stateOf } from './columnLayout.ts';
import { appliesTo, commandOf, type GridCommand, isHeaderMenu } from './gridKeys.ts';
import { baseOptions, columnDefaults } from './gridOptions.ts';
import { GridPlace } from './gridPlace.ts';
import { GridSelection } from './gridSelection.ts';
import { gridStyles } from './gridStyles.ts';
import { type RunEntry, type TableRow, withValues } from './tableRow.ts';

export type RowBlock = { readonly rows: readonly TableRow[]; readonly total: number };
/** `columns` are the ids in sight: values of others need not come. */
export type BlockRequest = {
  readonly offset: number;
  readonly limit: number;
  readonly columns: readonly string[];
  readonly sort: readonly ViewSort[];
};
export type RowCommand = { readonly command: GridCommand; readonly row: TableRow; readonly anchor: Anchor };
export type ColumnMenuRequest = { readonly columnId: string; readonly anchor: Anchor };

/** With more columns than these only those in sight are asked for. */
const fewColumns = 40;
const settleMs = 60;

export class RunGrid extends LitElement {
  static override properties = {
    define: { attribute: false },
    layout: { attribute: false },
    load: { attribute: false },
    nonce: {},
  };
  declare define: (column: ViewColumn) => ColDef<TableRow>;
  declare layout: Layout;
  declare load: (request: BlockRequest) => Promise<RowBlock>;
  declare nonce: string;
  #api: GridApi<TableRow> | null = null;
  #place: GridPlace | null = null;
  #chosen: GridSelection | null = null;
  #applying = 0;
  #settled: ReturnType<typeof setTimeout> | undefined;
  #pointerAt = 0;
  /** What it told last: when that comes back it is there already. */
  #told: Layout | null = null;

  static override styles = [base, gridStyles];

  override render() {
    return html`<div class="grid" @keydown=${this.#headerKey} @contextmenu=${this.#menu} @pointermove=${() => {
      this.#pointerAt = Date.now();
    }}></div>`;
  }

  override firstUpdated(): void {
    const element = this.renderRoot.querySelector<HTMLElement>('.grid');
    if (!element) return;
    const openMenu = (columnId: string, at: DOMRect) => this.#tell('column-menu', { columnId, anchor: at });
    this.#api = createGrid<TableRow>(element, {
      ...baseOptions,
      themeStyleContainer: element,
      styleNonce: this.nonce,
      columnDefs: this.#defs(),
      defaultColDef: columnDefaults,
      context: { openMenu },
      datasource: this.#source(),
      onSelectionChanged: () => this.#tell('selection', this.#chosen?.runs() ?? []),
      onRowDoubleClicked: ({ data, event }) => data && !isButton(event) && this.#command('open', data),
      onCellKeyDown: (event) => this.#key(event as CellKeyDownEvent<TableRow>),
      onModelUpdated: () => {
        this.#place?.keep();
        this.#settle();
      },
      onViewportChanged: () => this.#settle(),
      onVirtualColumnsChanged: () => this.#settle(),
      onCellFocused: ({ rowIndex }) => this.#place?.noteFocus(rowIndex),
    });
    this.#place = new GridPlace(this.#api, this.renderRoot);
    this.#chosen = new GridSelection(this.#api);
    this.#api.setGridAriaProperty('label', 'Runs');
    for (const change of ['columnMoved', 'columnResized', 'columnPinned', 'sortChanged'] as const) {
      this.#api.addEventListener(change, (event) => this.#layoutChanged(event));
    }
    this.#applyLayout();
  }

  override disconnectedCallback(): void {
    clearTimeout(this.#settled);
    this.#api?.destroy();
    this.#api = null;
    super.disconnectedCallback();
  }

  override updated(changed: PropertyValues<this>): void {
    if (!this.#api || !(changed.has('layout') || changed.has('define'))) return;
    if (this.layout.columns === this.#told?.columns && this.layout.sort === this.#told.sort) return;
    const before = changed.get('layout') as Layout | undefined;
    const defined = (layout: Layout | undefined) => JSON.stringify(layout?.columns.map(({ id, look }) => [id, look]));
    if (changed.has('define') || defined(before) !== defined(this.layout)) {
      this.#quietly(() => this.#api?.setGridOption('columnDefs', this.#defs()));
      this.#api.refreshCells({ force: true });
    }
    this.#applyLayout();
  }

  /** Asks again for what is shown, leaving it on screen until the answer. */
  refresh(): void {
    const api = this.#api;
    if (!api) return;
    this.#place?.remember();
    api.refreshInfiniteCache();
  }

  /** The question changed: forgets all rows and starts at the top. */
  restart(): void {
    this.#place?.forget();
    this.#api?.deselectAll();
    this.#api?.setGridOption('datasource', this.#source());
    this.toTop();
  }

  toTop(): void {
    this.#place?.toTop();
  }

  /** Whether rows may come and go in sight: not while somebody is scrolled down, moves over rows or stands in one. */
  get held(): boolean {
    const pointing = Date.now() - this.#pointerAt < 1500;
    return pointing || (this.#place !== null && (this.#place.scrolled || this.#place.inRow));
  }

  clearSelection(): void {
    this.#api?.deselectAll();
  }

  /** Puts newer values, or those of more columns, into rows that are there. */
  patch(entries: readonly RunEntry[]): void {
    for (const entry of entries) {
      const node = this.#api?.getRowNode(entry.id);
      if (node?.data?.kind === 'run') node.setData(withValues(node.data, { ...entry, inGroup: node.data.inGroup }));
    }
  }

  /** The runs in sight, in order. */
  shownRuns(): readonly RunEntry[] {
    const api = this.#api;
    if (!api) return [];
    const entries: RunEntry[] = [];
    for (let index = api.getFirstDisplayedRowIndex(); index <= api.getLastDisplayedRowIndex(); index += 1) {
      const data = api.getDisplayedRowAtIndex(index)?.data;
      if (data?.kind === 'run') entries.push(data);
    }
    return entries;
  }

  /** The ids of the columns in sight, and all of them while they are few. */
  shownColumns(): readonly string[] {
    const { columns } = this.layout;
    if (columns.length <= fewColumns) return columns.map(({ id }) => id);
    const virtual = this.#api?.getAllDisplayedVirtualColumns().map((column) => column.getColId()) ?? [];
    return virtual.length > 1 ? virtual : columns.slice(0, fewColumns).map(({ id }) => id);
  }

  /** Draws cells anew whose picture depends on more than their row. */
  redraw(columns?: readonly string[]): void {
    this.#api?.refreshCells({ force: true, columns: columns ? [...columns] : undefined });
  }

  autoSize(columns: readonly string[]): void {
    this.#api?.autoSizeColumns({ colIds: [...columns] });
  }

  focusRows(): void {
    const [first] = this.#api?.getAllDisplayedColumns().filter((column) => column.getColId().includes(':')) ?? [];
    if (first) this.#api?.setFocusedCell(this.#api.getFirstDisplayedRowIndex(), first);
  }

  #defs(): ColDef<TableRow>[] {
    return this.layout.columns.map((column) => this.define(column));
  }

  #source(): IDatasource {
    return {
      getRows: ({ startRow, endRow, sortModel, successCallback, failCallback }) => {
        const sort = sortModel.map(({ colId, sort }) => ({ id: colId, direction: sort }));
        const request = { offset: startRow, limit: endRow - startRow, columns: this.shownColumns(), sort };
        this.load(request).then(({ rows, total }) => successCallback([...rows], total), failCallback);
      },
    };
  }

  #settle(): void {
    clearTimeout(this.#settled);
    this.#settled = setTimeout(() => this.#tell('in-sight', null), settleMs);
  }

  #key({ data, event }: CellKeyDownEvent<TableRow>): void {
    const command = event instanceof KeyboardEvent && !event.defaultPrevented ? commandOf(event) : null;
    if (!data || !command || !appliesTo(command, data)) return;
    event?.preventDefault();
    if (command === 'choose-all') this.#tell('chosen-loaded', this.#chosen?.chooseLoaded());
    else if (command === 'extend-up') this.#chosen?.extend(-1);
    else if (command === 'extend-down') this.#chosen?.extend(1);
    else this.#command(command, data);
  }

  #command(command: GridCommand, row: TableRow): void {
    const cell = this.renderRoot.querySelector(
      `.ag-row[row-id="${CSS.escape(row.id)}"] .ag-cell:focus, .ag-row[row-id="${CSS.escape(row.id)}"] .state`,
    );
    const anchor = (cell ?? this).getBoundingClientRect();
    this.#tell('command', { command, row, anchor });
  }

  /** Of a heading: sorting, and its menu. Moving and resizing are the grid's own. */
  readonly #headerKey = (event: KeyboardEvent) => {
    const header = (event.target as Element).closest('.ag-header-cell');
    const columnId = header?.getAttribute('col-id');
    if (!header || !columnId || !isHeaderMenu(event)) return;
    event.preventDefault();
    this.#tell('column-menu', { columnId, anchor: header.getBoundingClientRect() });
  };

  readonly #menu = (event: MouseEvent) => {
    const target = event.target as Element;
    const anchor = anchorAt(event.clientX, event.clientY);
    const columnId = target.closest('.ag-header-cell')?.getAttribute('col-id');
    const row = this.#api?.getRowNode(target.closest('.ag-row')?.getAttribute('row-id') ?? '')?.data;
    if (!columnId && !row) return;
    event.preventDefault();
    if (columnId) this.#tell('column-menu', { columnId, anchor });
    else this.#tell('command', { command: 'menu', row, anchor });
  };

  #applyLayout(): void {
    const boxes: ColumnState = { colId: 'ag-Grid-SelectionColumn', hide: false, pinned: 'left' };
    const state = [boxes, ...stateOf(this.layout)];
    this.#quietly(() =>
      this.#api?.applyColumnState({ state, defaultState: { sort: null, pinned: null }, applyOrder: true }),
    );
  }

  #quietly(work: () => void): void {
    this.#applying += 1;
    work();
    // The grid tells of changes after the fact; those made here are not the person's.
    setTimeout(() => {
      this.#applying -= 1;
    }, 50);
  }

  #layoutChanged(event: object): void {
    const dragging = 'finished' in event && event.finished === false;
    if (this.#applying > 0 || dragging || !this.#api) return;
    this.#told = layoutOf(this.#api.getColumnState(), this.layout);
    this.#tell('layout', this.#told);
  }

  #tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

function isButton(event: Event | null | undefined): boolean {
  return event?.target instanceof Element && event.target.closest('button, input') !== null;
}

customElements.define('fw-run-grid', RunGrid);
