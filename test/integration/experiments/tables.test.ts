/** What panels ask of experiments, over the real store and its reading threads: rows, groups, differences, values. */
import assert from 'node:assert/strict';
import type { SearchRunsInput } from '../../../protocol/model/experiment.ts';
import { startTracking, type TrackingServer } from '../../harness/tracking.ts';

describe('tables of experiments', () => {
  let server: TrackingServer;
  let experimentIds: string[];
  before(async () => {
    server = await startTracking();
    await server.addProject('other');
    const { experiments } = server.tracking;
    const first = await experiments.create({ name: 'first', tags: { 'flywheel.direction.odd': 'min' } }, server.call);
    const second = await server.experiments.create({ projectId: 'other', name: 'second' }, server.call);
    experimentIds = [first.id, second.id];
    for (let index = 0; index < 12; index += 1) await logRun(index);
  });
  after(() => server[Symbol.asyncDispose]());

  /** `odd` falls from 10 + index to index and rises by one; runs of an odd number have a rate. */
  async function logRun(index: number): Promise<void> {
    const { tracking, call } = server;
    const experimentId = experimentIds[index % 2] ?? '';
    const { run } = await tracking.createRun(
      { experimentId, name: `run${index}`, userName: 'bo', startedAt: 1, tags: {} },
      call,
    );
    const values = [10 + index, index, index === 11 ? Number.NaN : index + 1];
    const metrics = values.map((value, step) => ({ key: 'odd', value, step, timestamp: 0 }));
    const parameters = {
      constant: 'x',
      ...(index % 2 === 1 && { rate: ['0.001', '0.1', '1', '10', 'auto', '2'][index >> 1] ?? '' }),
    };
    await tracking.log({ runId: run.id, metrics, parameters, tags: {} }, call);
  }

  const selection = { filter: '', view: 'active' } as const;
  const search = (asked: Partial<SearchRunsInput>) =>
    server.experiments.search(
      { ...selection, experimentIds, orderBy: [], offset: 0, limit: 100, ...asked },
      server.call,
    );
  const names = async (asked: Partial<SearchRunsInput>) => (await search(asked)).rows.map(({ name }) => name);

  it('find by the best value, which an experiment says is the lowest', async () => {
    assert.deepEqual(await names({ filter: 'best.odd <= 2', orderBy: ['best.odd DESC'] }), ['run2', 'run1', 'run0']);
    assert.deepEqual(await names({ filter: 'max.odd > 19', orderBy: ['max.odd'] }), ['run10', 'run11']);
    assert.deepEqual(await names({ filter: 'best.odd >= 20', experimentIds: [experimentIds[1] ?? ''] }), ['run11']);
  });

  it('find and show values at a step, over two projects', async () => {
    const { rows, total, exact } = await search({
      ...{ filter: 'metrics.odd@1 >= 9', orderBy: ['metrics.odd@1 DESC'] },
      at: [
        { key: 'odd', step: 0 },
        { key: 'odd', step: 2 },
        { key: 'odd', step: 99 },
        { key: 'never', step: 0 },
      ],
    });
    assert.deepEqual([total, exact], [3, true]);
    assert.deepEqual(
      rows.map(({ name, at, projectId }) => [name, at, projectId]),
      [
        ['run11', { 'odd@0': 21, 'odd@2': 'NaN' }, 'other'],
        ['run10', { 'odd@0': 20, 'odd@2': 11 }, 'default'],
        ['run9', { 'odd@0': 19, 'odd@2': 10 }, 'other'],
      ],
    );
  });

  it('order parameters as numbers here, and as text over the MLflow wire', async () => {
    const filter = 'params.rate IS NOT NULL';
    const rates = (list: readonly { readonly parameters: Readonly<Record<string, string>> }[]) =>
      list.map(({ parameters }) => parameters.rate);
    const here = await search({ filter, orderBy: ['params.rate'] });
    assert.deepEqual(rates(here.rows), ['0.001', '0.1', '1', '2', '10', 'auto']);
    const back = await search({ filter, orderBy: ['params.rate DESC'] });
    assert.deepEqual(rates(back.rows), ['10', '2', '1', '0.1', '0.001', 'auto']);
    const asked = { experimentIds, filter, orderBy: ['params.rate'], view: 'active', after: null, limit: 100 } as const;
    const { runs } = await server.tracking.search(asked);
    assert.deepEqual(rates(runs.map(({ values }) => values)), ['0.001', '0.1', '1', '10', '2', 'auto']);
  });

  it('group, and list the members of a group', async () => {
    const grouped = await server.experiments.group(
      {
        ...{ ...selection, experimentIds, groupBy: ['params.rate', 'project'], metrics: ['best.odd', 'metrics.odd'] },
        ...{ orderBy: ['best.odd DESC', 'runs DESC'], offset: 0, limit: 2 },
      },
      server.call,
    );
    assert.equal(grouped.total, 7);
    const [first, second] = grouped.rows;
    const best = { count: 1, mean: 11, deviation: null, min: 11, max: 11 };
    assert.deepEqual(first, { values: ['2', 'other'], runs: 1, aggregates: { 'best.odd': best, 'metrics.odd': null } });
    assert.deepEqual([second?.values, second?.runs], [['auto', 'other'], 1]);
    const inGroup = { columns: ['params.rate', 'project'], values: [null, 'default'] };
    assert.deepEqual(await names({ inGroup, orderBy: ['run_name'] }), [
      'run0',
      'run10',
      'run2',
      'run4',
      'run6',
      'run8',
    ]);
    await assert.rejects(
      server.experiments.group(
        { ...selection, experimentIds, groupBy: ['tier'], metrics: [], orderBy: ['cost'], offset: 0, limit: 2 },
        server.call,
      ),
      { reason: 'invalid-filter', field: 'orderBy' },
    );
  });

  it('tell which columns differ', async () => {
    const differing = (filter: string) =>
      server.experiments.differing({ ...selection, experimentIds, filter }, server.call);
    assert.deepEqual(await differing(''), { metrics: ['odd'], parameters: ['rate'], tags: ['mlflow.runName'] });
    assert.deepEqual(await differing("run_name = 'run3'"), { metrics: [], parameters: [], tags: [] });
  });

  it('give values column by column, and say when they are a sample', async () => {
    const values = (limit: number, runIds?: string[]) =>
      server.experiments.values(
        { ...selection, experimentIds, columns: ['run_name', 'metrics.odd', 'params.rate'], limit, runIds },
        server.call,
      );
    const all = await values(100);
    assert.deepEqual([all.total, all.sampled, all.runIds.length], [12, false, 12]);
    const at = all.names.indexOf('run11');
    assert.deepEqual(
      all.columns.map((cells) => cells[at]),
      ['run11', 'NaN', '2'],
    );
    const some = await values(5);
    assert.deepEqual([some.total, some.sampled, some.runIds.length], [12, true, 5]);
    assert.deepEqual((await values(5, all.runIds.slice(0, 3) as string[])).total, 3);
  });

  it('find, order and group by the stars of whoever asks, which are no column to other clients', async () => {
    const { rows } = await search({ filter: "run_name IN ('run3', 'run8')" });
    await server.addMember('vera', 'other', 'viewer');
    await server.store.write(async (stores) => {
      for (const { id } of rows)
        await stores.views.setStar({ userId: server.call.caller.userId, runId: id, starred: true });
      const [first] = rows;
      await stores.views.setStar({ userId: 'vera', runId: first?.id ?? '', starred: true });
    });
    assert.deepEqual(await names({ filter: "attributes.starred = 'true'", orderBy: ['run_name'] }), ['run3', 'run8']);
    assert.equal((await names({ filter: "starred != 'true'" })).length, 10);
    assert.deepEqual((await names({ orderBy: ['attributes.starred DESC', 'run_name'] })).slice(0, 3), [
      'run3',
      'run8',
      'run0',
    ]);
    const vera = { ...server.call, caller: { ...server.call.caller, userId: 'vera' } };
    const asked = { ...selection, experimentIds, orderBy: [], offset: 0, limit: 100 };
    assert.equal((await server.experiments.search({ ...asked, filter: "starred = 'true'" }, vera)).total, 1);
    const grouped = { ...asked, groupBy: ['attributes.starred'], metrics: [], orderBy: ['runs DESC'] };
    const groups = await server.experiments.group(grouped, server.call);
    assert.deepEqual(
      groups.rows.map(({ values, runs }) => [values[0], runs]),
      [
        ['false', 10],
        ['true', 2],
      ],
    );
    const inGroup = { columns: ['attributes.starred'], values: ['true'] };
    assert.deepEqual(await names({ inGroup, orderBy: ['run_name DESC'] }), ['run8', 'run3']);
    await assert.rejects(names({ filter: "starred = 'yes'" }), { reason: 'invalid-filter' });
    const wire = { experimentIds, orderBy: [], view: 'active', after: null, limit: 100 } as const;
    await assert.rejects(
      server.tracking.search({ ...wire, filter: "starred = 'true'" }),
      /Invalid attribute key 'starred'/,
    );
  });

  it('end a call that is cancelled', async () => {
    const cancelled = { ...server.call, signal: AbortSignal.abort(new Error('gone')) };
    const asked = { ...selection, experimentIds, orderBy: [], offset: 0, limit: 10 };
    await assert.rejects(server.experiments.search(asked, cancelled), /gone/);
    const controller = new AbortController();
    const pending = server.experiments.differing(
      { ...selection, experimentIds },
      { ...server.call, signal: controller.signal },
    );
    setImmediate(() => controller.abort(new Error('changed its mind')));
    await pending.catch((error: unknown) => assert.match(String(error), /changed its mind/));
    assert.equal((await search({})).total, 12, 'and the next is answered');
  });
});
