/**
 * A measured figure. `ratio` is ours over the peer's, or over the limit where
 * there is no peer: machines differ, ratios travel.
 */

export type Goal = {
  readonly kind: 'at-most' | 'at-least';
  readonly value: number;
  readonly of: 'ours' | 'ratio' | 'difference';
};

export type Measured = {
  readonly suite: string;
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly peerName: string;
  readonly ratio: number;
  readonly goal: string | null;
  readonly ok: boolean | null;
};

export type Skipped = { readonly suite: string; readonly name: string; readonly skipped: string };
export type Figure = Measured | Skipped;

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Nearest rank. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
}

function compared(goal: Goal, ours: number, peer: number | null): number {
  if (goal.of === 'ours') return ours;
  return goal.of === 'ratio' ? ours / (peer ?? Number.NaN) : ours - (peer ?? Number.NaN);
}

export type Reading = {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer?: { readonly name: string; readonly value: number };
  readonly goal?: Goal;
};

export function toFigure(suite: string, reading: Reading): Measured {
  const { name, unit, ours, peer, goal } = reading;
  const peerValue = peer?.value ?? null;
  const value = goal ? compared(goal, ours, peerValue) : null;
  const sign = goal?.kind === 'at-most' ? '≤' : '≥';
  return {
    suite,
    name,
    unit,
    ours,
    peer: peerValue,
    peerName: peer?.name ?? 'limit',
    ratio: peerValue !== null ? ours / peerValue : goal ? ours / goal.value : Number.NaN,
    goal: goal ? `${goal.of === 'ours' ? '' : `${goal.of} `}${sign} ${goal.value}` : null,
    ok: goal && value !== null ? (goal.kind === 'at-most' ? value <= goal.value : value >= goal.value) : null,
  };
}
