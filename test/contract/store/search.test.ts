/** The search for runs against an oracle in plain JavaScript, and against text that would like to be SQL. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { openStore, type SqliteStore } from '../../../server/adapters/sqlite/openStore.ts';
import type { Comparison, Ordering, RunQuery } from '../../../server/domain/tracking/ports.ts';
import { storedRun } from '../../harness/records.ts';
import { type LoggedRun, oracleSearch } from './searchOracle.ts';

const keys = ['a', 'b', 'never'];
const texts = ['x', 'X', 'xy', 'x%', 'x_', 'é', '', "o'clock", '*?[', '10'];
const numbers = [-1, -0, 0, 0.5, 2, Number.POSITIVE_INFINITY, Number.NaN];

const record = <T>(value: fc.Arbitrary<T>) => fc.dictionary(fc.constantFrom('a', 'b'), value, { maxKeys: 2 });
const logged: fc.Arbitrary<Omit<LoggedRun, 'id'>> = fc.record({
  name: fc.constantFrom(...texts),
  state: fc.constantFrom('queued', 'running', 'succeeded', 'failed', 'stopped', 'lost'),
  experimentId: fc.constantFrom('0', '1'),
  createdAt: fc.integer({ min: 1, max: 3 }),
  startedAt: fc.option(fc.integer({ min: 1, max: 3 })),
  deletedAt: fc.constantFrom(null, null, null, null, 9),
  metrics: record(fc.constantFrom(...numbers)),
  parameters: record(fc.constantFrom(...texts)),
  tags: record(fc.constantFrom(...texts)),
});

const textOperators = ['=', '!=', 'LIKE', 'ILIKE'] as const;
const numberOperators = ['=', '!=', '>', '>=', '<', '<='] as const;
const patterns = fc.constantFrom(...texts, '%', '_', '%x', '_y', 'É', '%*%');

const comparison: fc.Arbitrary<Comparison> = fc.oneof(
  fc.record({
    column: fc.record({ entity: fc.constant('metric' as const), key: fc.constantFrom(...keys) }),
    operator: fc.constantFrom(...numberOperators),
    value: fc.constantFrom(...numbers.filter((value) => !Number.isNaN(value))),
  }),
  fc.record({
    column: fc.record({ entity: fc.constantFrom('parameter' as const, 'tag' as const), key: fc.constantFrom(...keys) }),
    operator: fc.constantFrom(...textOperators),
    value: patterns,
  }),
  fc.record({
    column: fc.record({
      entity: fc.constant('attribute' as const),
      key: fc.constantFrom('run_name', 'status', 'run_id', 'user_id', 'experiment_id', 'artifact_uri'),
    }),
    operator: fc.constantFrom(...textOperators),
    value: fc.oneof(patterns, fc.constantFrom('RUNNING', 'FINISHED', 'FAILED', 'Ada', 'ada', '0', '%/r1/artifacts')),
  }),
  fc.record({
    column: fc.record({
      entity: fc.constant('attribute' as const),
      key: fc.constantFrom('start_time', 'created_at', 'end_time'),
    }),
    operator: fc.constantFrom(...numberOperators),
    value: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    column: fc.constant({ entity: 'attribute' as const, key: 'run_id' }),
    operator: fc.constantFrom('IN' as const, 'NOT IN' as const),
    value: fc.subarray(['r0', 'r1', 'r2', 'unknown']),
  }),
);

const ordering: fc.Arbitrary<Ordering> = fc.record({
  column: fc.oneof(
    fc.record({
      entity: fc.constantFrom('metric' as const, 'parameter' as const, 'tag' as const),
      key: fc.constantFrom(...keys),
    }),
    fc.record({ entity: fc.constant('attribute' as const), key: fc.constantFrom('start_time', 'run_name', 'status') }),
  ),
  ascending: fc.boolean(),
});

const query: fc.Arbitrary<RunQuery> = fc.record({
  experimentIds: fc.constantFrom(['0', '1'], ['0', '1'], ['0', '1'], ['1'], ['7', 'not-a-number']),
  view: fc.constantFrom('active', 'all', 'deleted'),
  where: fc.array(comparison, { maxLength: 2 }),
  orderBy: fc.array(ordering, { maxLength: 3 }),
  offset: fc.constantFrom(0, 0, 1, 3),
  limit: fc.constantFrom(100, 2, 1),
});

async function fill(store: SqliteStore, runs: readonly LoggedRun[]): Promise<void> {
  await store.write(async (stores) => {
    const experiment = { projectId: 'default', name: 'second', createdAt: 1, updatedAt: 1, deletedAt: null, tags: {} };
    await stores.tracking.insertExperiment(experiment);
    for (const { metrics, parameters, tags, ...run } of runs) {
      await stores.runs.insertRun(storedRun(run));
      const points = Object.entries(metrics).map(([key, value]) => ({ key, value, step: 0, timestamp: 0 }));
      await stores.tracking.logMetrics(run.id, points);
      await stores.tracking.logParameters(run.id, parameters);
      await stores.tracking.setTags(run.id, tags);
    }
  });
}

describe('search for runs', () => {
  it('finds and orders what an oracle finds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(logged, { minLength: 6, maxLength: 14 }),
        fc.array(query, { minLength: 40, maxLength: 60 }),
        async (fields, queries) => {
          const runs = fields.map((run, index) => ({ id: `r${index}`, ...run }));
          const store = openStore({ file: ':memory:' });
          try {
            await fill(store, runs);
            for (const one of queries) {
              assert.deepEqual(await store.read(({ tracking }) => tracking.search(one)), oracleSearch(runs, one));
            }
          } finally {
            await store.close();
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('takes hostile text as text, in every place where text can stand', async () => {
    const hostile = [
      "' OR 1=1 --",
      '"; DROP TABLE runs; --',
      '` OR `1`=`1',
      "x') OR ('1'='1",
      '%',
      '\u02bc OR 1=1',
      '?1',
      ':now',
      '{"$":1}',
    ];
    const store = openStore({ file: ':memory:' });
    await store.write(async ({ runs, tracking }) => {
      await runs.insertRun(storedRun({ id: 'plain' }));
      await tracking.setTags('plain', { tag: 'value' });
      for (const [index, text] of hostile.entries()) {
        await runs.insertRun(storedRun({ id: `h${index}`, name: text }));
        await tracking.setTags(`h${index}`, { [text]: text });
      }
    });
    const found = (where: readonly Comparison[]) =>
      store.read(({ tracking }) =>
        tracking.search({ experimentIds: ['0'], view: 'active', where, orderBy: [], offset: 0, limit: 100 }),
      );
    for (const [index, text] of hostile.entries()) {
      const tag = { entity: 'tag' as const, key: text };
      assert.deepEqual((await found([{ column: tag, operator: '=', value: text }])).runIds, [`h${index}`]);
      assert.deepEqual(
        (await found([{ column: { entity: 'parameter', key: text }, operator: '=', value: text }])).runIds,
        [],
      );
      const name = { entity: 'attribute' as const, key: 'run_name' };
      assert.deepEqual((await found([{ column: name, operator: 'IN', value: [text] }])).runIds, [`h${index}`]);
      await assert.rejects(
        found([{ column: { entity: 'attribute', key: text }, operator: '=', value: 'x' }]),
        /no attribute/,
      );
    }
    assert.equal((await found([])).total, hostile.length + 1, 'nothing was dropped');
    await store.close();
  });

  it('knows two wildcards and no other, with case and without', async () => {
    const store = openStore({ file: ':memory:' });
    await store.write(({ runs }) => runs.insertRun(storedRun({ id: 'r', name: 'a*?[b]%_\\Ü' })));
    const column = { entity: 'attribute' as const, key: 'run_name' };
    const found = async (operator: 'LIKE' | 'ILIKE', value: string) => {
      const where = [{ column, operator, value }];
      const search = { experimentIds: ['0'], view: 'active' as const, where, orderBy: [], offset: 0, limit: 1 };
      return (await store.read(({ tracking }) => tracking.search(search))).total === 1;
    };
    for (const pattern of ['a*?[b]%_\\Ü', '%[b]%', '_*?%', '%\\_', '%']) {
      assert.deepEqual([pattern, await found('LIKE', pattern), await found('ILIKE', pattern)], [pattern, true, true]);
    }
    for (const pattern of ['a*', '?*?[b]%', 'a*?[abc]%', 'a', '', '%\\%%x']) {
      assert.deepEqual([pattern, await found('LIKE', pattern), await found('ILIKE', pattern)], [pattern, false, false]);
    }
    assert.deepEqual([await found('LIKE', 'A%'), await found('ILIKE', 'A%')], [false, true]);
    await store.close();
  });

  it('answers a pattern of many wildcards in time', async () => {
    const store = openStore({ file: ':memory:' });
    await store.write(async ({ runs, tracking }) => {
      await runs.insertRun(storedRun({ id: 'r' }));
      await tracking.setTags('r', { t: 'a'.repeat(8000) });
    });
    for (const operator of ['LIKE', 'ILIKE'] as const) {
      const where = [{ column: { entity: 'tag' as const, key: 't' }, operator, value: `${'%a'.repeat(2000)}b` }];
      const began = performance.now();
      const search = { experimentIds: ['0'], view: 'all' as const, where, orderBy: [], offset: 0, limit: 10 };
      assert.equal((await store.read(({ tracking }) => tracking.search(search))).total, 0);
      assert.ok(performance.now() - began < 5000);
    }
    await store.close();
  });
});
