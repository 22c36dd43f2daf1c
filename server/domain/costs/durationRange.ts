/** The span that most durations lie in. Pure. */
import { quantile } from 'simple-statistics';

export type DurationRange = { readonly low: number; readonly median: number; readonly high: number };

/** From the tenth to the ninetieth percentile; null for none. */
export function durationRange(values: readonly number[]): DurationRange | null {
  if (values.length === 0) return null;
  const [low = 0, median = 0, high = 0] = quantile([...values], [0.1, 0.5, 0.9]);
  return { low, median, high };
}
