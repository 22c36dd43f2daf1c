/**
 * How much two properties of traces go together: the normalised pointwise
 * mutual information of their counts, from -1 (never) over 0 (as chance has it)
 * to 1 (always). Pure.
 */
export type FilterCounts = {
  readonly total: number;
  readonly first: number;
  readonly second: number;
  readonly joint: number;
};

export type Correlation = {
  /** NaN where a property has no trace at all, so that nothing can be said. */
  readonly npmi: number;
  /** With half a trace added to each of the four cells (Jeffreys), so that few traces say little. */
  readonly smoothed: number;
};

export function correlationOf({ total, first, second, joint }: FilterCounts): Correlation {
  const smoothed = normalised({
    total: total + 2,
    first: first + 1,
    second: second + 1,
    joint: joint + 0.5,
  });
  if (total === 0 || first === 0 || second === 0)
    return { npmi: Number.NaN, smoothed: total === 0 ? Number.NaN : smoothed };
  return { npmi: normalised({ total, first, second, joint }), smoothed };
}

function normalised({ total, first, second, joint }: FilterCounts): number {
  if (joint === 0) return -1;
  if (joint === total) return 1;
  const information = Math.log((joint * total) / (first * second));
  return Math.min(1, Math.max(-1, information / -Math.log(joint / total)));
}
