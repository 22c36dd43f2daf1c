/**
 * What the rows in sight still lack: values of columns that were scrolled to,
 * and the curves of columns that show them. Whatever is scrolled past before
 * the answer is given up.
 */
import type { Series } from '../../../protocol/model/metric.ts';
import type { ViewContent } from '../../../protocol/model/view.ts';
import type { PanelApp } from '../../app/client.ts';
import type { RunGrid } from '../../grid/runGrid.ts';
import type { RunEntry } from '../../grid/tableRow.ts';
import { entryOf, rowsById } from './searchRows.ts';
import type { Curve } from './sparkline.ts';
import { columnOf } from './tableColumn.ts';

const mostRuns = 50;
const mostKeys = 50;
const points = 40;
const keptCurves = 4000;

type Sight = {
  readonly app: () => PanelApp;
  readonly experimentId: () => string;
  readonly settings: () => ViewContent | null;
  readonly grid: () => RunGrid | null;
};

export class RowDetails {
  readonly #sight: Sight;
  readonly #curves = new Map<string, Curve>();
  #abort = new AbortController();

  constructor(sight: Sight) {
    this.#sight = sight;
  }

  curve(runId: string, key: string): Curve | null {
    return this.#curves.get(`${runId} ${key}`) ?? null;
  }

  /** Fetches what is missing; again before it is there gives up what is out of sight by now. */
  async complete(): Promise<void> {
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    try {
      await this.#values(signal);
      await this.#draw(signal);
    } catch {
      // Given up, or the server is away: the next look fetches them.
    }
  }

  /** Newer values for those in sight that may be old. */
  async update(isOld: (runId: string) => boolean): Promise<void> {
    const grid = this.#sight.grid();
    const old = grid?.shownRuns().filter(({ id }) => isOld(id)) ?? [];
    if (!grid || old.length === 0) return;
    for (const key of this.#curves.keys()) if (isOld(key.slice(0, key.indexOf(' ')))) this.#curves.delete(key);
    await this.#fetch(old, grid.shownColumns());
    await this.complete();
  }

  async #values(signal: AbortSignal): Promise<void> {
    const grid = this.#sight.grid();
    if (!grid) return;
    const wanted = grid.shownColumns();
    const lacking = grid.shownRuns().filter(({ fetched }) => wanted.some((id) => !fetched.has(id)));
    const missing = wanted.filter((id) => lacking.some(({ fetched }) => !fetched.has(id)));
    await this.#fetch(lacking, missing, signal);
  }

  async #fetch(entries: readonly RunEntry[], columns: readonly string[], signal?: AbortSignal): Promise<void> {
    const runIds = entries.map(({ id }) => id);
    const rows = await rowsById(this.#sight.app(), this.#sight.experimentId(), { runIds, columns, signal });
    this.#sight.grid()?.patch(rows.map((run) => entryOf(run, columns)));
  }

  async #draw(signal: AbortSignal): Promise<void> {
    const grid = this.#sight.grid();
    const shown = new Set(grid?.shownColumns());
    const drawn = (this.#sight.settings()?.columns ?? []).filter(({ id, look }) => look === 'curve' && shown.has(id));
    const keys = [...new Set(drawn.flatMap(({ id }) => columnOf(id)?.key ?? []))].slice(0, mostKeys);
    const runs = grid?.shownRuns() ?? [];
    const runIds = runs.map(({ id }) => id).filter((id) => keys.some((key) => !this.#curves.has(`${id} ${key}`)));
    for (let at = 0; at < runIds.length && keys.length > 0; at += mostRuns) {
      const piece = runIds.slice(at, at + mostRuns);
      const found = await this.#sight.app().client.runs.history({ runIds: piece, keys, maxPoints: points }, { signal });
      this.#keep(piece, keys, found);
      grid?.redraw(drawn.map(({ id }) => id));
    }
  }

  /** A run without the metric has an empty curve, and is not asked again. */
  #keep(runIds: readonly string[], keys: readonly string[], found: readonly Series[]): void {
    for (const id of runIds) for (const key of keys) this.#curves.set(`${id} ${key}`, { steps: [], values: [] });
    for (const { runId, key, steps, values } of found) this.#curves.set(`${runId} ${key}`, { steps, values });
    for (const key of this.#curves.keys()) {
      if (this.#curves.size <= keptCurves) break;
      this.#curves.delete(key);
    }
  }
}
