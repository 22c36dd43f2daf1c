/** Runs over the wire: their life, what is logged, and how mistakes are told. */
import assert from 'node:assert/strict';
import { assertRefused, MlflowClient } from '../../harness/mlflowClient.ts';
import { startTracking, type TrackingServer } from '../../harness/tracking.ts';

describe('runs over the MLflow wire', () => {
  let server: TrackingServer;
  let client: MlflowClient;
  before(async () => {
    server = await startTracking();
    client = new MlflowClient(server);
  });
  after(() => server[Symbol.asyncDispose]());

  it('begins running under a readable name and ends as its client says', async () => {
    const id = await client.createRun({ experiment_id: '0', user_id: 'bo', start_time: 1000 });
    const begun = await client.run(id);
    assert.match(id, /^[0-9a-f]{32}$/);
    assert.match(String(begun.info.run_name), /^[a-z]+-[a-z]+-\d{3}$/);
    assert.deepEqual([begun.info.status, begun.info.user_id, begun.info.start_time], ['RUNNING', 'bo', 1000]);
    assert.equal(begun.info.artifact_uri, `mlflow-artifacts:/0/${id}/artifacts`);
    assert.deepEqual(begun.data.tags, [{ key: 'mlflow.runName', value: begun.info.run_name }]);
    const { run_info } = await client.done('runs/update', { run_id: id, status: 'FAILED', end_time: 2000 });
    assert.deepEqual([run_info?.status, run_info?.end_time], ['FAILED', 2000]);
    const stored = await server.store.read(({ runs }) => runs.run(id));
    assert.deepEqual([stored?.state, stored?.reason, stored?.launched], ['failed', 'reported-by-client', false]);
    const resumed = await client.done('runs/update', { run_uuid: id, status: 1 });
    assert.deepEqual([resumed.run_info?.status, resumed.run_info?.end_time], ['RUNNING', undefined]);
  });

  it('appends the events of its life, and none of its metrics', async () => {
    const from = await server.store.read(({ events }) => events.clock());
    const id = await client.createRun({ run_name: 'told' });
    await client.done('runs/log-metric', { run_id: id, key: 'a', value: 1, timestamp: 1 });
    await client.done('runs/update', { run_id: id, status: 'FINISHED' });
    await client.done('runs/delete', { run_id: id });
    await client.done('runs/restore', { run_id: id });
    const told = await server.store.read(({ events }) => events.after(from, 10));
    assert.deepEqual(
      told.map(({ type, subject }) => [type, subject.runId === id]),
      [
        ['run.created', true],
        ['run.state-changed', true],
        ['run.deleted', true],
        ['run.restored', true],
      ],
    );
    assert.ok(
      server.touched.some(({ runId }) => runId === id),
      'whoever watches hears of metrics',
    );
  });

  it('keeps name and tag the same, and refuses two names', async () => {
    const id = await client.createRun({ run_name: 'one', tags: [{ key: 'mlflow.runName', value: 'one' }] });
    await client.done('runs/set-tag', { run_id: id, key: 'mlflow.runName', value: 'two' });
    assert.equal((await client.run(id)).info.run_name, 'two');
    await client.done('runs/update', { run_id: id, run_name: 'three' });
    assert.deepEqual((await client.run(id)).data.tags, [{ key: 'mlflow.runName', value: 'three' }]);
    const twice = { run_name: 'a', tags: [{ key: 'mlflow.runName', value: 'b' }] };
    assertRefused(await client.post('runs/create', twice), 'INVALID_PARAMETER_VALUE', /two names/);
  });

  it('keeps the note where panels show it', async () => {
    const id = await client.createRun();
    await client.done('runs/set-tag', { run_id: id, key: 'mlflow.note.content', value: '**good**' });
    assert.equal((await server.store.read(({ runs }) => runs.run(id)))?.note, '**good**');
  });

  it('writes parameters once', async () => {
    const id = await client.createRun();
    await client.done('runs/log-parameter', { run_id: id, key: 'lr', value: '' });
    await client.done('runs/log-parameter', { run_id: id, key: 'lr', value: '' });
    const again = await client.post('runs/log-parameter', { run_id: id, key: 'lr', value: '2' });
    assertRefused(again, 'INVALID_PARAMETER_VALUE', /Changing param values is not allowed/);
    assert.equal(again.status, 400);
    await client.done('runs/log-parameter', { run_id: id, key: 'long', value: 'x'.repeat(7000) });
    assert.equal((await client.run(id)).data.params?.find(({ key }) => key === 'long')?.value.length, 6000);
  });

  it('answers the latest metric by step, time and value, whatever came last', async () => {
    const id = await client.createRun();
    const points = [
      [3, 5, 1],
      [2, 9, 9],
      [3, 5, 2],
      [3, 4, 7],
    ].map(([step, timestamp, value]) => ({ key: 'm', step, timestamp, value }));
    await client.done('runs/log-batch', { run_id: id, metrics: [...points, ...points] });
    assert.deepEqual((await client.run(id)).data.metrics, [{ key: 'm', value: 2, timestamp: 5, step: 3 }]);
    const { body } = await client.get('metrics/get-history', { run_id: id, metric_key: 'm' });
    assert.deepEqual(
      body.metrics?.map(({ value }) => value),
      [9, 7, 1, 2],
      'each point once, in order',
    );
    assert.deepEqual((await client.get('metrics/get-history', { run_uuid: id, metric_key: 'none' })).body, {});
  });

  it('carries numbers that JSON has no word for, and the limits of those it has', async () => {
    const id = await client.createRun();
    const values = ['NaN', 'Infinity', '-Infinity', '1.5', -0, 5e-324, 1.7976931348623157e308];
    const metrics = values.map((value, step) => ({ key: 'odd', value, timestamp: String(step), step: -step }));
    await client.done('runs/log-batch', { run_id: id, metrics });
    const { body } = await client.get('metrics/get-history', { run_id: id, metric_key: 'odd' });
    assert.deepEqual(body.metrics?.map(({ value }) => value).reverse(), [
      'NaN',
      'Infinity',
      '-Infinity',
      1.5,
      0,
      5e-324,
      1.7976931348623157e308,
    ]);
    const far = { run_id: id, key: 'far', value: 1, timestamp: 2 ** 53 - 1, step: -(2 ** 53 - 1) };
    await client.done('runs/log-metric', far);
    assert.deepEqual((await client.get('metrics/get-history', { run_id: id, metric_key: 'far' })).body.metrics, [
      { key: 'far', value: 1, timestamp: far.timestamp, step: far.step },
    ]);
    assertRefused(await client.post('runs/log-metric', { ...far, timestamp: 2 ** 53 }), 'INVALID_PARAMETER_VALUE');
    assertRefused(
      await client.post('runs/log-metric', { ...far, timestamp: -1 }),
      'INVALID_PARAMETER_VALUE',
      /non-negative/,
    );
    assertRefused(await client.post('runs/log-metric', { ...far, step: 1.5 }), 'INVALID_PARAMETER_VALUE', /'step'/);
  });

  it('pages a history', async () => {
    const id = await client.createRun();
    const metrics = Array.from({ length: 25 }, (_, step) => ({ key: 'm', value: step, timestamp: 0, step }));
    await client.done('runs/log-batch', { run_id: id, metrics });
    const seen: (number | string)[] = [];
    let page_token = '';
    do {
      const { body } = await client.get('metrics/get-history', {
        run_id: id,
        metric_key: 'm',
        max_results: '10',
        page_token,
      });
      seen.push(...(body.metrics ?? []).map(({ value }) => value));
      page_token = body.next_page_token ?? '';
      // Before what was read already: it moves nothing that is still to be read.
      await client.done('runs/log-metric', { run_id: id, key: 'm', value: -1, timestamp: seen.length, step: -1 });
    } while (page_token !== '');
    assert.deepEqual(
      seen,
      metrics.map(({ value }) => value),
    );
    for (const token of ['x', 'e30', Buffer.from('[1,2,"x"]').toString('base64')]) {
      const asked = { run_id: id, metric_key: 'm', page_token: token };
      assertRefused(await client.get('metrics/get-history', asked), 'INVALID_PARAMETER_VALUE', /page token/);
    }
  });

  it('samples histories of several runs at the steps that exist', async () => {
    const [one, two] = [await client.createRun(), await client.createRun()];
    const log = (run_id: string, steps: readonly number[]) =>
      client.done('runs/log-batch', {
        run_id,
        metrics: steps.map((step) => ({ key: 's', value: step, timestamp: 0, step })),
      });
    await log(
      one,
      Array.from({ length: 100 }, (_, step) => step),
    );
    await log(two, [7, 55]);
    const ask = async (extra: Readonly<Record<string, string>>) =>
      (await client.get('metrics/get-history-bulk-interval', { run_ids: [one, two], metric_key: 's', ...extra })).body;
    const ofOne = (await ask({ max_results: '10' })).metrics?.map(({ step }) => step) ?? [];
    assert.deepEqual(ofOne, [0, 7, 10, 20, 30, 40, 50, 55, 60, 70, 80, 90, 99, 7, 55], 'evenly, and the ends of each');
    const inside = (await ask({ start_step: '40', end_step: '60', max_results: '5' })).metrics?.map(({ step }) => step);
    assert.deepEqual(inside, [40, 44, 48, 52, 55, 56, 60, 55]);
    const impossible: readonly Readonly<Record<string, string>>[] = [
      { start_step: '1' },
      { start_step: '2', end_step: '1' },
      { max_results: '2501' },
    ];
    for (const extra of impossible) {
      assert.equal((await ask(extra)).error_code, 'INVALID_PARAMETER_VALUE');
    }
  });

  it('answers histories of several runs at once, in the order of their ids', async () => {
    const ids = [await client.createRun(), await client.createRun()].toSorted();
    for (const run_id of ids) await client.done('runs/log-metric', { run_id, key: 'h', value: 1, timestamp: 1 });
    for (const run_id of [ids, ids.slice(0, 1)]) {
      const { body } = await client.get('metrics/get-history-bulk', { run_id, metric_key: 'h' });
      assert.deepEqual(
        body.metrics,
        run_id.map((id) => ({ key: 'h', value: 1, timestamp: 1, step: 0, run_id: id })),
      );
    }
    const twice = await client.get('runs/get', { run_id: ids });
    assertRefused(twice, 'INVALID_PARAMETER_VALUE', /run_id/);
  });

  it('lets the last tag of a batch win, deletes tags, and says when there is none', async () => {
    const id = await client.createRun();
    const tags = [
      { key: 't', value: '1' },
      { key: 't', value: '2' },
      { key: 'constructor', value: '__proto__' },
    ];
    await client.done('runs/log-batch', { run_id: id, tags });
    assert.deepEqual(
      (await client.run(id)).data.tags?.filter(({ key }) => !key.startsWith('mlflow.')),
      tags.slice(1).toReversed(),
    );
    await client.done('runs/delete-tag', { run_id: id, key: 't' });
    assertRefused(await client.post('runs/delete-tag', { run_id: id, key: 't' }), 'RESOURCE_DOES_NOT_EXIST', /No tag/);
  });

  it('takes a batch whole or not at all', async () => {
    const id = await client.createRun();
    await client.done('runs/log-parameter', { run_id: id, key: 'p', value: '1' });
    const mixed = {
      run_id: id,
      metrics: [{ key: 'm', value: 1, timestamp: 1 }],
      params: [
        { key: 'new', value: 'x' },
        { key: 'p', value: '2' },
      ],
      tags: [{ key: 't', value: 'x' }],
    };
    assertRefused(await client.post('runs/log-batch', mixed), 'INVALID_PARAMETER_VALUE', /Changing param values/);
    const { metrics, params, tags } = (await client.run(id)).data;
    assert.deepEqual([metrics, params, tags?.length], [undefined, [{ key: 'p', value: '1' }], 1]);
  });

  it('hides a deleted run, refuses writes to it, and brings it back', async () => {
    const id = await client.createRun();
    await client.done('runs/delete', { run_id: id });
    for (const [call, fields] of Object.entries({
      'runs/log-metric': { key: 'a', value: 1, timestamp: 1 },
      'runs/log-parameter': { key: 'a', value: '1' },
      'runs/set-tag': { key: 'a', value: '1' },
      'runs/delete-tag': { key: 'a' },
      'runs/log-batch': {},
      'runs/update': { status: 'FINISHED' },
    })) {
      assertRefused(
        await client.post(call, { run_id: id, ...fields }),
        'INVALID_PARAMETER_VALUE',
        /must be in the 'active' state/,
      );
    }
    const listed = async (run_view_type: string) =>
      (await client.done('runs/search', { experiment_ids: ['0'], run_view_type })).runs?.some(
        ({ info }) => info.run_id === id,
      );
    assert.deepEqual(
      [await listed('ACTIVE_ONLY'), await listed('DELETED_ONLY'), await listed('ALL')],
      [false, true, true],
    );
    await client.done('runs/restore', { run_id: id });
    assert.equal((await client.run(id)).info.lifecycle_stage, 'active');
  });

  it('leaves state, end and name of a launched run to the scheduler', async () => {
    const { id } = await server.addLaunchedRun();
    const asked = { run_id: id, status: 'FINISHED', end_time: 5, run_name: 'mine' };
    const { run_info } = await client.done('runs/update', asked);
    assert.deepEqual([run_info?.status, run_info?.end_time, run_info?.run_name], ['RUNNING', undefined, 'launched']);
    await client.done('runs/set-tag', { run_id: id, key: 'mlflow.runName', value: 'mine' });
    await client.done('runs/log-metric', { run_id: id, key: 'a', value: 1, timestamp: 1 });
    const run = await client.run(id);
    assert.deepEqual([run.info.run_name, run.data.metrics?.length], ['launched', 1]);
    assertRefused(await client.post('runs/delete', { run_id: id }), 'INVALID_PARAMETER_VALUE', /has not ended/);
  });
});
