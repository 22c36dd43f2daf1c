/**
 * The order in which waiting runs of one tier get its places: higher priority
 * first, and among equals the project that uses least now has the next turn.
 * Within a project the order is its people's own. Pure.
 */
import type { QueueEntry } from '../jobs/ports.ts';
import type { StoredRun } from '../runs/ports.ts';

export type FairShare = {
  readonly entry: (runId: string) => QueueEntry | null;
  /** What each project uses now, in the unit of `weight`. */
  readonly used: ReadonlyMap<string, number>;
  /** What one more run of this tier uses. */
  readonly weight: number;
};

export function fairOrder(runs: readonly StoredRun[], share: FairShare): readonly StoredRun[] {
  const used = new Map(share.used);
  const levels = Map.groupBy(runs, (run) => priorityOf(run, share.entry(run.id)));
  return [...levels.keys()]
    .toSorted((a, b) => b - a)
    .flatMap((level) => takeTurns(levels.get(level) ?? [], share, used));
}

/** Moved ones in the order that they were put in, then by age. */
export function ownOrder(runs: readonly StoredRun[], entry: FairShare['entry']): readonly StoredRun[] {
  const key = (run: StoredRun) => ({
    priority: priorityOf(run, entry(run.id)),
    place: entry(run.id)?.place ?? Number.POSITIVE_INFINITY,
  });
  const keyed = runs.map((run) => ({ run, ...key(run) }));
  return keyed.toSorted((a, b) => b.priority - a.priority || comparePlaces(a, b)).map(({ run }) => run);
}

export function priorityOf(run: StoredRun, entry: QueueEntry | null): number {
  return entry?.priority ?? run.launch?.priority ?? 0;
}

type Placed = { readonly run: StoredRun; readonly place: number };

function comparePlaces(a: Placed, b: Placed): number {
  if (a.place !== b.place) return a.place - b.place;
  return a.run.createdAt - b.run.createdAt;
}

function takeTurns(runs: readonly StoredRun[], { entry, weight }: FairShare, used: Map<string, number>): StoredRun[] {
  const lines = Map.groupBy(ownOrder(runs, entry), ({ projectId }) => projectId);
  const waiting = [...lines].map(([projectId, line]) => ({ projectId, line, at: 0 }));
  const ordered: StoredRun[] = [];
  for (let left = runs.length; left > 0; left -= 1) {
    const turn = nextTurn(waiting, used);
    const run = turn?.line[turn.at];
    if (!turn || !run) break;
    ordered.push(run);
    turn.at += 1;
    used.set(turn.projectId, (used.get(turn.projectId) ?? 0) + weight);
  }
  return ordered;
}

type Line = { readonly projectId: string; readonly line: readonly StoredRun[]; at: number };

/** Of projects that use the same, the one whose next run waits longest. */
function nextTurn(lines: readonly Line[], used: ReadonlyMap<string, number>): Line | null {
  let best: { readonly line: Line; readonly uses: number; readonly since: number } | null = null;
  for (const line of lines) {
    const head = line.line[line.at];
    if (head === undefined) continue;
    const uses = used.get(line.projectId) ?? 0;
    if (best && (uses > best.uses || (uses === best.uses && head.createdAt >= best.since))) continue;
    best = { line, uses, since: head.createdAt };
  }
  return best?.line ?? null;
}
