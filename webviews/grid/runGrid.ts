/**
 * The table of runs: rows come in blocks from the server, which sorts and
 * filters over everything; columns are virtual as rows are. Live updates keep
 * the row that the person looks at where it is.
 */
import {
  CellStyleModule,
  type ColDef,
  ColumnApiModule,
  type ColumnState,
  createGrid,
  EventApiModule,
  type GridApi,
  type IDatasource,
  InfiniteRowModelModule,
  ModuleRegistry,
  RowApiModule,
  RowSelectionModule,
  ScrollApiModule,
} from 'ag-grid-community';
import { css, html, LitElement, type PropertyValues } from 'lit';
import type { RunRow } from '../../protocol/model/experiment.ts';
import { base } from '../ui/styles.ts';
import { type ColumnLayout, layoutOf } from './columnLayout.ts';
import { gridTheme } from './gridTheme.ts';

ModuleRegistry.registerModules([
  CellStyleModule,
  ColumnApiModule,
  EventApiModule,
  InfiniteRowModelModule,
  RowApiModule,
  RowSelectionModule,
  ScrollApiModule,
]);

export type RowBlock = { readonly rows: readonly RunRow[]; readonly total: number };
export type BlockRequest = { readonly offset: number; readonly limit: number; readonly sort: readonly SortItem[] };
export type SortItem = { readonly colId: string; readonly sort: 'asc' | 'desc' };

export class RunGrid extends LitElement {
  static override properties = {
    columns: { attribute: false },
    layout: { attribute: false },
    load: { attribute: false },
    nonce: {},
  };
  declare columns: readonly ColDef<RunRow>[];
  declare layout: readonly ColumnLayout[];
  declare load: (request: BlockRequest) => Promise<RowBlock>;
  declare nonce: string;
  #api: GridApi<RunRow> | null = null;
  #anchor: { readonly id: string; readonly index: number } | null = null;
  #applying = false;

  static override styles = [
    base,
    css`
      :host { display: block; min-height: 0; }
      .grid { height: 100%; }
      .state { display: inline-flex; align-items: center; gap: 6px; min-width: 0; max-width: 100%; }
      .state svg { width: 14px; height: 14px; flex: none; }
      .state .name { overflow: hidden; text-overflow: ellipsis; unicode-bidi: plaintext; }
      .ag-cell.number { justify-content: end; text-align: end; font-variant-numeric: tabular-nums; font-family: var(--fw-mono); font-size: 12px; }
      .ag-header-cell.number .ag-header-cell-label { flex-direction: row-reverse; }
      @media (forced-colors: active) { .ag-cell, .ag-row { border-color: Canvas !important; } }
      .ag-cell.mono { font-family: var(--fw-mono); font-size: 12px; }
      .ag-cell { unicode-bidi: plaintext; }
      .ag-row.deleted { opacity: 0.7; }
      .ag-row-selected::before { background: var(--vscode-list-activeSelectionBackground) !important; }
      .ag-row-selected { color: var(--vscode-list-activeSelectionForeground); }
      .ag-row-selected .ag-cell { border-color: transparent; }
      .queued svg, .stopped svg { color: var(--fw-dim); }
      .preparing svg, .starting svg, .running svg { color: var(--fw-active); }
      .succeeded svg { color: var(--fw-good); }
      .failed svg { color: var(--fw-bad); }
      .lost svg { color: var(--fw-warn); }
    `,
  ];

  override render() {
    return html`<div class="grid"></div>`;
  }

