/** The runs that grew since somebody last looked: a set by id with a bound, past which it only knows "many". */
import type { EventFeed } from './ports.ts';

export type TouchedRun = Parameters<EventFeed['touched']>[0];

const bound = 1000;

export class TouchedRuns {
  readonly #byId = new Map<string, TouchedRun>();
  #overflowed = false;

  add(run: TouchedRun): void {
    if (this.#overflowed) return;
    this.#byId.set(run.runId, { runId: run.runId, experimentId: run.experimentId, projectId: run.projectId });
    if (this.#byId.size > bound) {
      this.#byId.clear();
      this.#overflowed = true;
    }
  }

  addAll(runs: readonly TouchedRun[] | 'all'): void {
    if (runs === 'all') {
      this.#byId.clear();
      this.#overflowed = true;
    } else for (const run of runs) this.add(run);
  }

  /** What was gathered, and begins anew. */
  take(): readonly TouchedRun[] | 'all' {
    const taken = this.#overflowed ? 'all' : [...this.#byId.values()];
    this.#byId.clear();
    this.#overflowed = false;
    return taken;
  }
}
