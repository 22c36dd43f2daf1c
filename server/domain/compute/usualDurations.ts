/** How long runs like those that run and wait now usually took. */
import { scriptOf } from '../../../protocol/model/script.ts';
import type { StoredRun } from '../runs/ports.ts';
import type { Stores } from '../shared/store.ts';

export type Durations = {
  /** Milliseconds; null when no run like it has succeeded on its tier. */
  of(run: StoredRun): number | null;
  /** When it will likely end; null when that is not known, or it has not started. */
  end(run: StoredRun): number | null;
};

/** Newest of each project and tier that are looked through. */
const lookedThrough = 200;

export async function readDurations(stores: Stores, runs: readonly StoredRun[]): Promise<Durations> {
  const took = new Map<string, readonly number[]>();
  const places = new Map(runs.map((run) => [placeOf(run), run]));
  for (const [place, { projectId, launch }] of places) {
    const past = await stores.costs.succeeded({ projectId, tierId: launch?.tierId ?? '', limit: lookedThrough });
    for (const [script, own] of Map.groupBy(past, ({ command }) => scriptOf(command) ?? command)) {
      took.set(
        `${place}\n${script}`,
        own.map((each) => each.took),
      );
    }
  }
  const of = (run: StoredRun) => median(took.get(`${placeOf(run)}\n${scriptOfRun(run)}`) ?? []);
  return {
    of,
    end: (run) => {
      const usual = of(run);
      return usual === null || run.startedAt === null ? null : Math.round(run.startedAt + usual);
    },
  };
}

function placeOf({ projectId, launch }: StoredRun): string {
  return `${projectId}\n${launch?.tierId ?? ''}`;
}

function scriptOfRun({ launch }: StoredRun): string {
  const command = launch?.command ?? '';
  return scriptOf(command) ?? command;
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