  override firstUpdated(): void {
    const element = this.renderRoot.querySelector<HTMLElement>('.grid');
    if (!element) return;
    this.#api = createGrid<RunRow>(element, {
      theme: gridTheme,
      themeStyleContainer: element,
      styleNonce: this.nonce,
      rowModelType: 'infinite',
      cacheBlockSize: 100,
      maxBlocksInCache: 20,
      infiniteInitialRowCount: 1,
      columnDefs: [...this.columns],
      defaultColDef: { resizable: true, sortable: true, minWidth: 60, width: 120, suppressHeaderMenuButton: true },
      rowSelection: { mode: 'multiRow', checkboxes: true, headerCheckbox: false, enableClickSelection: false },
      selectionColumnDef: { width: 34, minWidth: 34, maxWidth: 34, resizable: false, pinned: 'left' },
      getRowId: ({ data }) => data.id,
      datasource: this.#source(),
      suppressCellFocus: false,
      suppressDragLeaveHidesColumns: true,
      animateRows: false,
      ensureDomOrder: true,
      suppressContextMenu: true,
      loadThemeGoogleFonts: false,
      onSelectionChanged: () => this.#tell('selection', this.#api?.getSelectedRows() ?? []),
      onRowDoubleClicked: ({ data }) => data && this.#tell('open', data),
      onCellKeyDown: ({ data, event }) =>
        data && (event as KeyboardEvent | null)?.key === 'Enter' && this.#tell('open', data),
      onModelUpdated: () => this.#keepAnchor(),
    });
    for (const change of ['columnMoved', 'columnResized', 'columnVisible', 'sortChanged'] as const) {
      this.#api.addEventListener(change, () => this.#layoutChanged());
    }
    this.#applyLayout();
  }

  override disconnectedCallback(): void {
    this.#api?.destroy();
    this.#api = null;
    super.disconnectedCallback();
  }

  override updated(changed: PropertyValues<this>): void {
    if (!this.#api) return;
    if (changed.has('columns') && changed.get('columns')) {
      this.#quietly(() => this.#api?.setGridOption('columnDefs', [...this.columns]));
      this.#applyLayout();
    } else if (changed.has('layout') && changed.get('layout')) this.#applyLayout();
  }

  /** Asks again for what is shown, leaving it on screen until the answer. */
  refresh(): void {
    const api = this.#api;
    if (!api) return;
    const first = api.getFirstDisplayedRowIndex();
    const id = first > 0 ? api.getDisplayedRowAtIndex(first)?.id : undefined;
    this.#anchor = id === undefined ? null : { id, index: first };
    api.refreshInfiniteCache();
  }

  /** The question changed: forgets all rows and starts at the top. */
  restart(): void {
    this.#anchor = null;
    this.#api?.deselectAll();
    this.#api?.setGridOption('datasource', this.#source());
  }

  clearSelection(): void {
    this.#api?.deselectAll();
  }

  #source(): IDatasource {
    return {
      getRows: (params) => {
        const sort = params.sortModel.map(({ colId, sort }) => ({ colId, sort }));
        const request = { offset: params.startRow, limit: params.endRow - params.startRow, sort };
        this.load(request).then(
          ({ rows, total }) => params.successCallback([...rows], total),
          () => params.failCallback(),
        );
      },
    };
  }

  /** New runs arrive above: whoever scrolled down stays at the row they look at. */
  #keepAnchor(): void {
    const anchor = this.#anchor;
    const node = anchor && this.#api?.getRowNode(anchor.id);
    if (!anchor || typeof node?.rowIndex !== 'number' || node.rowIndex === anchor.index) return;
    this.#anchor = null;
    this.#api?.ensureIndexVisible(node.rowIndex, 'top');
  }

  #applyLayout(): void {
    const boxes: ColumnState = { colId: 'ag-Grid-SelectionColumn', hide: false };
    const columns: ColumnState[] = this.layout.map((column) => ({
      colId: column.id,
      hide: false,
      width: column.width ?? undefined,
      sort: column.sort,
    }));
    const state = [boxes, ...columns];
    this.#quietly(() =>
      this.#api?.applyColumnState({ state, defaultState: { hide: true, sort: null }, applyOrder: true }),
    );
  }

  #quietly(work: () => void): void {
    this.#applying = true;
    work();
    // The grid tells of changes after the fact; those made here are not the person's.
    setTimeout(() => {
      this.#applying = false;
    }, 50);
  }

  #layoutChanged(): void {
    if (this.#applying || !this.#api) return;
    this.#tell('layout', layoutOf(this.#api.getColumnState()));
  }

  #tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

customElements.define('fw-run-grid', RunGrid);
