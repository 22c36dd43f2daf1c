/**
 * What the person looks at and where they stand, kept while rows come and go
 * above: the first row in sight stays where it is on the screen, the focus
 * stays on its row. Moves nothing else.
 */
import type { GridApi } from 'ag-grid-community';
import type { TableRow } from './tableRow.ts';

const squeezedHeight = 1_000_000;

export class GridPlace {
  readonly #api: GridApi<TableRow>;
  readonly #root: ParentNode;
  #anchor: { readonly id: string; readonly top: number } | null = null;
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
    const top = node?.rowTop;
    this.#anchor = node?.id === undefined || typeof top !== 'number' ? null : { id: node.id, top };
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
    if (anchor && typeof node?.rowTop === 'number') {
      this.#anchor = null;
      if (node.rowTop !== anchor.top) this.#scrollBy(node.rowTop - anchor.top, node.rowIndex ?? 0);
    }
    this.#keepFocus();
  }

  toTop(): void {
    if (this.#viewport) this.#viewport.scrollTop = 0;
  }

  /** Past a million pixels the grid squeezes its height, and only it knows where a row lies. */
  #scrollBy(pixels: number, index: number): void {
    const viewport = this.#viewport;
    if (!viewport) return;
    if (viewport.scrollHeight < squeezedHeight) viewport.scrollTop += pixels;
    else this.#api.ensureIndexVisible(index, 'top');
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
