/**
 * A batch between threads: all points of all metrics in one buffer, which is
 * handed over, since a thousand objects would cost more to copy than to parse.
 */
import type { MetricSeries } from '../../domain/tracking/ports.ts';
import { type Batch, quickBatch } from './quickLog.ts';
import { parseObject } from './readInput.ts';

export type PackedBatch = Omit<Batch, 'metrics'> & {
  /** In the order of their points. */
  readonly keys: readonly (readonly [key: string, points: number])[];
  /** Of each key its steps, then its timestamps, then its values. */
  readonly points: Float64Array<ArrayBuffer>;
};

/** Null for anything but a plain batch that says all in its body. */
export function packBatch(body: Uint8Array): PackedBatch | null {
  const given = parseObject(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  const batch = quickBatch(given);
  if (batch === null) return null;
  const { metrics = [], ...rest } = batch;
  const points = new Float64Array(3 * metrics.length);
  const keys: [key: string, points: number][] = [];
  let at = 0;
  for (const [key, ofKey] of Map.groupBy(metrics, (metric) => metric.key)) {
    const { length } = ofKey;
    for (const { step, timestamp, value } of ofKey) {
      points[at] = step;
      points[at + length] = timestamp;
      points[at + 2 * length] = value;
      at += 1;
    }
    at += 2 * length;
    keys.push([key, length]);
  }
  return { ...rest, keys, points };
}

export function unpackBatch({ keys, points, ...rest }: PackedBatch) {
  let at = 0;
  const column = (length: number) => {
    at += length;
    return points.subarray(at - length, at);
  };
  const series = keys.map(([key, length]): MetricSeries => {
    return { key, steps: column(length), timestamps: column(length), values: column(length) };
  });
  return { ...rest, metrics: undefined, series };
}
