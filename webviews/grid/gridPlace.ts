/**
 * What the person looks at and where they stand, kept while rows come and go
 * above: the first row in sight stays where it is on the screen, the focus
 * stays on its row. Moves nothing else.
 */
import type { GridApi } from 'ag-grid-community';
import type { TableRow } from './tableRow.ts';

export class GridPlace {
  readonly #api: GridApi<TableRow>;
  readonly #root: ParentNode;
  #anchor: { readonly id: string; readonly offset: number } | null = null;
  #focused: { readonly id: string; readonly index: number } | null = null;

  constructor(api: GridApi<TableRow>, root: ParentNode) {
    this.#api = api;
    this.#root = root;
  }

  get scrolled(): boolean {
    return (this.#viewport?.scrollTop ?? 0) > 4;
  }

  get inRow(): boolean {
    return this.#root.querySelector('.ag-cell:focus') !== null;
  }

  /** Before rows are asked for again. */
  remember(): void {
    const first = this.#api.getFirstDisplayedRowIndex();
    const node = first > 0 ? this.#api.getDisplayedRowAtIndex(first) : undefined;
    const offset = (this.#viewport?.scrollTop ?? 0) - (node?.rowTop ?? 0);
    this.#anchor = node?.id === undefined ? null : { id: node.id, offset };
  }

  forget(): void {
    this.#anchor = null;
  }

  noteFocus(index: number | null): void {
    const id = index === null ? undefined : this.#api.getDisplayedRowAtIndex(index)?.id;
    this.#focused = id === undefined || index === null ? null : { id, index };
  }

  /** After rows have come. */
  keep(): void {
    const anchor = this.#anchor;
    const node = anchor && this.#api.getRowNode(anchor.id);
    if (anchor && this.#viewport && typeof node?.rowTop === 'number') {
      this.#anchor = null;
      this.#viewport.scrollTop = node.rowTop + anchor.offset;
    }
    this.#keepFocus();
  }

  toTop(): void {
    if (this.#viewport) this.#viewport.scrollTop = 0;
  }

  #keepFocus(): void {
    const focused = this.#focused;
    const cell = this.#api.getFocusedCell();
    const index = focused && this.#api.getRowNode(focused.id)?.rowIndex;
    if (!focused || !cell || typeof index !== 'number' || index === focused.index) return;
    if (this.inRow) this.#api.setFocusedCell(index, cell.column);
  }

  get #viewport(): Element | null {
    return this.#root.querySelector('.ag-grid-viewport');
  }
}
