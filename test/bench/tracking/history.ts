/** A series of a million points, as a curve of two thousand. */
import { openClient } from '../../harness/client.ts';
import { median, type Reading } from '../figure.ts';
import type { BenchServer } from '../foundation/server.ts';
import { createRuns, load, paths, toBody } from './load.ts';
import { pointOf, pointsInBatch } from './points.ts';

const points = 1_000_000;
const shown = 2000;
const key = 'long';
/** Single points far away from all others: a curve without them shows something else. */
const peaks: ReadonlyMap<number, number> = new Map([
  [123_456, 99],
  [500_001, -99],
  [876_543, 98],
]);

function bodyAt(run_id: string, first: number): Uint8Array {
  const metrics = Array.from({ length: pointsInBatch }, (_, index) => {
    const point = pointOf(key, first + index);
    return { ...point, value: peaks.get(point.step) ?? point.value };
  });
  return toBody({ run_id, metrics });
}

export async function reducedHistory(ours: BenchServer): Promise<readonly Reading[]> {
  const [run = ''] = await createRuns(ours, 1);
  const part = points / 10;
  for (let first = 0; first < points; first += part) {
    const bodies = Array.from({ length: part / pointsInBatch }, (_, index) =>
      bodyAt(run, first + index * pointsInBatch),
    );
    await load(ours, paths.batch, [bodies]);
  }
  await using client = await openClient(ours);
  const times: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    const began = performance.now();
    const [curve] = await client.api.runs.history({ runIds: [run], keys: [key], maxPoints: shown });
    times.push(performance.now() - began);
    const lost = [...peaks].filter(([step, value]) => curve?.values[curve.steps.indexOf(step)] !== value);
    if (curve?.total !== points || curve.steps.length > shown || lost.length > 0) throw new Error('the curve is wrong');
  }
  return [
    {
      name: `history of ${points} points reduced to ${shown}`,
      unit: 'ms',
      ours: median(times),
      goal: { kind: 'at-most', value: 100, of: 'ours' },
    },
  ];
}
