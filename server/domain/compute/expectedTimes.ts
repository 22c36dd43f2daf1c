/**
 * When waiting runs will likely start, by how long runs like them took: each
 * place of a tier is handed on at the expected end of the run that has it. Pure.
 */
export type Occupied = { readonly end: number | null };

export type WaitingRun = {
  readonly runId: string;
  /** Milliseconds that it will likely take; null when nothing is known. */
  readonly takes: number | null;
  /** False for one that waits for a person or another run, which nobody can foresee. */
  readonly isFree: boolean;
  readonly notBefore: number | null;
};

export type TierLoad = {
  readonly places: number;
  readonly occupied: readonly Occupied[];
  /** In the order in which they would start. */
  readonly waiting: readonly WaitingRun[];
  readonly now: number;
};

const never = Number.POSITIVE_INFINITY;

/** By run id; runs of which nothing can be said are left out. */
export function expectedStarts({ places, occupied, waiting, now }: TierLoad): ReadonlyMap<string, number> {
  const free = Array.from({ length: Math.max(0, places - occupied.length) }, () => now);
  const ends = [...occupied.map(({ end }) => (end === null ? never : Math.max(end, now))), ...free];
  const starts = new Map<string, number>();
  for (const { runId, takes, isFree, notBefore } of waiting) {
    if (!isFree || ends.length === 0) continue;
    const at = ends.indexOf(Math.min(...ends));
    const start = Math.max(ends[at] ?? never, notBefore ?? 0);
    if (start === never) continue;
    starts.set(runId, Math.round(start));
    ends[at] = takes === null ? never : start + takes;
  }
  return starts;
}
