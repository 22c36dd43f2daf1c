/** Logged models over the wire: their life, values, limits and search. */
import assert from 'node:assert/strict';
import { assertRefused, MlflowClient } from '../../harness/mlflowClient.ts';
import { startTracking, type TrackingServer } from '../../harness/tracking.ts';

describe('logged models over the MLflow wire', () => {
  let server: TrackingServer;
  let client: MlflowClient;
  let run: string;
  before(async () => {
    server = await startTracking();
    client = new MlflowClient(server);
    run = await client.createRun();
  });
  after(() => server[Symbol.asyncDispose]());

  const create = async (fields: object = {}) => {
    const { model } = await client.done('logged-models', { experiment_id: '0', ...fields });
    assert.ok(model);
    return model;
  };
  const get = async (id: string) => {
    const { model } = (await client.get(`logged-models/${id}`)).body;
    assert.ok(model);
    return model;
  };

  it('begins pending, beside the runs of its experiment, and ends as its client says', async () => {
    const { info, data } = await create({ name: 'net', model_type: 'tree', source_run_id: run });
    assert.match(info.model_id, /^m-[0-9a-f]{32}$/);
    assert.equal(info['artifact_uri'], `mlflow-artifacts:/0/models/${info.model_id}/artifacts`);
    assert.deepEqual(
      [info['name'], info['status'], info['model_type'], info['source_run_id'], data],
      ['net', 'LOGGED_MODEL_PENDING', 'tree', run, {}],
    );
    for (const status of ['LOGGED_MODEL_READY', 'LOGGED_MODEL_UPLOAD_FAILED']) {
      const { body } = await client.call('PATCH', `logged-models/${info.model_id}`, { status });
      assert.equal(body.model?.info['status'], status);
    }
    for (const status of ['LOGGED_MODEL_PENDING', 'READY', '', 1, 9]) {
      const answer = await client.call('PATCH', `logged-models/${info.model_id}`, { status });
      assertRefused(answer, 'INVALID_PARAMETER_VALUE', /status/);
    }
    assert.match(String((await create()).info['name']), /^[a-z]+-[a-z]+-\d{3}$/);
  });

  it('takes names, parameters and tags to their limits and no further', async () => {
    const pairs = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: 'v' }));
    const { info } = await create({ name: 'n'.repeat(256), params: pairs(100), tags: pairs(100) });
    assert.deepEqual([(await get(info.model_id)).data.params?.length, info.tags?.length], [100, 100]);
    const wrong: readonly object[] = [
      ...['a/b', 'a.b', 'a:b', 'a%b', 'a"b', "a'b", 'a\0b', 'a\u202eb', '..', 'n'.repeat(257)].map((name) => ({
        name,
      })),
      ...[{ params: pairs(101) }, { tags: pairs(101) }, { tags: [{ key: 'k', value: 'v'.repeat(8001) }] }],
      ...[{ params: [{ key: 'k'.repeat(251), value: '' }] }, { source_run_id: '../x' }, { params: 5 }],
    ];
    for (const fields of wrong) {
      const answer = await client.post('logged-models', { experiment_id: '0', ...fields });
      assertRefused(answer, 'INVALID_PARAMETER_VALUE');
    }
    assertRefused(await client.post('logged-models', { name: 'x' }), 'INVALID_PARAMETER_VALUE', /experiment_id/);
    assertRefused(await client.post('logged-models', { experiment_id: '99' }), 'RESOURCE_DOES_NOT_EXIST');
    const absent = { experiment_id: '0', source_run_id: '0'.repeat(32) };
    assertRefused(await client.post('logged-models', absent), 'RESOURCE_DOES_NOT_EXIST');
    const deleted = (await client.done('experiments/create', { name: 'short' })).experiment_id;
    await client.done('experiments/delete', { experiment_id: deleted });
    const late = await client.post('logged-models', { experiment_id: deleted });
    assertRefused(late, 'INVALID_PARAMETER_VALUE', /must be in the 'active' state/);
  });

  it('writes parameters once, and tags over', async () => {
    const { info } = await create({ params: [{ key: 'lr', value: '1' }] });
    const at = `logged-models/${info.model_id}`;
    await client.done(`${at}/params`, {
      params: [
        { key: 'lr', value: '1' },
        { key: '__proto__', value: 'x' },
      ],
    });
    const changed = await client.post(`${at}/params`, {
      params: [
        { key: 'new', value: '' },
        { key: 'lr', value: '2' },
      ],
    });
    assertRefused(changed, 'INVALID_PARAMETER_VALUE', /Changing param values is not allowed/);
    assert.deepEqual((await get(info.model_id)).data.params?.map(({ key }) => key).sort(), ['__proto__', 'lr']);
    await client.call('PATCH', `${at}/tags`, { tags: [{ key: 'a/b c', value: '1' }] });
    await client.call('PATCH', `${at}/tags`, { tags: [{ key: 'a/b c', value: '2' }] });
    assert.deepEqual((await get(info.model_id)).info.tags, [{ key: 'a/b c', value: '2' }]);
    assert.equal((await client.call('DELETE', `${at}/tags/a%2Fb%20c`)).status, 200);
    assertRefused(await client.call('DELETE', `${at}/tags/a%2Fb%20c`), 'RESOURCE_DOES_NOT_EXIST', /No tag/);
  });

  it('keeps the latest metric by run and dataset, whatever came last', async () => {
    const { info } = await create();
    const of = { key: 'acc', model_id: info.model_id };
    const onTest = { dataset_name: 'test', dataset_digest: 'd1' };
    const other = await client.createRun();
    await client.done('runs/log-batch', {
      run_id: run,
      metrics: [
        { ...of, value: 0.5, step: 2, timestamp: 9 },
        { ...of, value: 0.9, step: 1, timestamp: 10 },
        { ...of, value: 0.7, step: 2, timestamp: 9, ...onTest },
        { ...of, value: 'NaN', step: 2, timestamp: 9, ...onTest },
        { ...of, value: 0.1, step: 2, timestamp: 9, ...onTest },
      ],
    });
    await client.done('runs/log-metric', { run_id: other, ...of, value: '-Infinity', timestamp: 1 });
    await client.done('runs/log-metric', { run_id: other, key: 'not of it', value: 1, timestamp: 1, model_id: '' });
    const metrics = (await get(info.model_id)).data.metrics ?? [];
    assert.deepEqual(
      metrics.map((each) => [each['run_id'] === run, each['dataset_name'], each['value'], each['step']]).sort(),
      [
        [false, undefined, '-Infinity', 0],
        [true, undefined, 0.5, 2],
        [true, 'test', 'NaN', 2],
      ],
    );
    const history = (await client.get('metrics/get-history', { run_id: run, metric_key: 'acc' })).body.metrics;
    assert.equal(history?.length, 5, 'the run keeps all points');
    const stray = { run_id: run, key: 'acc', value: 1, timestamp: 1, model_id: 'm-none' };
    assertRefused(await client.post('runs/log-metric', stray), 'RESOURCE_DOES_NOT_EXIST', /m-none/);
    for (const wrong of [{ dataset_name: 'n'.repeat(501) }, { dataset_digest: 'd'.repeat(37) }, { model_id: '../x' }]) {
      assertRefused(await client.post('runs/log-metric', { ...stray, ...wrong }), 'INVALID_PARAMETER_VALUE');
    }
  });

  it('is gone when it is deleted, with its files out of reach', async () => {
    const { info } = await create({ name: 'gone' });
    const file = `/api/2.0/mlflow-artifacts/artifacts/0/models/${info.model_id}/artifacts/MLmodel`;
    assert.equal((await client.request(file, { method: 'PUT', body: 'x' })).status, 200);
    assert.equal((await client.call('DELETE', `logged-models/${info.model_id}`)).status, 200);
    const again = [
      await client.get(`logged-models/${info.model_id}`),
      await client.call('DELETE', `logged-models/${info.model_id}`),
      await client.call('PATCH', `logged-models/${info.model_id}`, { status: 'LOGGED_MODEL_READY' }),
      await client.post('runs/log-metric', { run_id: run, key: 'a', value: 1, timestamp: 1, model_id: info.model_id }),
    ];
    for (const answer of again.slice(0, 3)) assertRefused(answer, 'RESOURCE_DOES_NOT_EXIST', /not found/);
    for (const method of ['GET', 'PUT', 'DELETE']) {
      assert.equal(
        (await client.request(file, { method, ...(method === 'PUT' && { body: 'y' }) })).status,
        404,
        method,
      );
    }
    const found = await client.done('logged-models/search', { experiment_ids: ['0'], filter: "name = 'gone'" });
    assert.equal(found.models, undefined);
  });

  it('searches in pages whose tokens belong to one search', async () => {
    const { experiment_id = '' } = await client.done('experiments/create', { name: 'paged' });
    for (const name of ['a', 'b', 'c', 'd', 'e']) await create({ experiment_id, name });
    const search = {
      experiment_ids: [experiment_id],
      order_by: [{ field_name: 'name', ascending: false }],
      max_results: 2,
    };
    const seen: unknown[] = [];
    let page_token: string | undefined;
    do {
      const page = await client.done('logged-models/search', { ...search, page_token });
      seen.push(...(page.models ?? []).map(({ info }) => info['name']));
      page_token = page.next_page_token;
      if (page_token !== undefined) {
        for (const other of [{ filter: "name != 'x'" }, { order_by: [] }, { experiment_ids: ['0'] }]) {
          const answer = await client.post('logged-models/search', { ...search, ...other, page_token });
          assertRefused(answer, 'INVALID_PARAMETER_VALUE', /page token/);
        }
      }
    } while (page_token !== undefined);
    assert.deepEqual(seen, ['e', 'd', 'c', 'b', 'a']);
    assert.equal((await client.post('logged-models/search', { ...search, max_results: 1000 })).status, 200);
    assert.deepEqual(await client.done('logged-models/search', { experiment_ids: [] }), {});
  });

  it('tells what is wrong with a search', async () => {
    const wrong: readonly object[] = [
      ...[
        "foo = 'x'",
        'name > 1',
        'metrics.a = "x"',
        'metrics.a LIKE "x"',
        'a OR b',
        "name = 'a",
        "params.`a = '1'",
      ].map((filter) => ({ filter })),
      ...[{ max_results: 0 }, { max_results: 1001 }, { page_token: 'x' }, { order_by: ['name'] }, { datasets: [{}] }],
      ...[
        { order_by: [{}] },
        { order_by: [{ field_name: 'foo' }] },
        { order_by: [{ field_name: 'name', dataset_name: 'd' }] },
      ],
      ...[{ order_by: [{ field_name: 'metrics.a', dataset_digest: 'd' }] }, { filter: 'x'.repeat(100_001) }],
      ...[{ filter: Array(201).fill("name = 'a'").join(' AND ') }],
    ];
    for (const fields of wrong) {
      const answer = await client.post('logged-models/search', { experiment_ids: ['0'], ...fields });
      assertRefused(answer, 'INVALID_PARAMETER_VALUE');
    }
    const injected = { experiment_ids: ['0'], filter: "params.`a' OR 1=1 --` = ''' OR 1=1 --'" };
    assert.deepEqual(await client.done('logged-models/search', injected), {});
  });

  it('lists and gives its files as pages ask for them', async () => {
    const { info } = await create();
    const root = `/api/2.0/mlflow-artifacts/artifacts/0/models/${info.model_id}/artifacts`;
    await client.request(`${root}/data/a.txt`, { method: 'PUT', body: 'aa' });
    await client.request(`${root}/MLmodel`, { method: 'PUT', body: 'm' });
    const list = async (artifact_directory_path: string) =>
      (await client.get(`logged-models/${info.model_id}/artifacts/directories`, { artifact_directory_path })).body;
    assert.deepEqual(await list(''), {
      root_uri: info['artifact_uri'],
      files: [
        { path: 'MLmodel', is_dir: false, file_size: 1 },
        { path: 'data', is_dir: true },
      ],
    });
    assert.deepEqual((await list('data')).files, [{ path: 'data/a.txt', is_dir: false, file_size: 2 }]);
    const file = (path: string) =>
      client.request(`/ajax-api/2.0/mlflow/logged-models/${info.model_id}/artifacts/files?artifact_file_path=${path}`);
    assert.equal(await (await file('data%2Fa.txt')).text(), 'aa');
    for (const path of ['..%2Fx', '%2Fetc%2Fpasswd', 'data%2F..%2F..%2Fx', '.', 'a%00']) {
      assert.equal((await file(path)).status, 400, path);
    }
    assert.equal((await file('data')).status, 404);
    assert.equal(
      (await client.request(`/api/2.0/mlflow-artifacts/artifacts/1/models/${info.model_id}/artifacts/MLmodel`)).status,
      404,
    );
  });
});
