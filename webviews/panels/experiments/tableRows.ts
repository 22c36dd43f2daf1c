/**
 * Where the table's rows come from: blocks of the search, the next one fetched
 * ahead; or groups with the members of open ones in between. Runs that arrive
 * above what is looked at are held back as a shift, so that nothing moves.
 */
import type { RunPage } from '../../../protocol/model/experiment.ts';
import type { PanelApp } from '../../app/client.ts';
import type { BlockRequest, RowBlock } from '../../grid/runGrid.ts';
import type { GroupEntry } from '../../grid/tableRow.ts';
import { GroupedRows } from './groupedRows.ts';
import { entryOf, type RowQuestion, searchRows } from './searchRows.ts';

export class TableRows {
  /** How many newer runs stand above the first row and are not shown yet. */
  shift = 0;
  /** When the newest of the shown runs was created: what is newer has come since. */
  newestAt: number | null = null;
  readonly #app: () => PanelApp;
  readonly #question: () => RowQuestion;
  readonly #ahead = new Map<string, Promise<RunPage>>();
  readonly #groups: GroupedRows;

  constructor(app: () => PanelApp, question: () => RowQuestion) {
    this.#app = app;
    this.#question = question;
    this.#groups = new GroupedRows(app, question);
  }

  /** What was fetched ahead or held back is old. */
  forget(): void {
    this.#ahead.clear();
    this.shift = 0;
  }

  /** So many newer runs stand above now: what is asked for next lies further down by as many. */
  hold(newer: number): void {
    if (newer !== this.shift) this.#ahead.clear();
    this.shift = newer;
  }

  /** The question changed: nothing that was known of its answer holds. */
  restart(): void {
    this.forget();
    this.newestAt = null;
    this.#groups.restart();
  }

  toggle(group: GroupEntry): void {
    this.#groups.toggle(group);
  }

  async block(request: BlockRequest): Promise<RowBlock & { readonly runs: number; readonly exact: boolean }> {
    if (this.#question().settings.groupBy.length > 0) return this.#groups.block(request);
    const page = await this.#page(request);
    const total = Math.max(0, page.total - this.shift);
    const next = { ...request, offset: request.offset + request.limit };
    if (next.offset < total) this.#fetchAhead(next);
    this.#noteNewest(request, page);
    return { rows: page.rows.map((run) => entryOf(run, request.columns)), total, runs: total, exact: page.exact };
  }

  #noteNewest({ offset }: BlockRequest, page: RunPage): void {
    const [first] = page.rows;
    if (offset === 0) this.newestAt = first?.createdAt ?? Date.now();
  }

  #page(request: BlockRequest): Promise<RunPage> {
    const known = this.#ahead.get(keyOf(request));
    this.#ahead.delete(keyOf(request));
    return known ?? this.#search(request);
  }

  #search(request: BlockRequest): Promise<RunPage> {
    return searchRows(this.#app(), this.#question(), { ...request, offset: request.offset + this.shift });
  }

  #fetchAhead(request: BlockRequest): void {
    const key = keyOf(request);
    if (this.#ahead.has(key)) return;
    const [oldest] = this.#ahead.keys();
    if (this.#ahead.size >= 3 && oldest !== undefined) this.#ahead.delete(oldest);
    const page = this.#search(request);
    // A failure is told when the block is wanted; until then it is only not there.
    page.catch(() => this.#ahead.delete(key));
    this.#ahead.set(key, page);
  }
}

function keyOf({ offset, limit, columns, sort }: BlockRequest): string {
  return JSON.stringify([offset, limit, columns, sort]);
}
