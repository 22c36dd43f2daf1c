/** Which runs of the grid are chosen, and choosing them by keys. */
import type { GridApi, IRowNode } from 'ag-grid-community';
import type { RunRow } from '../../protocol/model/experiment.ts';
import type { TableRow } from './tableRow.ts';

export class GridSelection {
  readonly #api: GridApi<TableRow>;

  constructor(api: GridApi<TableRow>) {
    this.#api = api;
  }

  runs(): readonly RunRow[] {
    return this.#api.getSelectedRows().flatMap((row) => (row.kind === 'run' ? [row.run] : []));
  }

  /** Chooses the row and the one so far from it, and goes there. */
  extend(node: IRowNode<TableRow>, step: number): void {
    const index = (node.rowIndex ?? 0) + step;
    const next = this.#api.getDisplayedRowAtIndex(index);
    const cell = this.#api.getFocusedCell();
    if (!next || !cell) return;
    node.setSelected(true);
    next.setSelected(true);
    this.#api.ensureIndexVisible(index);
    this.#api.setFocusedCell(index, cell.column);
  }

  /** Only rows that are loaded can be chosen. Answers how many are. */
  chooseLoaded(): number {
    this.#api.forEachNode((node) => node.data?.kind === 'run' && node.setSelected(true));
    return this.runs().length;
  }
}
