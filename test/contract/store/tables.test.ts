/** What tables and charts are fed by, against an oracle in plain JavaScript: groups, differing columns, values. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { openStore, type SqliteStore } from '../../../server/adapters/sqlite/openStore.ts';
import type { Aggregate, Cell, Column } from '../../../server/domain/tracking/ports.ts';
import { storedRun } from '../../harness/records.ts';
import { anyColumn, fill, runs, selection } from './searchArbitraries.ts';
import { cellOf, columnValue, type LoggedRun, oracleSelect } from './searchOracle.ts';

async function withRuns<T>(logged: readonly LoggedRun[], act: (store: SqliteStore) => Promise<T>): Promise<T> {
  const store = openStore({ file: ':memory:' });
  try {
    await fill(store, logged);
    return await act(store);
  } finally {
    await store.close();
  }
}

const numeric = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function numbersOf(members: readonly LoggedRun[], column: Column): readonly number[] {
  return members
    .map((run) => columnValue(run, column))
    .filter((value) => value !== null && (typeof value === 'number' || numeric.test(value)))
    .map(Number)
    .filter(Number.isFinite);
}

function aggregateOf(values: readonly number[]): Aggregate | null {
  if (values.length === 0) return null;
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = values.length < 2 ? null : Math.sqrt(squares / (values.length - 1));
  return { count: values.length, mean, deviation, min: Math.min(...values), max: Math.max(...values) };
}

function rounded(aggregate: Aggregate | null): unknown {
  return (
    aggregate && {
      ...aggregate,
      ...{ min: aggregate.min + 0, max: aggregate.max + 0, mean: aggregate.mean.toFixed(9) },
      deviation: aggregate.deviation?.toFixed(9) ?? null,
    }
  );
}

const column = anyColumn.filter(({ entity, key }) => entity !== 'attribute' || key !== 'note');
/** Metrics that are NaN and those that are absent are one group: by a metric only its extremes are told apart. */
const groupColumn = column.filter(({ entity, reading }) => entity !== 'metric' || reading === 'min');

describe('groups of runs', () => {
  const asked = fc.record({
    selection,
    groupBy: fc.array(groupColumn, { minLength: 1, maxLength: 3 }),
    aggregates: fc.array(
      column.filter(({ entity }) => entity !== 'attribute'),
      { maxLength: 3 },
    ),
  });

  it('hold the runs and the statistics that an oracle finds', async () => {
    await fc.assert(
      fc.asyncProperty(runs, fc.array(asked, { minLength: 20, maxLength: 30 }), (logged, queries) =>
        withRuns(logged, async ({ scans }) => {
          for (const { selection, groupBy, aggregates } of queries) {
            const query = { ...selection, groupBy, aggregates, orderBy: [], offset: 0, limit: 100 };
            const { rows, total } = await scans.group(query);
            const members = Map.groupBy(oracleSelect(logged, selection), (run) =>
              JSON.stringify(groupBy.map((each) => plus(cellOf(run, each)))),
            );
            assert.equal(total, members.size);
            assert.equal(rows.length, members.size);
            for (const row of rows) {
              const own = members.get(JSON.stringify(row.values.map(plus))) ?? [];
              assert.equal(row.runs, own.length);
              const expected = aggregates.map((each) => rounded(aggregateOf(numbersOf(own, each))));
              assert.deepEqual(row.aggregates.map(rounded), expected);
              const inGroup = groupBy.map((each, index) => ({ column: each, value: row.values[index] ?? null }));
              const listed = {
                ...selection,
                inGroup,
                orderBy: [],
                textOrder: 'natural',
                offset: 0,
                limit: 50,
              } as const;
              assert.deepEqual(
                (await scans.search(listed)).runIds.toSorted(),
                own.map(({ id }) => id).toSorted(),
                'and its members are found by its values',
              );
            }
          }
        }),
      ),
      { numRuns: 40 },
    );
  });

  it('come in the order asked for, a page at a time', async () => {
    const rates = ['0.1', '0.001', '1', 'auto', '10', '1'];
    const logged = rates.map((rate, index) => loggedRun(`r${index}`, { rate, ...(index < 2 && { a: 'x' }) }, index));
    await withRuns(logged, async ({ scans }) => {
      const rate: Column = { entity: 'parameter', key: 'rate' };
      const loss: Column = { entity: 'metric', key: 'loss' };
      const base = {
        experimentIds: ['0'],
        view: 'active',
        where: [],
        aggregates: [loss],
        offset: 0,
        limit: 10,
      } as const;
      const order = async (orderBy: Parameters<typeof scans.group>[0]['orderBy'], groupBy = [rate]) =>
        (await scans.group({ ...base, groupBy, orderBy })).rows.map(({ values }) => values[0]);
      assert.deepEqual(await order([]), ['0.001', '0.1', '1', '10', 'auto']);
      const by = { by: 'group', index: 0 } as const;
      assert.deepEqual(await order([{ ...by, ascending: false }]), ['10', '1', '0.1', '0.001', 'auto']);
      assert.deepEqual((await order([{ by: 'runs', ascending: false }]))[0], '1');
      assert.deepEqual((await order([{ by: 'aggregate', index: 0, ascending: false }])).slice(0, 2), ['10', '1']);
      assert.deepEqual(await order([{ ...by, ascending: false }], [{ entity: 'parameter', key: 'a' }]), ['x', null]);
      const page = await scans.group({ ...base, groupBy: [rate], orderBy: [], offset: 2, limit: 2 });
      assert.deepEqual([page.rows.map(({ values }) => values[0]), page.total], [['1', '10'], 5]);
      const beyond = await scans.group({ ...base, groupBy: [rate], orderBy: [], offset: 20, limit: 2 });
      assert.deepEqual(beyond, { rows: [], total: 5 });
    });
  });

  it('keep a small deviation beside a large mean', async () => {
    const values = [1e9, 1e9 + 1, 1e9 + 2];
    const logged = values.map((value, index) => loggedRun(`r${index}`, {}, value));
    await withRuns(logged, async ({ scans }) => {
      const query = { experimentIds: ['0'], view: 'active', where: [], orderBy: [], offset: 0, limit: 1 } as const;
      const groupBy: Column[] = [{ entity: 'attribute', key: 'project' }];
      const { rows } = await scans.group({ ...query, groupBy, aggregates: [{ entity: 'metric', key: 'loss' }] });
      assert.deepEqual(rows[0]?.aggregates[0], { count: 3, mean: 1e9 + 1, deviation: 1, min: 1e9, max: 1e9 + 2 });
    });
  });
});

