/** What is remembered of a table's columns, and what moves and pins make of it. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ViewContent } from '../../../protocol/model/view.ts';
import { columnFor, layoutOf, moveColumn, sortBy, stateOf, stepColumn } from '../../../webviews/grid/columnLayout.ts';
import { applyChange, applyWish, onlyDiffering } from '../../../webviews/panels/experiments/columnChanges.ts';
import { isModified, readSettings, sameSettings } from '../../../webviews/panels/experiments/settings.ts';

const columns = ['attribute:name', 'metric:a', 'metric:b', 'param:c'].map(columnFor);
const settings: ViewContent = {
  ...{ version: 1, columns, sort: [], filter: '', runs: 'active', groupBy: [], charts: {} },
};
const idsOf = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);

describe('column layout', () => {
  it('gives back from the grid what was put into it', () => {
    const sort = [
      { id: 'param:c', direction: 'asc' },
      { id: 'metric:a', direction: 'desc' },
    ] as const;
    const laid = columns.map((column, at) => ({
      ...column,
      width: 80 + at,
      pinned: at === 0 ? ('left' as const) : null,
    }));
    assert.deepEqual(layoutOf(stateOf({ columns: laid, sort }), { columns: laid, sort }), { columns: laid, sort });
  });

  it('moves a column to any place without losing one', () => {
    const place = fc.nat({ max: columns.length - 1 });
    fc.assert(
      fc.property(place, place, (from, to) => {
        const moved = moveColumn(columns, columns[from]?.id ?? '', columns[to]?.id ?? '');
        assert.equal(moved[to]?.id, columns[from]?.id);
        assert.deepEqual(idsOf(moved).sort(), idsOf(columns).sort());
      }),
    );
  });

  it('steps among columns that are pinned alike, and not past the ends', () => {
    const pinned = columns.map((column, at) => ({ ...column, pinned: at < 2 ? ('left' as const) : null }));
    assert.deepEqual(idsOf(stepColumn(pinned, 'metric:b', -1)), idsOf(columns));
    assert.deepEqual(idsOf(stepColumn(pinned, 'metric:b', 1)), ['attribute:name', 'metric:a', 'param:c', 'metric:b']);
  });

  it('sorts by one column alone, or by one more', () => {
    const one = sortBy([], { id: 'a', direction: 'asc' });
    const two = sortBy(one, { id: 'b', direction: 'desc' }, one);
    assert.deepEqual(idsOf(two), ['a', 'b']);
    assert.deepEqual(idsOf(sortBy(two, { id: 'b', direction: 'asc' })), ['b']);
    assert.deepEqual(idsOf(sortBy(two, { id: 'a', direction: null })), ['b']);
  });

  it('keeps the name of runs, and the sort only of what is shown', () => {
    const sorted = { ...settings, sort: [{ id: 'metric:a', direction: 'asc' as const }] };
    const hidden = applyChange(sorted, { kind: 'show', ids: ['attribute:name', 'metric:a'], show: false });
    assert.deepEqual(idsOf(hidden?.columns ?? []), ['attribute:name', 'metric:b', 'param:c']);
    assert.deepEqual(hidden?.sort, []);
    const best = applyWish(settings, 'metric:a', { kind: 'part', id: 'metric.best:a' });
    assert.equal(best?.columns[2]?.id, 'metric.best:a');
    assert.deepEqual(idsOf(onlyDiffering(settings, ['param:c', 'metric:z']).columns), [
      'attribute:name',
      'param:c',
      'metric:z',
    ]);
  });
});

describe('settings of a table', () => {
  it('reads what was saved without what no longer means anything, and refuses what is none', () => {
    const saved = {
      ...settings,
      columns: [columnFor('metric:a'), columnFor('colour:x')],
      groupBy: ['nonsense', 'param:c'],
    };
    const read = readSettings(saved);
    assert.deepEqual(idsOf(read?.columns ?? []), ['attribute:name', 'metric:a']);
    assert.deepEqual(read?.groupBy, ['param:c']);
    for (const wrong of [null, 7, {}, { ...settings, version: 2 }, { ...settings, runs: 'some' }]) {
      assert.equal(readSettings(wrong), null);
    }
  });

  it('takes a width that the grid gave for no change, and one that the person gave for one', () => {
    const person = { id: 'ada', name: 'Ada' };
    const view = { id: '00000000', projectId: 'p', experimentId: '1', name: 'v', shared: false, owner: person };
    const saved = { ...view, createdAt: 1, updatedAt: 1, editable: true, content: settings };
    const given = { ...settings, columns: columns.map((column) => ({ ...column, width: 120 })) };
    assert.equal(isModified(given, saved), false);
    assert.equal(isModified(settings, { ...saved, content: given }), true);
    assert.equal(isModified({ ...settings, filter: "params.c = 'x'" }, saved), true);
    assert.equal(sameSettings(settings, { ...settings, charts: {} }), true);
  });
});
