/** What clients log in the measurements: losses as float32 gives them, ten metrics a hundred steps at a time. */
import type { MetricPoint } from '../../../server/domain/tracking/ports.ts';

const start = 1_760_000_000_000;
const keys = Array.from({ length: 10 }, (_, key) => `train/loss_${key}`);
export const pointsInBatch = 1000;
const stepsInBatch = pointsInBatch / keys.length;

export function pointOf(key: string, step: number): MetricPoint {
  const value = Math.fround(2 * Math.exp(-step / 5000) + Math.random() / 10);
  // A step takes 50 ms or a little more.
  return { key, value, step, timestamp: start + step * 50 + Math.floor(Math.random() * 3) };
}

/** The batch with this number of a run. */
export function batchOf(number: number): readonly MetricPoint[] {
  const first = number * stepsInBatch;
  return keys.flatMap((key) => Array.from({ length: stepsInBatch }, (_, step) => pointOf(key, first + step)));
}
