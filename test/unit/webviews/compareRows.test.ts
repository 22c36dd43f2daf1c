/** Rows of the comparison: what differs, what is best, how far from the baseline. */
import assert from 'node:assert/strict';
import type { Run } from '../../../protocol/model/run.ts';
import {
  bestOf,
  type Cell,
  type CompareRow,
  cellOf,
  chosenRows,
  deltaOf,
  differsFrom,
  isDiffering,
} from '../../../webviews/panels/compare/compareRow.ts';
import { comparisonCsv, comparisonMarkdown } from '../../../webviews/panels/compare/exportComparison.ts';
import { dataRows, metricRows, overviewRows, parameterRows } from '../../../webviews/panels/compare/runRows.ts';

const row = (direction: CompareRow['direction'], ...values: readonly (number | string | null | undefined)[]) => {
  const cells = values.map((value): Cell => (value === undefined ? undefined : cellOf(value)));
  return { key: 'loss', cells, direction };
};
const metric = (
  key: string,
  latest: number | 'NaN' | 'Infinity',
  [min, max]: readonly [number | null, number | null],
) => ({
  ...{ key, latest, step: 0, timestamp: 0, count: 1, min, max },
});
const createdBy = { id: 'u', name: 'Somebody' };
const run = (change: Partial<Run>): Run =>
  ({ createdBy, parameters: {}, metrics: [], inputs: [], tags: {}, code: null, state: 'succeeded', ...change }) as Run;

describe('rows of a comparison', () => {
  it('differ where values do or one lacks it, and not by what is unknown', () => {
    assert.ok(!isDiffering(row(null, 'a', 'a')));
    assert.ok(isDiffering(row(null, 'a', 'b')));
    assert.ok(isDiffering(row(null, 'a', null)));
    assert.ok(!isDiffering(row(null, 'a', undefined, 'a')));
    assert.ok(!isDiffering(row('min', Number.NaN, Number.NaN)));
    assert.ok(isDiffering(row(null, '1', 1)));
    assert.ok(!isDiffering(row(null)));
  });

  it('mark what is other than the baseline, never the baseline itself', () => {
    const values = row('min', 1, 2, undefined, 1);
    assert.deepEqual(
      [0, 1, 2, 3].map((at) => differsFrom(values, at, 0)),
      [false, true, false, false],
    );
    assert.ok(!differsFrom(values, 1, 2));
  });

  it('know the best by the direction, all equals, and none where there is no choice', () => {
    assert.deepEqual([...bestOf(row('min', 3, 1, 1, Number.NaN, null))], [1, 2]);
    assert.deepEqual([...bestOf(row('max', 3, 1, Number.POSITIVE_INFINITY))], [0]);
    assert.deepEqual([...bestOf(row('max', 2, 2))], []);
    assert.deepEqual([...bestOf(row('max', 2, Number.NaN))], []);
    assert.deepEqual([...bestOf(row(null, 1, 2))], []);
  });

  it('tell difference and percent, better or worse', () => {
    assert.deepEqual(deltaOf(row('min', 2, 1), 1, 0), { difference: -1, percent: -50, verdict: 'better' });
    assert.deepEqual(deltaOf(row('max', 2, 1), 1, 0), { difference: -1, percent: -50, verdict: 'worse' });
    assert.deepEqual(deltaOf(row('max', -2, -1), 1, 0), { difference: 1, percent: 50, verdict: 'better' });
    assert.deepEqual(deltaOf(row('max', 0, 1), 1, 0)?.percent, null);
    for (const other of [Number.NaN, Number.POSITIVE_INFINITY, null, undefined, 2])
      assert.equal(deltaOf(row('max', 2, other), 1, 0), null);
  });

  it('are searched by their key and reduced to differences', () => {
    const rows = [row(null, 1, 1), { ...row(null, 1, 2), key: 'Rate' }];
    assert.deepEqual(chosenRows(rows, { search: ' rAt', onlyDifferences: false }), [rows[1]]);
    assert.deepEqual(chosenRows(rows, { search: '', onlyDifferences: true }), [rows[1]]);
  });
});

describe('rows that runs fill', () => {
  it('are the union of what they have, in a natural order', () => {
    const rows = parameterRows([run({ parameters: { l10: 'a', l9: 'b' } }), undefined, run({ parameters: { x: '' } })]);
    assert.deepEqual(
      rows.map(({ key }) => key),
      ['l9', 'l10', 'x'],
    );
    assert.deepEqual(rows[2]?.cells, [cellOf(null), undefined, cellOf('')]);
  });

  it('read metrics as asked, NaN by its name', () => {
    const runs = [run({ metrics: [metric('loss', 'NaN', [1, 3]), metric('gain', 2, [null, null])] })];
    const read = (reading: Parameters<typeof metricRows>[1]) =>
      metricRows(runs, reading, {}).map(({ cells: [cell] }) => cell?.text);
    assert.deepEqual(read('last'), ['2', 'NaN']);
    assert.deepEqual(read('best'), ['', '1']);
    assert.deepEqual(read('max'), ['', '3']);
    const [, loss] = metricRows(runs, 'best', { loss: 'max' });
    assert.deepEqual([loss?.direction, loss?.cells[0]?.text], ['max', '3']);
  });

  it('name data by what it was used for, with every version', () => {
    const input = { name: 'digits', sourceType: 'local', context: 'training' };
    const runs = [
      run({
        inputs: [
          { ...input, digest: 'b' },
          { ...input, digest: 'a' },
        ],
      }),
      run({}),
    ];
    const [data] = dataRows(runs);
    assert.equal(data?.key, 'digits (training)');
    assert.deepEqual(
      data?.cells.map((cell) => cell?.text),
      ['a from local\nb from local', ''],
    );
  });

  it('tell where the commit of a logged run is from, and that a run was deleted', () => {
    const runs = [run({ commit: null, tags: { 'mlflow.source.git.commit': 'abcdef0123456' }, deletedAt: 5 })];
    const rows = overviewRows(runs, { projects: new Map(), experiments: new Map(), currency: 'EUR' });
    const text = (key: string) => rows.find((one) => one.key === key)?.cells[0]?.text;
    assert.equal(text('Commit'), 'abcdef01');
    assert.equal(text('State'), 'Succeeded, deleted');
  });
});

describe('a comparison taken elsewhere', () => {
  const sheet = {
    heads: ['=one', 'a|b'],
    rows: [{ ...row('min', 0.123456789, Number.NaN), key: '<b>' }, row(null, '=1+1', undefined)],
  };

  it('is CSV with whole numbers and no formula', () => {
    assert.equal(comparisonCsv(sheet), ",'=one,a|b\r\n<b>,0.123456789,NaN\r\nloss,'=1+1,\r\n");
  });

  it('is a table in Markdown that no name can break', () => {
    const lines = comparisonMarkdown({ ...sheet, heads: ['a|b', 'x\ny'] }).split('\n');
    assert.deepEqual(lines.slice(0, 3), [
      '|  | a\\|b | x y |',
      '| --- | --- | --- |',
      '| \\<b\\> | 0.123456789 | NaN |',
    ]);
  });
});
