/** The deviation of a sample as an SQL aggregate, which SQLite has not: in one pass, and without cancellation (Welford). */
import type { DatabaseSync } from 'node:sqlite';

export function addDeviation(database: DatabaseSync): void {
  database.aggregate<Float64Array>('deviation', {
    // Count, mean, and sum of squared differences from the mean.
    start: () => new Float64Array(3),
    step: (moments, value) => (typeof value === 'number' ? take(moments, value) : moments),
    result: ([count = 0, , squares = 0]) => (count < 2 ? null : Math.sqrt(squares / (count - 1))),
  });
}

function take(moments: Float64Array, value: number): Float64Array {
  const [count = 0, mean = 0, squares = 0] = moments;
  const difference = value - mean;
  const moved = mean + difference / (count + 1);
  moments[0] = count + 1;
  moments[1] = moved;
  moments[2] = squares + difference * (value - moved);
  return moments;
}
