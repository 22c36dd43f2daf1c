/** Search over the real store: equal to an oracle in memory, whatever is asked; and what panels get of it. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isDomainError } from '../../../server/domain/shared/errors.ts';
import { matchesFilter } from '../../../server/domain/tracking/filter/matches.ts';
import { parseFilter } from '../../../server/domain/tracking/filter/parseFilter.ts';
import type { Column } from '../../../server/domain/tracking/ports.ts';
import { startTracking, type TrackingServer } from '../../harness/tracking.ts';

const words = ['tree', 'Tree', 'forest', "o'clock", '100%', 'a_b', '[x]*?', '✓ é', "' OR 1=1 --", ''];
const metricKeys = ['loss', 'val/loss', 'f 1'];
const numbers = [-1, 0, 0.5, 1, 1e300, Number.NaN, Number.POSITIVE_INFINITY];

type Known = { readonly id: string; readonly values: Readonly<Record<string, string | number>> };

describe('searching runs', () => {
  let server: TrackingServer;
  let experimentId: string;
  const known: Known[] = [];
  before(async () => {
    server = await startTracking();
    experimentId = (await server.tracking.experiments.create({ name: 'searched', tags: {} }, server.call)).id;
    for (let index = 0; index < 40; index += 1) known.push(await logRun(index));
  });
  after(() => server[Symbol.asyncDispose]());

  async function logRun(index: number): Promise<Known> {
    const pick = <T>(list: readonly T[], salt: number): T =>
      list[(index * 7 + salt * 3 + (index >> 2)) % list.length] as T;
    const asked = {
      experimentId,
      name: `run ${pick(words, 1)}${index}`,
      userName: pick(['bo', 'cy'], 0),
      startedAt: index,
      tags: {},
    };
    const { run } = await server.tracking.createRun(asked, server.call);
    const metrics = metricKeys
      .filter((_, at) => (index + at) % 3 > 0)
      .map((key, at) => ({ key, value: pick(numbers, at), step: 0, timestamp: 0 }));
    const parameters: Readonly<Record<string, string>> = index % 4 > 0 ? { model: pick(words, 2) } : {};
    const tags: Readonly<Record<string, string>> = index % 3 > 0 ? { 'a b': pick(words, 4) } : {};
    await server.tracking.log({ runId: run.id, metrics, parameters, tags }, server.call);
    const attributes = {
      run_id: run.id,
      run_name: run.name,
      status: 'RUNNING',
      user_id: run.createdByName,
      start_time: index,
    };
    const columns = [
      ...metrics.map(({ key, value }) => [`metric.${key}`, value] as const),
      ...Object.entries(parameters).map(([key, value]) => [`parameter.${key}`, value] as const),
      ...Object.entries(tags).map(([key, value]) => [`tag.${key}`, value] as const),
      ...Object.entries(attributes).map(([key, value]) => [`attribute.${key}`, value] as const),
    ];
    return { id: run.id, values: Object.fromEntries(columns) };
  }

  const search = async (filter: string, orderBy: readonly string[] = []) =>
    (
      await server.experiments.search(
        { experimentIds: [experimentId], filter, orderBy: [...orderBy], view: 'active', offset: 0, limit: 1000 },
        server.call,
      )
    ).rows;

  const text = fc.oneof(
    fc.constantFrom(...words, 't%', '%e%', '_ree', '%', 'run %', 'bo'),
    fc.string({ maxLength: 6 }),
  );
  const quoted = text.map((value) => `'${value.replaceAll("'", "''")}'`);
  const textual = fc.tuple(
    fc.constantFrom('params.model', 'tags.`a b`', 'params.never', 'run_name', 'attributes.user_id', 'status'),
    fc.constantFrom('=', '!=', 'LIKE', 'ILIKE'),
    quoted,
  );
  const listed = fc.tuple(
    fc.constantFrom('run_name', 'user_id'),
    fc.constantFrom('IN', 'NOT IN'),
    fc.array(quoted, { minLength: 1, maxLength: 3 }).map((all) => `(${all.join(',')})`),
  );
  const numeric = fc.tuple(
    fc.constantFrom('metrics.loss', 'metrics.`val/loss`', 'metrics."f 1"', 'metrics.never', 'start_time'),
    fc.constantFrom('=', '!=', '<', '<=', '>', '>='),
    fc.constantFrom('-1', '0', '0.5', '1', '1e300', '20'),
  );
  const clause = fc.oneof(textual, numeric, listed).map((parts) => parts.join(' '));

  it('finds exactly the runs that an oracle finds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(clause, { maxLength: 3 }), async (clauses) => {
        const filter = clauses.join(' AND ');
        const where = parseFilter(filter);
        const expected = known.filter(({ values }) =>
          matchesFilter(where, ({ entity, key }: Column) => values[`${entity}.${key}`]),
        );
        const found = await search(filter);
        assert.deepEqual(found.map(({ id }) => id).sort(), expected.map(({ id }) => id).sort(), filter);
      }),
      { numRuns: 300 },
    );
  });

  it('answers or refuses any text at all', async () => {
    const piece = fc.constantFrom(
      "'",
      '"',
      '`',
      ' OR ',
      ' AND ',
      '--',
      '/*',
      ';',
      '(',
      ')',
      'params.model',
      '=',
      "' OR 1=1 --",
      'UNION SELECT',
      '\u2019',
      '\0',
      '1',
      'x',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        await search(pieces.join('')).catch((error: unknown) => {
          assert.ok(isDomainError(error) && error.reason === 'invalid-filter', String(error));
        });
      }),
      { numRuns: 300 },
    );
    assert.equal((await search('')).length, known.length, 'and nothing was harmed');
  });

  it('takes little time for a hostile pattern', async () => {
    const started = performance.now();
    await search(`params.model LIKE '${'%a'.repeat(5000)}' AND run_name ILIKE '${'%_'.repeat(5000)}'`);
    assert.ok(performance.now() - started < 2000);
  });

  it('orders by a metric with what has no number last, both ways', async () => {
    for (const direction of ['ASC', 'DESC']) {
      const values = (await search('', [`metrics.loss ${direction}`])).map(({ metrics }) => metrics.loss?.latest);
      const present = values.filter((value) => value !== undefined && value !== 'NaN').map(Number);
      assert.deepEqual(
        present,
        present.toSorted((a, b) => (direction === 'ASC' ? a - b : b - a)),
      );
      assert.ok(values.slice(present.length).every((value) => value === undefined || value === 'NaN'));
      assert.ok(
        values.slice(values.indexOf(undefined)).every((value) => value === undefined),
        'NaN before what is absent',
      );
    }
  });

  it('gives panels rows with the columns they ask for', async () => {
    const input = {
      experimentIds: [experimentId],
      filter: 'metrics.loss > -5',
      orderBy: [],
      view: 'active',
      offset: 0,
      limit: 5,
    } as const;
    const { rows, total } = await server.experiments.search(
      { ...input, orderBy: [], experimentIds: [experimentId], metrics: ['loss'], parameters: [], tags: [] },
      server.call,
    );
    assert.equal(rows.length, 5);
    assert.ok(total > 5);
    for (const row of rows) {
      assert.deepEqual(Object.keys(row.metrics), ['loss']);
      assert.deepEqual([row.parameters, row.tags, row.state, row.cost], [{}, {}, 'running', 0]);
    }
  });

  it('knows columns and values for completion', async () => {
    const columns = await server.experiments.columns({ experimentIds: [experimentId] }, server.call);
    assert.deepEqual(columns, {
      metrics: ['f 1', 'loss', 'val/loss'],
      parameters: ['model'],
      tags: ['a b', 'mlflow.runName'],
      directions: {},
    });
    const complete = (filter: string) =>
      server.experiments.complete({ experimentIds: [experimentId], filter, caret: filter.length }, server.call);
    const texts = async (filter: string) => (await complete(filter)).items.map(({ text }) => text);
    assert.deepEqual(await texts('metrics.'), ['metrics.`f 1`', 'metrics.loss', 'metrics.val/loss'].sort());
    assert.ok((await texts('params.model = ')).includes("'o''clock'"));
    assert.deepEqual(await texts('status = '), ["'RUNNING'"]);
    assert.deepEqual((await texts('attributes.user_id = ')).toSorted(), ["'bo'", "'cy'"]);
  });

  it('lists what may be seen, and makes what is not there', async () => {
    const made = await server.experiments.create({ projectId: 'default', name: 'from a panel' }, server.call);
    assert.deepEqual(await server.experiments.get({ experimentId: made.id }, server.call), made);
    const listed = await server.experiments.list({ projectId: 'default' }, server.call);
    assert.deepEqual(listed.map(({ name, runs }) => [name, runs]).sort(), [
      ['Default', 0],
      ['from a panel', 0],
      ['searched', 40],
    ]);
    const caller = { userId: 'zoe', userName: 'Zoe', admin: false, tokenId: 't', scope: { kind: 'user' } } as const;
    assert.deepEqual(await server.experiments.list({}, { ...server.call, caller }), []);
    assert.deepEqual(await server.experiments.list({ projectId: 'default' }, { ...server.call, caller }), []);
    await assert.rejects(server.experiments.create({ projectId: 'default', name: 'searched' }, server.call), {
      reason: 'already-exists',
    });
    await assert.rejects(server.experiments.get({ experimentId: '999' }, server.call), { reason: 'not-found' });
  });
});