function loggedRun(id: string, parameters: Readonly<Record<string, string>>, loss: number): LoggedRun {
  const base = {
    experimentId: '0',
    createdAt: 1,
    startedAt: 1,
    endedAt: null,
    deletedAt: null,
    state: 'running',
    tags: {},
  } as const;
  return { ...base, id, name: id, parameters, metrics: { loss: [loss] } };
}

/** Without a sign on zero. */
function plus(value: Cell): Cell {
  return typeof value === 'number' ? value + 0 : value;
}

describe('differing columns', () => {
  it('are those that an oracle finds', async () => {
    await fc.assert(
      fc.asyncProperty(runs, fc.array(selection, { minLength: 10, maxLength: 20 }), (logged, selections) =>
        withRuns(logged, async ({ scans }) => {
          for (const one of selections) {
            const members = oracleSelect(logged, one);
            const differs = (entity: 'metric' | 'parameter' | 'tag') =>
              ['a', 'b'].filter((key) => new Set(members.map((run) => plus(cellOf(run, { entity, key })))).size > 1);
            const expected = { metrics: differs('metric'), parameters: differs('parameter'), tags: differs('tag') };
            assert.deepEqual(await scans.differing(one), expected);
          }
        }),
      ),
      { numRuns: 40 },
    );
  });

  it('are found in runs far behind the newest', async () => {
    const store = openStore({ file: ':memory:' });
    await store.write(async ({ runs, tracking }) => {
      for (let index = 0; index < 1200; index += 1) {
        await runs.insertRun(storedRun({ id: `r${index}`, createdAt: index }));
        await tracking.logParameters(`r${index}`, { same: 'x', first: index === 0 ? 'y' : 'x' });
        if (index > 3) await tracking.setTags(`r${index}`, { missing: 'x' });
      }
    });
    const found = await store.scans.differing({ experimentIds: ['0'], view: 'active', where: [] });
    assert.deepEqual(found, { metrics: [], parameters: ['first'], tags: ['missing'] });
    await store.close();
  });
});

describe('values of many runs', () => {
  it('are those of the runs, column by column', async () => {
    const asked = fc.record({ selection, columns: fc.array(column, { minLength: 1, maxLength: 4 }) });
    await fc.assert(
      fc.asyncProperty(runs, fc.array(asked, { minLength: 20, maxLength: 30 }), (logged, queries) =>
        withRuns(logged, async ({ scans }) => {
          for (const { selection, columns } of queries) {
            const table = await scans.table({ ...selection, columns, limit: 100 });
            const members = oracleSelect(logged, selection);
            assert.equal(table.total, members.length);
            assert.deepEqual(table.runIds.toSorted(), members.map(({ id }) => id).toSorted());
            for (const [row, id] of table.runIds.entries()) {
              const run = members.find((each) => each.id === id);
              assert.ok(run);
              assert.equal(table.names[row], run.name);
              assert.deepEqual(
                table.columns.map((cells) => plus(cells[row] ?? null)),
                columns.map((each) => plus(cellOf(run, each))),
              );
            }
          }
        }),
      ),
      { numRuns: 40 },
    );
  });

  it('are an even sample of more runs than asked for, the same each time', async () => {
    const store = openStore({ file: ':memory:' });
    await store.write(async ({ runs }) => {
      for (let index = 0; index < 1000; index += 1)
        await runs.insertRun(storedRun({ id: `r${index}`, createdAt: index }));
    });
    const age: Column = { entity: 'attribute', key: 'created_at' };
    const query = { experimentIds: ['0'], view: 'active', where: [], columns: [age], limit: 100 } as const;
    const table = await store.scans.table(query);
    assert.deepEqual([table.runIds.length, table.total], [100, 1000]);
    assert.deepEqual(await store.scans.table(query), table);
    const tenths = Map.groupBy(table.columns[0] ?? [], (value) => Math.floor(Number(value) / 100));
    for (const part of tenths.values()) assert.ok(part.length >= 5 && part.length <= 15, `${part.length} of 10`);
    assert.equal(tenths.size, 10);
    const some = await store.scans.table({ ...query, limit: 2, runIds: ['r1', 'r2', 'r3', 'nobody'] });
    assert.deepEqual([some.runIds.length, some.total], [2, 3]);
    await store.close();
  });
});
