/** The search for runs against an oracle in plain JavaScript, and against text that would like to be SQL. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import { openStore, type SqliteStore } from '../../../server/adapters/sqlite/openStore.ts';
import type { Comparison, RunCursor, RunQuery } from '../../../server/domain/tracking/ports.ts';
import { storedRun } from '../../harness/records.ts';
import { temporaryFolder } from '../../harness/temporaryFolder.ts';
import { fill, query, runs } from './searchArbitraries.ts';
import { oracleSearch } from './searchOracle.ts';

async function withRuns<T>(logged: Parameters<typeof fill>[1], act: (store: SqliteStore) => Promise<T>): Promise<T> {
  const store = openStore({ file: ':memory:' });
  try {
    await fill(store, logged);
    return await act(store);
  } finally {
    await store.close();
  }
}

/** All pages, each begun where the one before ended. */
async function pages({ scans }: SqliteStore, asked: RunQuery): Promise<readonly string[]> {
  const found: string[] = [];
  let after: RunCursor | null = null;
  do {
    const page = await scans.search({ ...asked, offset: 0, after });
    found.push(...page.runIds);
    after = page.next;
  } while (after !== null);
  return found;
}

const everything = { experimentIds: ['0'], view: 'active', orderBy: [], textOrder: 'plain', offset: 0 } as const;

describe('search for runs', () => {
  it('finds and orders what an oracle finds, by offset and page by page', async () => {
    await fc.assert(
      fc.asyncProperty(runs, fc.array(query, { minLength: 40, maxLength: 60 }), (logged, queries) =>
        withRuns(logged, async (store) => {
          for (const one of queries) {
            const expected = oracleSearch(logged, one);
            const { runIds, next } = await store.scans.search(one);
            assert.deepEqual(runIds, expected.slice(one.offset, one.offset + one.limit));
            assert.equal(next !== null, expected.length > one.offset + one.limit);
            assert.deepEqual(await store.scans.count(one), { total: expected.length, exact: true });
            assert.deepEqual(await pages(store, one), expected);
          }
        }),
      ),
      { numRuns: 50 },
    );
  });

  it('orders by how long runs took, those that still run after all others', async () => {
    const times = [5, 2, null, 2, 9, 0].map((took, index) => ({ id: `r${index}`, took }));
    const store = openStore({ file: ':memory:' });
    await store.write(async ({ runs }) => {
      for (const { id, took } of times) {
        const ended = took === null ? { startedAt: null } : { startedAt: 100, endedAt: 100 + took };
        await runs.insertRun(storedRun({ id, ...ended }));
      }
    });
    const found = (ascending: boolean) => {
      const orderBy = [{ column: { entity: 'attribute' as const, key: 'duration' }, ascending }];
      return pages(store, { ...everything, where: [], orderBy, limit: 2 });
    };
    assert.deepEqual(await found(true), ['r5', 'r1', 'r3', 'r0', 'r4', 'r2']);
    assert.deepEqual(await found(false), ['r4', 'r0', 'r1', 'r3', 'r5', 'r2']);
    await store.write(({ runs }) => runs.insertRun(storedRun({ id: 'running', startedAt: Date.now() - 60_000 })));
    assert.deepEqual((await found(false)).slice(0, 2), ['running', 'r4']);
    await store.close();
  });

  it('finds pages far down again and again, and those of the newest state after each change', async () => {
    await using folder = await temporaryFolder();
    const store = openStore({ file: join(folder.path, 'flywheel.db') });
    const value = (index: number) => (index * 7) % 1200;
    await store.write(async ({ runs, tracking }) => {
      for (let index = 0; index < 1200; index += 1) {
        await runs.insertRun(storedRun({ id: `r${index}`, createdAt: index }));
        const point = { key: 'm', value: value(index), step: 0, timestamp: 0 };
        if (index % 10 !== 0) await tracking.logMetrics(`r${index}`, [point]);
      }
    });
    const orderBy = [{ column: { entity: 'metric' as const, key: 'm' }, ascending: true }];
    const found = (offset: number) => store.scans.search({ ...everything, where: [], orderBy, offset, limit: 60 });
    const numbered = Array.from({ length: 1200 }, (_, index) => index).filter((index) => index % 10 !== 0);
    const byValue = numbered.toSorted((a, b) => value(a) - value(b));
    const without = Array.from({ length: 120 }, (_, index) => 1190 - index * 10);
    const ids = [...byValue, ...without].map((index) => `r${index}`);
    for (const offset of [1050, 1050, 1050, 1000, 1140, 1190, 1200, 1050]) {
      const { runIds, next } = await found(offset);
      assert.deepEqual(runIds, ids.slice(offset, offset + 60));
      assert.equal(next !== null, offset + 60 < ids.length);
    }
    await store.write(({ runs }) => runs.updateRun(ids[0] ?? '', { deletedAt: 9 }));
    for (let turn = 0; turn < 3; turn += 1) assert.deepEqual((await found(1050)).runIds, ids.slice(1051, 1111));
    await store.close();
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
    const found = (where: readonly Comparison[]) => store.scans.search({ ...everything, where, limit: 100 });
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
    assert.equal((await found([])).runIds.length, hostile.length + 1, 'nothing was dropped');
    await store.close();
  });

  it('knows two wildcards and no other, with case and without', async () => {
    const store = openStore({ file: ':memory:' });
    await store.write(({ runs }) => runs.insertRun(storedRun({ id: 'r', name: 'a*?[b]%_\\Ü' })));
    const column = { entity: 'attribute' as const, key: 'run_name' };
    const found = async (operator: 'LIKE' | 'ILIKE', value: string) => {
      const where = [{ column, operator, value }];
      return (await store.scans.count({ ...everything, where })).total === 1;
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
      assert.deepEqual((await store.scans.search({ ...everything, where, limit: 10 })).runIds, []);
      assert.ok(performance.now() - began < 5000);
    }
    await store.close();
  });
});
