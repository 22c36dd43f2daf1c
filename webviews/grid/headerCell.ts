/**
 * The heading of a column: its name, how it is sorted, and a button for its
 * menu. The button is for the pointer alone: by keyboard the heading itself
 * opens the menu, so that its name stays the column's.
 */
import type { IHeaderComp, IHeaderParams } from 'ag-grid-community';
import { nothing, render } from 'lit';
import { icon } from '../ui/icon.ts';

export type HeaderContext = { readonly openMenu: (columnId: string, at: DOMRect) => void };
type HeaderParams = IHeaderParams<unknown, HeaderContext> & { readonly title?: string };

export class HeaderCell implements IHeaderComp {
  #params: HeaderParams | null = null;
  readonly #root = document.createElement('div');
  readonly #text = document.createElement('span');
  readonly #order = document.createElement('span');
  readonly #button = document.createElement('button');
  readonly #update = () => this.#show();

  init(params: HeaderParams): void {
    this.#root.className = 'head';
    this.#text.className = 'text';
    this.#order.className = 'order';
    this.#button.className = 'open-menu';
    this.#button.tabIndex = -1;
    this.#button.setAttribute('aria-hidden', 'true');
    this.#button.title = 'Sort, pin, group, filter…';
    render(icon('down'), this.#button);
    this.#root.append(this.#text, this.#order, this.#button);
    this.#root.addEventListener('click', (event) => this.#click(event));
    params.column.addEventListener('sortChanged', this.#update);
    this.#params = params;
    this.#show();
  }

  getGui(): HTMLElement {
    return this.#root;
  }

  refresh(params: HeaderParams): boolean {
    this.#params = params;
    this.#show();
    return true;
  }

  destroy(): void {
    this.#params?.column.removeEventListener('sortChanged', this.#update);
  }

  #click(event: MouseEvent): void {
    const params = this.#params;
    if (!params) return;
    if (this.#button.contains(event.target as Node)) {
      params.context.openMenu(params.column.getColId(), this.#button.getBoundingClientRect());
    } else if (params.enableSorting) params.progressSort(event.shiftKey);
  }

  #show(): void {
    if (!this.#params) return;
    const { column, displayName, api } = this.#params;
    this.#text.textContent = displayName;
    this.#root.title = this.#params.title ?? displayName;
    const sort = column.getSort();
    const several = api.getColumnState().filter((state) => state.sort).length > 1;
    render(
      sort
        ? [icon(sort === 'asc' ? 'up' : 'down'), several ? String((column.getSortIndex() ?? 0) + 1) : nothing]
        : nothing,
      this.#order,
    );
  }
}
