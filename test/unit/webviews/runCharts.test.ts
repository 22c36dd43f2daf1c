/** What charts over runs draw, against values worked out by hand and functions that are known. */
import assert from 'node:assert/strict';
import type { ViewContent } from '../../../protocol/model/view.ts';
import { boxesOf } from '../../../webviews/charts/boxes.ts';
import { contoursOf, fewestPoints } from '../../../webviews/charts/contourGrid.ts';
import { importancesOf } from '../../../webviews/charts/importance.ts';
import { countRuns, type PlotCell, plotData, shownValue } from '../../../webviews/charts/plotData.ts';
import {
  type ChartCard,
  cardsOf,
  headingOf,
  isComplete,
  proposals,
  showsCharts,
  withCards,
  withMode,
} from '../../../webviews/panels/experiments/charts/chartCard.ts';

function dataOf(columns: Readonly<Record<string, readonly PlotCell[]>>, total?: number) {
  const count = Object.values(columns)[0]?.length ?? 0;
  const runIds = Array.from({ length: count }, (_, row) => `r${row}`);
  const inputs = Object.entries(columns).map(([label, cells]) => ({ label, cells }));
  return plotData({ runIds, names: runIds, total: total ?? count }, inputs);
}
const signal = new AbortController().signal;

describe('columns of runs for charts', () => {
  it('are numbers where all values read as such, and categories otherwise', () => {
    const { columns } = dataOf({ lr: ['0.1', '1e-3', 5], model: ['tree', '3', 'tree'] });
    assert.deepEqual([columns[0]?.categories, columns[0]?.values], [null, [0.1, 0.001, 5]]);
    assert.deepEqual(
      [columns[1]?.categories, columns[1]?.values],
      [
        ['tree', '3'],
        [0, 1, 0],
      ],
    );
    assert.equal(shownValue(columns[1], 1), '3');
  });

  it('leave out, and count, runs without a value or with none that is finite', () => {
    const data = dataOf({ loss: [1, 'NaN', null, 'Infinity', 2], lr: ['1', '2', '3', '4', null] }, 900);
    assert.deepEqual(data.runIds, ['r0']);
    assert.equal(countRuns(data), '1 of 900 runs; 5 taken evenly; 4 without a finite value');
    assert.equal(countRuns(dataOf({ x: [1, 2] })), '2 runs');
    assert.equal(countRuns(dataOf({ x: [0, 2] }), 1), '1 of 2 runs; 1 not on a log axis');
  });
});

describe('boxes', () => {
  it('have quartiles, whiskers within one and a half boxes, and what lies beyond', () => {
    const { boxes } = boxesOf(dataOf({ loss: [1, 2, 3, 4, 5, 100], model: Array(6).fill('a') }));
    assert.deepEqual(boxes, [{ name: 'a', count: 6, quartiles: [2.25, 3.5, 4.75], whiskers: [1, 5], outliers: [5] }]);
  });

  it('come largest group first, numbers in their order, many numbers in parts of as many runs', () => {
    const values = Array.from({ length: 30 }, (_, row) => row);
    const names = (grouping: readonly PlotCell[]) => boxesOf(dataOf({ loss: values, by: grouping })).boxes;
    assert.deepEqual(
      names(values.map((row) => (row < 10 ? 'few' : 'many'))).map(({ name }) => name),
      ['many', 'few'],
    );
    assert.deepEqual(
      names(values.map((row) => 3 - (row % 3))).map(({ name }) => name),
      ['1', '2', '3'],
    );
    assert.deepEqual(
      names(values).map(({ count }) => count),
      [6, 6, 6, 6, 6],
    );
    assert.equal(names(values)[0]?.name, '0 – 5');
  });

  it('count the runs of groups that are too many to draw', () => {
    const { boxes, left } = boxesOf(
      dataOf({ loss: Array(50).fill(1), by: Array.from({ length: 50 }, (_, at) => `g${at}`) }),
    );
    assert.deepEqual([boxes.length, left], [40, 10]);
  });
});

describe('contours', () => {
  it('of a plane are straight, at the level that they are', () => {
    const peaks = [0, 0.5, 1].flatMap((x) => [0, 0.5, 1].map((y) => ({ x, y, height: x })));
    const found = contoursOf(peaks);
    assert.ok(found.length >= 8);
    for (const { level, rings } of found.filter(({ level }) => level > 0.1)) {
      const left = Math.min(...rings.flat().map(([x]) => x));
      assert.ok(Math.abs(left - level) < 1 / 32, `${left} and not ${level}`);
    }
  });

  it('are none of too few points, of one height, or of points in a line', () => {
    assert.deepEqual(
      contoursOf(Array.from({ length: fewestPoints - 1 }, (_, at) => ({ x: at, y: at, height: at }))),
      [],
    );
    assert.deepEqual(contoursOf([0, 0.2, 0.4, 0.6, 0.8, 1].map((x) => ({ x, y: x * x, height: 1 }))), []);
    const inLine = contoursOf([0, 0.2, 0.4, 0.6, 0.8, 1].map((x) => ({ x, y: 0.5, height: x })));
    assert.ok(inLine.every(({ rings }) => rings.length === 0));
  });
});

