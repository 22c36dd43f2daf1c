/** What columns mean and cells show: ids, filters written by a form, curves, bars, keys. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describeFilter } from '../../../server/domain/tracking/filter/describeFilter.ts';
import { commandOf } from '../../../webviews/grid/gridKeys.ts';
import { spreadText } from '../../../webviews/panels/experiments/cellValue.ts';
import { operators, valueFrom, writeFilter } from '../../../webviews/panels/experiments/filterText.ts';
import { barLength, sparkline } from '../../../webviews/panels/experiments/sparkline.ts';
import { columnOf, type MetricPart, metricColumn } from '../../../webviews/panels/experiments/tableColumn.ts';
import { tagChanges, tagComplaint } from '../../../webviews/panels/experiments/tagChanges.ts';

describe('columns by their ids', () => {
  it('are read back for any key, and understood by the server', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 40 }),
        fc.constantFrom<MetricPart>('last', 'best', 'min', 'max', 12),
        (key, part) => {
          const column = columnOf(metricColumn(key, part));
          assert.deepEqual([column?.key, column?.part], [key, part]);
          assert.equal(describeFilter(`${column?.grammar} > 1`).error, null);
          const param = columnOf(`param:${key}`);
          assert.equal(describeFilter(`${param?.grammar} = 'x'`).error, null);
        },
      ),
    );
  });

  it('are none for what is none', () => {
    for (const id of ['', 'metric:', 'metric.mean:a', 'metric@x:a', 'attribute:constructor', 'nothing']) {
      assert.equal(columnOf(id), null, id);
    }
  });
});

describe('filters written by a form', () => {
  it('are taken apart by the server to the same conditions', () => {
    const text = fc
      .constantFrom("o'brien", 'a, b', '', '%x_', "''", '\\')
      .chain((known) => fc.oneof(fc.constant(known), fc.string()));
    const condition = fc.oneof(
      fc.record({
        column: fc.constant('metrics.loss'),
        kind: fc.constant('number' as const),
        operator: fc.constantFrom('>', '<=', '!='),
        value: fc.double({ noNaN: true, noDefaultInfinity: true }),
      }),
      fc.record({
        column: fc.constant('params.`my key`'),
        kind: fc.constant('text' as const),
        operator: fc.constantFrom('=', 'LIKE'),
        value: text,
      }),
      fc.record({
        column: fc.constant('attributes.run_name'),
        kind: fc.constant('listable' as const),
        operator: fc.constant('IN'),
        value: fc.array(text, { minLength: 1, maxLength: 4 }),
      }),
      fc.record({
        column: fc.constant('tags.team'),
        kind: fc.constant('text' as const),
        operator: fc.constantFrom('IS NULL', 'IS NOT NULL'),
        value: fc.constant(null),
      }),
    );
    fc.assert(
      fc.property(fc.array(condition, { maxLength: 5 }), (conditions) => {
        const { comparisons, error } = describeFilter(writeFilter(conditions));
        assert.equal(error, null);
        assert.deepEqual(
          comparisons.map((one) => ({ ...one, value: one.value === 0 ? 0 : one.value })),
          conditions.map((one) => ({ ...one, value: one.value === 0 ? 0 : one.value })),
        );
      }),
    );
  });

  it('takes for a value only what the column and operator take', () => {
    assert.equal(valueFrom('1e-3', 'number', '>'), 0.001);
    assert.equal(valueFrom('many', 'number', '>'), null);
    assert.deepEqual(valueFrom('a, b', 'listable', 'IN'), ['a', 'b']);
    assert.equal(valueFrom('a,,b', 'listable', 'IN'), null);
    assert.ok(operators.text.every(([operator]) => operator !== 'IN'));
  });
});

describe('cells', () => {
  it('draw a curve from left to right, and break it where there is no number', () => {
    assert.equal(sparkline({ steps: [0, 1, 2], values: [0, 1, 0.5] }), 'M0 16.5L50 1.5L100 9');
    assert.equal(sparkline({ steps: [0, 1, 2], values: [0, 'NaN', 1] }), 'M0 16.5M100 1.5');
    assert.equal(sparkline({ steps: [], values: [] }), '');
    assert.equal(sparkline({ steps: [5], values: [2] }), 'M50 9h0.01');
  });

  it('draw bars within the range of all, from zero where that is fair', () => {
    assert.equal(barLength(5, { min: 0, max: 10 }), 0.5);
    assert.equal(barLength(95, { min: 90, max: 100 }), 0.5);
    assert.equal(barLength(3, { min: 3, max: 3 }), 1);
    assert.equal(barLength(Number.NaN, { min: 0, max: 1 }), null);
    assert.equal(barLength(1, null), null);
  });

  it('show a deviation to two digits, and the mean as far', () => {
    const of = (mean: number, deviation: number | null) => {
      const { mean: shown, deviation: spread } = spreadText({ count: 3, mean, deviation, min: 0, max: 1 });
      return `${shown} ${spread}`.trim();
    };
    assert.equal(of(0.775384, 0.05412), '0.775 ± 0.054');
    assert.equal(of(12.3456, 3.2), '12.3 ± 3.2');
    assert.equal(of(1234567, 4321), '1,234,567 ± 4,321');
    assert.equal(of(0.5, 0), '0.5 ± 0');
    assert.equal(of(0.5, null), '0.5');
  });
});

describe('keys and tags of the table', () => {
  it('leaves what is the editor’s or the system’s alone', () => {
    const key = (key: string, change = {}) =>
      commandOf({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...change });
    assert.equal(key('s'), 'star');
    assert.equal(key('s', { ctrlKey: true }), null);
    assert.equal(key('a', { metaKey: true }), 'choose-all');
    assert.equal(key('ArrowDown', { shiftKey: true }), 'extend-down');
    assert.equal(key('c', { altKey: true }), null);
  });

  it('sends only what changed of the tags, and says what is wrong with them', () => {
    const before = { team: 'vision', old: 'x', same: '1' };
    const rows = [
      { key: 'team', value: 'speech' },
      { key: 'same', value: '1' },
      { key: ' new ', value: 'y' },
      { key: '', value: '' },
    ];
    assert.deepEqual(tagChanges(before, rows), { setTags: { team: 'speech', new: 'y' }, removeTags: ['old'] });
    assert.equal(tagComplaint(rows), null);
    assert.match(tagComplaint([{ key: '', value: 'lost' }]) ?? '', /needs a name/);
    assert.match(tagComplaint([...rows, { key: 'team', value: '' }]) ?? '', /two tags named "team"/);
    assert.match(tagComplaint([{ key: 'k'.repeat(251), value: '' }]) ?? '', /at most 250/);
  });
});
