import assert from 'node:assert/strict';
import type { Series } from '../../../protocol/model/metric.ts';
import { nearest, pointsOf, smooth } from '../../../webviews/charts/curves.ts';

const series: Series = {
  runId: 'r',
  key: 'loss',
  steps: [0, 10, 20],
  timestamps: [1000, 3000, 9000],
  values: [1, 'NaN', 3],
  total: 3,
};

describe('curves', () => {
  it('places points by step, by seconds since the start, or by time', () => {
    assert.deepEqual(
      pointsOf(series, 'step').map(([x]) => x),
      [0, 10, 20],
    );
    assert.deepEqual(
      pointsOf(series, 'relative').map(([x]) => x),
      [0, 2, 8],
    );
    assert.deepEqual(
      pointsOf(series, 'time').map(([x]) => x),
      [1000, 3000, 9000],
    );
  });

  it('leaves a gap where a value is not finite', () => {
    assert.deepEqual(
      pointsOf(series, 'step').map(([, y]) => y),
      [1, null, 3],
    );
  });

  it('smooths without pulling the first points towards zero', () => {
    const constant = [
      [0, 5],
      [1, 5],
      [2, 5],
    ] as const;
    for (const [, y] of smooth(constant, 0.9)) assert.ok(Math.abs((y ?? 0) - 5) < 1e-9);
    assert.deepEqual(
      smooth(
        [
          [0, 1],
          [1, 3],
        ],
        0,
      ),
      [
        [0, 1],
        [1, 3],
      ],
    );
  });

  it('finds the nearest point, none in an empty curve', () => {
    const points = pointsOf(series, 'step');
    assert.equal(nearest(points, 14)?.[0], 10);
    assert.equal(nearest(points, 99)?.[0], 20);
    assert.equal(nearest([], 1), null);
  });
});