describe('parameter importance', () => {
  const rows = Array.from({ length: 120 }, (_, row) => row);
  const noise = rows.map((row) => (row * 7919) % 97);
  const x = rows.map((row) => (row * 31) % 120);
  const kind = rows.map((row) => (row % 3 === 0 ? 'good' : 'bad'));

  it('finds what a metric is made of, and tells the rank correlation beside it', async () => {
    const metric = rows.map((row) => (x[row] ?? 0) + (kind[row] === 'good' ? 30 : 0));
    const found = await importancesOf(dataOf({ metric, x, kind, noise }), signal);
    assert.deepEqual(
      found?.parameters.map(({ label }) => label),
      ['x', 'kind', 'noise'],
    );
    const [first, second, third] = found?.parameters ?? [];
    assert.ok((first?.importance ?? 0) > 1 && (third?.importance ?? 1) < 0.05, JSON.stringify(found));
    assert.ok((first?.correlation ?? 0) > 0.8);
    assert.equal(second?.correlation, null);
    assert.ok((found?.explained ?? 0) > 0.9);
  });

  it('is the same each time, and none where there is too little to tell from', async () => {
    const data = dataOf({ metric: x, x, noise });
    assert.deepEqual(await importancesOf(data, signal), await importancesOf(data, signal));
    assert.equal(await importancesOf(dataOf({ metric: [1, 2, 3], x: [1, 2, 3] }), signal), null);
    assert.equal(await importancesOf(dataOf({ metric: rows.map(() => 5), x }), signal), null);
  });

  it('ends when it is not wanted any more', async () => {
    const abort = new AbortController();
    const asked = importancesOf(dataOf({ metric: x, x, noise }), abort.signal);
    abort.abort();
    await assert.rejects(asked, { name: 'AbortError' });
  });
});

describe('cards of charts in a view', () => {
  const view: ViewContent = {
    ...{ version: 1, columns: [], sort: [], filter: '', runs: 'active', groupBy: [] },
    charts: { mode: 'table' },
  };
  const card: ChartCard = {
    id: 'a',
    kind: 'scatter',
    columns: ['param:lr', 'metric:loss', ''],
    logX: true,
    logY: false,
  };

  it('are kept in their order with all that they are set to', () => {
    const cards = Array.from({ length: 12 }, (_, at) => ({ ...card, id: `c${at}` }));
    const kept = withCards(view, cards);
    assert.deepEqual(cardsOf(kept), cards);
    assert.equal(kept.charts.mode, 'table');
    assert.equal(showsCharts(withMode(kept, 'charts')), true);
    assert.deepEqual(cardsOf(withCards(kept, [])), []);
  });

  it('pass over what is no chart, and columns that mean nothing', () => {
    const strange = {
      'card.0': ['kind=pie'],
      'card.1': 'x',
      'card.2': ['kind=box', 'column=what:ever', 'column=metric:a=b'],
    };
    assert.deepEqual(cardsOf({ ...view, charts: strange }), [
      { id: 'card.2', kind: 'box', columns: ['metric:a=b'], logX: false, logY: false },
    ]);
  });

  it('are called by what they draw, and know what they lack', () => {
    assert.equal(headingOf(card), 'loss by lr');
    assert.equal(
      headingOf({ ...card, columns: ['param:lr', 'metric:loss', 'tag:team'] }),
      'loss by lr, coloured by team',
    );
    assert.equal(isComplete(card), true);
    assert.equal(isComplete({ ...card, columns: ['param:lr'] }), false);
    assert.equal(isComplete({ ...card, kind: 'contour' }), false);
  });

  it('are proposed from what differs', () => {
    assert.deepEqual(proposals({ metrics: [], parameters: ['lr'] }), []);
    const found = proposals({ metrics: ['loss', 'system/cpu'], parameters: ['lr', 'depth'] });
    assert.deepEqual(
      found.map(({ kind }) => kind),
      ['parallel', 'importance', 'scatter', 'box', 'contour'],
    );
    assert.ok(found.every((one) => isComplete({ ...one, id: '' })));
  });
});
