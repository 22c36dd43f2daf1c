/** What clients log: any number exactly, each point once, curves without lost peaks. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { openStore, type SqliteStore } from '../../../server/adapters/sqlite/openStore.ts';
import { isDomainError } from '../../../server/domain/shared/errors.ts';
import type { MetricPoint } from '../../../server/domain/tracking/ports.ts';
import { storedRun } from '../../harness/records.ts';

describe('values of runs', () => {
  let store: SqliteStore;
  beforeEach(async () => {
    store = openStore({ file: ':memory:' });
    await store.write(({ runs }) => runs.insertRun(storedRun({ id: 'r' })));
  });
  afterEach(() => store.close());

  const log = (points: readonly MetricPoint[]) => store.write(({ tracking }) => tracking.logMetrics('r', points));
  const history = (key = 'm', offset = 0, limit = 1e6) =>
    store.read(({ tracking }) => tracking.history('r', key, { offset, limit }));
  const summary = async (key = 'm') =>
    (await store.read(({ tracking }) => tracking.values(['r']))).get('r')?.metrics[key];

  it('gives every number back as it was', async () => {
    const values = [
      0,
      -0,
      1,
      0.1,
      -1e-320,
      2 ** 53,
      2 ** 53 + 2,
      -(2 ** 63),
      1e308,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
      Math.fround(0.3),
    ];
    const points = values.map((value, index) => ({ key: 'm', value, step: index - 3, timestamp: 2 ** 53 + 2 }));
    await log([...points, { key: 'far', value: 1, step: 2 ** 60, timestamp: 2 ** 62 }]);
    assert.deepEqual(await history(), points);
    assert.ok(Object.is((await history())[1]?.value, -0));
    assert.deepEqual(await history('far'), [{ key: 'far', value: 1, step: 2 ** 60, timestamp: 2 ** 62 }]);
  });

  it('stores an exact duplicate once, in one call or two', async () => {
    const point = { key: 'm', value: 1, step: 1, timestamp: 1 };
    const nan = { ...point, value: Number.NaN };
    await log([point, point, nan]);
    await log([point, nan, { ...point, value: 2 }]);
    assert.equal((await history()).length, 3);
    assert.equal((await summary())?.count, 3);
  });

  it('summarises by (step, timestamp, value) whatever the order of arrival', async () => {
    await log([
      { key: 'm', value: 5, step: 2, timestamp: 1 },
      { key: 'm', value: Number.NEGATIVE_INFINITY, step: 1, timestamp: 9 },
    ]);
    await log([{ key: 'm', value: -7, step: 1, timestamp: 3 }]);
    assert.deepEqual(await summary(), { key: 'm', latest: 5, step: 2, timestamp: 1, count: 3, min: -7, max: 5 });
    await log([{ key: 'm', value: Number.NaN, step: 2, timestamp: 1 }]);
    assert.equal((await summary())?.latest, 'NaN');
    await log([{ key: 'only', value: Number.NaN, step: 0, timestamp: 0 }]);
    assert.deepEqual(await summary('only'), {
      key: 'only',
      latest: 'NaN',
      step: 0,
      timestamp: 0,
      count: 1,
      min: null,
      max: null,
    });
  });

  it('has a summary and an order that follow from the points, for any points', async () => {
    const point = fc.record({
      key: fc.constant('m'),
      value: fc.oneof(fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 0, 1), fc.double({ noNaN: true })),
      step: fc.integer({ min: -2, max: 2 }),
      timestamp: fc.integer({ min: 0, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(point, { maxLength: 80 }), { maxLength: 4 }), async (batches) => {
        const run = `r${Math.random().toString(36).slice(2)}`;
        await store.write(async ({ runs, tracking }) => {
          await runs.insertRun(storedRun({ id: run }));
          for (const batch of batches) await tracking.logMetrics(run, batch);
        });
        const stored = await store.read(({ tracking }) => tracking.history(run, 'm', { offset: 0, limit: 1000 }));
        const values = (await store.read(({ tracking }) => tracking.values([run]))).get(run);
        const keyOf = ({ step, timestamp, value }: MetricPoint) => `${step} ${timestamp} ${value + 0}`;
        assert.deepEqual(new Set(stored.map(keyOf)), new Set(batches.flat().map(keyOf)));
        assert.equal(stored.length, new Set(batches.flat().map(keyOf)).size);
        const finite = stored.map(({ value }) => value).filter(Number.isFinite);
        const found = values?.metrics.m;
        assert.equal(found?.count ?? 0, stored.length);
        if (!found) return;
        const last = stored.at(-1);
        assert.ok(last);
        assert.equal(Number(found.latest) + 0, last.value + 0);
        assert.deepEqual([found.step, found.timestamp], [last.step, last.timestamp]);
        assert.equal(found.min === null ? null : Number(found.min) + 0, finite.length ? Math.min(...finite) + 0 : null);
      }),
      { numRuns: 50 },
    );
  });

  it('pages a history', async () => {
    await log(Array.from({ length: 125 }, (_, step) => ({ key: 'm', value: step, step, timestamp: 0 })));
    assert.deepEqual(
      (await history('m', 120, 3)).map(({ step }) => step),
      [120, 121, 122],
    );
    assert.deepEqual(await history('unknown'), []);
  });

  it('reduces a long curve and keeps both ends and each peak', async () => {
    const curve = Array.from({ length: 10_000 }, (_, step) => ({
      key: 'm',
      value: Math.sin(step / 500),
      step,
      timestamp: step,
    }));
    curve[4321] = { key: 'm', value: 99, step: 4321, timestamp: 4321 };
    curve[7777] = { key: 'm', value: -99, step: 7777, timestamp: 7777 };
    await log(curve);
    const query = { runIds: ['r', 'unknown'], keys: ['m', 'unknown'], maxPoints: 100 };
    const [series, ...others] = await store.read(({ tracking }) => tracking.reducedHistory(query));
    assert.ok(series);
    assert.deepEqual(others, []);
    assert.equal(series.total, 10_000);
    assert.ok(series.steps.length <= 100 && series.steps.length > 90);
    assert.deepEqual([series.steps[0], series.steps.at(-1)], [0, 9999]);
    assert.ok(series.values.includes(99) && series.values.includes(-99));
    assert.deepEqual(
      series.steps,
      series.steps.toSorted((a, b) => a - b),
    );
    const zoomed = await store.read(({ tracking }) =>
      tracking.reducedHistory({ ...query, fromStep: 100, toStep: 149 }),
    );
    assert.deepEqual([zoomed[0]?.total, zoomed[0]?.steps.length], [50, 50]);
  });

  it('fixes parameters, and changes nothing when one would change', async () => {
    const logParameters = (parameters: Record<string, string>) =>
      store.write(({ tracking }) => tracking.logParameters('r', parameters));
    assert.equal(await logParameters({ a: '1' }), null);
    assert.equal(await logParameters({ a: '1', b: '2' }), null);
    assert.deepEqual(await logParameters({ c: '3', a: '9' }), { key: 'a', existing: '1' });
    const values = (await store.read(({ tracking }) => tracking.values(['r']))).get('r');
    assert.deepEqual(values?.parameters, { a: '1', b: '2' });
  });

  it('sets and deletes tags, also one named __proto__', async () => {
    const tags = Object.fromEntries([
      ['__proto__', 'x'],
      ['t', '1'],
    ]);
    await store.write(({ tracking }) => tracking.setTags('r', tags));
    await store.write(({ tracking }) => tracking.setTags('r', { t: '2' }));
    const values = (await store.read(({ tracking }) => tracking.values(['r', 'unknown']))).get('r');
    assert.deepEqual(Object.entries(values?.tags ?? {}), [
      ['__proto__', 'x'],
      ['t', '2'],
    ]);
    assert.equal(await store.write(({ tracking }) => tracking.deleteTag('r', 't')), true);
    assert.equal(await store.write(({ tracking }) => tracking.deleteTag('r', 't')), false);
    const chosen = await store.read(({ tracking }) =>
      tracking.values(['r'], { metrics: [], parameters: [], tags: ['t'] }),
    );
    assert.deepEqual(chosen.get('r'), { metrics: {}, parameters: {}, tags: {} });
  });

  it('refuses values of a run that is not there', async () => {
    const missing = (error: unknown) => isDomainError(error) && error.reason === 'not-found';
    await assert.rejects(
      store.write(({ tracking }) => tracking.logMetrics('nobody', [])),
      missing,
    );
    await assert.rejects(
      store.write(({ tracking }) => tracking.setTags('nobody', { a: 'b' })),
      missing,
    );
  });

  it('lists columns and frequent values', async () => {
    await store.write(async ({ runs, tracking }) => {
      for (const id of ['a', 'b', 'c']) {
        await runs.insertRun(storedRun({ id }));
        await tracking.logParameters(id, { model: id === 'a' ? 'tree' : 'forest' });
      }
      await runs.insertRun(storedRun({ id: 'gone', deletedAt: 1 }));
      await tracking.setTags('gone', { hidden: 'x' });
    });
    await log([{ key: 'acc', value: 1, step: 0, timestamp: 0 }]);
    const { scans } = store;
    assert.deepEqual(await scans.columns(['0']), { metrics: ['acc'], parameters: ['model'], tags: [] });
    assert.deepEqual(await scans.columns(['1']), { metrics: [], parameters: [], tags: [] });
    const distinct = (key: string, entity: 'parameter' | 'attribute', limit: number) =>
      scans.distinct({ experimentIds: ['0'], column: { entity, key }, limit });
    assert.deepEqual(await distinct('model', 'parameter', 10), ['forest', 'tree']);
    assert.deepEqual(await distinct('status', 'attribute', 1), ['RUNNING']);
  });
});
