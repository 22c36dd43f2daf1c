/** A filter taken apart for a form, and put together again to the same. */
import assert from 'node:assert/strict';
import { describeFilter } from '../../../server/domain/tracking/filter/describeFilter.ts';

describe('describeFilter', () => {
  it('names columns as they are written, with what they hold', () => {
    const filter =
      "metric.`val loss` <= 1e-3 and run_name IN ('a', 'b''c') and tags.x IS NULL and best.loss > 5 and metrics.a@7 = 1";
    const { comparisons, error } = describeFilter(filter);
    assert.equal(error, null);
    assert.deepEqual(comparisons, [
      { column: 'metric.`val loss`', kind: 'number', operator: '<=', value: 0.001 },
      { column: 'run_name', kind: 'listable', operator: 'IN', value: ['a', "b'c"] },
      { column: 'tags.x', kind: 'text', operator: 'IS NULL', value: null },
      { column: 'best.loss', kind: 'number', operator: '>', value: 5 },
      { column: 'metrics.a@7', kind: 'number', operator: '=', value: 1 },
    ]);
  });

  it('is empty for an empty filter, and says where a wrong one is wrong', () => {
    assert.deepEqual(describeFilter('  '), { comparisons: [], error: null });
    const { comparisons, error } = describeFilter("params.rate = '1' or");
    assert.deepEqual(comparisons, []);
    assert.deepEqual([error?.from, error?.to], [18, 20]);
  });
});
