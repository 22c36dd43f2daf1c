/**
 * Which commits the runs of a project started from, and the first run of each.
 * Launches are only ever added, so each is read once.
 */
import type { RunStore } from '../runs/ports.ts';
import type { Store } from '../shared/store.ts';

export type Launched = {
  /** The first run of each snapshot, the oldest snapshot first. */
  readonly firstRuns: ReadonlyMap<string, string>;
  /** How many runs were launched from a commit of people, with or without changes on top. */
  readonly runsFrom: ReadonlyMap<string, number>;
};

type Known = {
  readonly firstRuns: Map<string, string>;
  readonly runsFrom: Map<string, number>;
  until: number;
  /** Ids of the newest: they are read again, as a clock may have been set back. */
  recent: Set<string>;
};

const pageSize = 2000;
const overlapMs = 60_000;
const mostProjects = 20;

export class LaunchedCommits {
  readonly #store: Pick<Store, 'read'>;
  readonly #known = new Map<string, Promise<Known>>();

  constructor(store: Pick<Store, 'read'>) {
    this.#store = store;
  }

  async of(projectId: string, signal: AbortSignal): Promise<Launched> {
    const before = this.#known.get(projectId)?.catch(() => empty()) ?? Promise.resolve(empty());
    const now = before.then((known) => this.#readOn(projectId, known, signal));
    this.#known.delete(projectId);
    this.#known.set(projectId, now);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= mostProjects) break;
      this.#known.delete(oldest);
    }
    return now;
  }

  /** For a project whose runs are no longer those that were read: its id was given to another. */
  forget(projectId: string): void {
    this.#known.delete(projectId);
  }

  async #readOn(projectId: string, known: Known, signal: AbortSignal): Promise<Known> {
    let after = { createdAt: known.until - overlapMs, id: '' };
    for (;;) {
      signal.throwIfAborted();
      const query = { projectId, after, limit: pageSize };
      const page = await this.#store.read(({ runs }) => runs.launchedCode(query));
      for (const run of page) add(known, run);
      const last = page.at(-1);
      if (!last) break;
      after = { createdAt: last.createdAt, id: last.id };
      if (page.length < pageSize) break;
    }
    known.recent = new Set([...known.recent].slice(-pageSize));
    return known;
  }
}

type LaunchedRun = Awaited<ReturnType<RunStore['launchedCode']>>[number];

function add(known: Known, { id, createdAt, code }: LaunchedRun): void {
  if (known.recent.has(id)) return;
  known.recent.add(id);
  known.until = Math.max(known.until, createdAt);
  if (!known.firstRuns.has(code.commit)) known.firstRuns.set(code.commit, id);
  const from = code.base ?? code.commit;
  known.runsFrom.set(from, (known.runsFrom.get(from) ?? 0) + 1);
}

function empty(): Known {
  return { firstRuns: new Map(), runsFrom: new Map(), until: 0, recent: new Set() };
}
