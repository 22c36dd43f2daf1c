/** Bands, zoom and the counts of a chart of curves, against values worked out by hand. */
import assert from 'node:assert/strict';
import type { Series } from '../../../protocol/model/metric.ts';
import { bandsOf, isBinned, mostPlaces } from '../../../webviews/charts/bands.ts';
import { countsOf } from '../../../webviews/charts/curveCounts.ts';
import { curveTable } from '../../../webviews/charts/curveTable.ts';
import { drawCurves } from '../../../webviews/charts/drawCurves.ts';
import { isReduced, refine, stepsIn } from '../../../webviews/charts/zoom.ts';
import { toCsv } from '../../../webviews/ui/csv.ts';

function series(steps: readonly number[], values: Series['values'], total = values.length): Series {
  return { runId: 'r', key: 'loss', steps, timestamps: steps.map((step) => 1000 * step), values, total };
}
const settings = { axis: 'step', smoothing: 0, log: false } as const;
const drawn = (one: Series, change = {}) =>
  drawCurves([{ name: 'run', series: one, colorIndex: 0 }], { ...settings, ...change });

describe('bands of groups', () => {
  const curves = [
    {
      group: 'a',
      points: [
        [0, 1],
        [1, 2],
        [2, null],
      ],
    },
    {
      group: 'a',
      points: [
        [0, 3],
        [1, 6],
      ],
    },
    { group: 'b', points: [[0, 10]] },
  ] as const;

  it('have the mean and the sample deviation of the runs that have a point there', () => {
    const [a, b] = bandsOf(curves, 'deviation');
    assert.deepEqual([a?.name, a?.runs, a?.points.length], ['a', 2, 2]);
    assert.deepEqual(a?.points[0], { x: 0, mean: 2, low: 2 - Math.SQRT2, high: 2 + Math.SQRT2, runs: 2 });
    assert.deepEqual(a?.points[1]?.mean, 4);
    assert.deepEqual(b?.points, [{ x: 0, mean: 10, low: 10, high: 10, runs: 1 }], 'no band around one run');
  });

  it('or reach from the least to the greatest', () => {
    const [a] = bandsOf(curves, 'range');
    assert.deepEqual(a?.points[1], { x: 1, mean: 4, low: 2, high: 6, runs: 2 });
  });

  it('put places together where there are too many, and count a run once in each part', () => {
    const long = Array.from({ length: mostPlaces + 1 }, (_, x): [number, number] => [x, x]);
    const two = [
      { group: '', points: long },
      { group: '', points: long.map(([x, y]): [number, number] => [x, y + 2]) },
    ];
    assert.equal(isBinned(curves), false);
    assert.equal(isBinned(two), true);
    const [band] = bandsOf(two, 'range');
    assert.equal(band?.points.length, mostPlaces / 2);
    assert.ok(band?.points.every(({ runs, low, high }) => runs === 2 && Math.abs(high - low - 2) < 1e-9));
    const [first] = band?.points ?? [];
    assert.deepEqual([first?.x, first?.mean], [1, 1.5], 'the mean of 0 and 1, of one run and two above it');
  });
});

describe('zoom', () => {
  const coarse = series([0, 10, 20, 30, 40], [0, 1, 2, 3, 4], 41);

  it('asks for one point more on either side of what is seen', () => {
    assert.deepEqual(stepsIn([coarse], 'step', [12, 28]), { fromStep: 10, toStep: 30 });
    assert.deepEqual(stepsIn([coarse], 'step', [-5, 100]), { fromStep: 0, toStep: 40 });
    assert.deepEqual(stepsIn([coarse], 'relative', [20, 20]), { fromStep: 10, toStep: 30 });
    assert.equal(stepsIn([coarse], 'step', [50, 60]), null);
    assert.equal(stepsIn([], 'step', [0, 1]), null);
  });

  it('puts finer points into their range and moves nothing outside of it', () => {
    const fine = series([10, 15, 20], [1, 9, 2], 3);
    const refined = refine(coarse, fine, { fromStep: 10, toStep: 20 });
    assert.deepEqual(refined.steps, [0, 10, 15, 20, 30, 40]);
    assert.deepEqual(refined.values, [0, 1, 9, 2, 3, 4]);
    assert.equal(refined.total, 41);
    assert.deepEqual(refine(coarse, series([], []), { fromStep: 100, toStep: 200 }).steps, coarse.steps);
  });

  it('knows which curves lack points', () => {
    assert.equal(isReduced([coarse]), true);
    assert.equal(isReduced([series([0], [1])]), false);
  });
});

describe('what a chart of curves says of its points', () => {
  const counted = (one: Series, change = {}, view: readonly [number, number] | null = null) =>
    countsOf(drawn(one, change), { settings: { ...settings, ...change }, view, groups: null });

  it('names those shown, those there are, and those that have no place', () => {
    assert.equal(counted(series([0, 1], [1, 2])), '2 points');
    assert.equal(counted(series([0, 1], [1, 2], 5000)), '2 of 5,000 points, peaks kept');
    assert.equal(counted(series([0, 1, 2], [1, 'NaN', '-Infinity'])), '3 points; 2 not finite');
    assert.equal(counted(series([0, 1, 2], [1, -1, 0]), { log: true }), '3 points; 2 not on a log axis');
    assert.equal(counted(series([0, 1, 2], [1, 1, 1]), { logX: true }), '3 points; 1 not on a log axis');
    assert.equal(counted(series([0, 1, 2], [1, 1, 1], 90), {}, [1, 2]), '2 points in view, of 90');
  });
});

describe('values as CSV', () => {
  it('keep what is not finite, and every step', () => {
    const text = toCsv(curveTable('loss', drawn(series([0, 1], [0.5, 'NaN'])), []));
    assert.deepEqual(text.split('\r\n'), [
      'run id,run,metric,step,time,value',
      'r,run,loss,0,1970-01-01T00:00:00.000Z,0.5',
      'r,run,loss,1,1970-01-01T00:00:01.000Z,NaN',
      '',
    ]);
  });

  it('quote as RFC 4180 says, and give a spreadsheet no formula', () => {
    const rows = [
      ['a,b', 'say "x"', 'two\nlines', null, -1],
      ['=1+1', '+x', '-Infinity', '@x', '-3.5e2'],
    ];
    assert.equal(toCsv(rows), `"a,b","say ""x""","two\nlines",,-1\r\n'=1+1,'+x,-Infinity,'@x,-3.5e2\r\n`);
  });
});
