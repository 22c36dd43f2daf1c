/** Which runs of the grid are chosen, and choosing them by keys. */
import type { GridApi } from 'ag-grid-community';
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

  /**
   * Chooses the row that has the focus and the one so far from it, and goes there. Where the grid has its focus is
   * known at once; the page has it a frame later, and keys may come faster.
   */
  extend(step: number): void {
    const cell = this.#api.getFocusedCell();
    if (!cell) return;
    const index = cell.rowIndex + step;
    const [from, next] = [cell.rowIndex, index].map((at) => this.#api.getDisplayedRowAtIndex(at));
    if (!next) return;
    from?.setSelected(true);
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
