/** The metrics of a run beside those of its repetition. Pure. */
import type { MetricSummary } from '../../../protocol/model/metric.ts';
import { measuresTime } from '../../../protocol/model/metricWords.ts';
import type { ComparedMetric } from '../../../protocol/model/reproduction.ts';

type Metrics = Readonly<Record<string, MetricSummary>>;

/** What is judged first, by name; what measures the machine last. */
export function compareMetrics(original: Metrics, again: Metrics, tolerance: number): readonly ComparedMetric[] {
  const keys = [...new Set([...Object.keys(original), ...Object.keys(again)])];
  const shown = keys.filter((key) => !key.startsWith('system/'));
  const compared = shown.map((key) => compareOne(key, { one: original[key], other: again[key], tolerance }));
  return compared.sort(
    (a, b) => Number(a.verdict === 'time') - Number(b.verdict === 'time') || (a.key < b.key ? -1 : 1),
  );
}

type Pair = {
  readonly one: MetricSummary | undefined;
  readonly other: MetricSummary | undefined;
  readonly tolerance: number;
};

function compareOne(key: string, { one, other, tolerance }: Pair): ComparedMetric {
  const values = { key, original: one?.latest ?? null, again: other?.latest ?? null };
  if (!one || !other) return { ...values, difference: null, verdict: 'missing' };
  const difference = relativeDifference(Number(one.latest), Number(other.latest));
  if (measuresTime(key)) return { ...values, difference, verdict: 'time' };
  // Two NaN, and two equal infinities, are the same outcome.
  const isWithin = difference === null ? one.latest === other.latest : difference <= tolerance;
  return { ...values, difference, verdict: isWithin ? 'within' : 'outside' };
}

/** Of the greater of both; null when one is not finite. */
function relativeDifference(a: number, b: number): number | null {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return null;
  const size = Math.max(Math.abs(a), Math.abs(b));
  const gap = Math.abs(a - b);
  if (size === 0) return 0;
  return Number.isFinite(gap) ? gap / size : Math.abs(a / size - b / size);
}
