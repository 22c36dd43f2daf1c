/** Who may do what over the wire: every call by every kind of token. */
import assert from 'node:assert/strict';
import { mlflowRoutes } from '../../../server/transport/mlflow/handler.ts';
import { assertRefused, MlflowClient } from '../../harness/mlflowClient.ts';
import { startTracking, type TrackingServer } from '../../harness/tracking.ts';
import { administrators, described, destructive, type Ids, proxy, reads, signedIn, writes } from './accessCalls.ts';

describe('access over the MLflow wire', () => {
  let server: TrackingServer;
  let ids: Ids;
  before(async () => {
    server = await startTracking();
    await server.addProject('vision');
    await server.addProject('other');
    const experiment = (await server.tracking.experiments.byName('vision')).id;
    const admin = new MlflowClient(server);
    const run = await admin.createRun({ experiment_id: experiment });
    const { model: made } = await admin.done('logged-models', { experiment_id: experiment, source_run_id: run });
    const model = made?.info.model_id ?? '';
    for (const owner of [run, `models/${model}`]) {
      await admin.request(`${proxy}/${experiment}/${owner}/artifacts/kept.txt`, { method: 'PUT', body: 'kept' });
    }
    await admin.done('registered-models/create', { name: 'net' });
    await admin.done('model-versions/create', { name: 'net', source: `models:/${model}` });
    await admin.done('registered-models/alias', { name: 'net', alias: 'champion', version: '1' });
    const target = { root: `${experiment}/${run}/artifacts`, path: 'part.bin', parts: 1 };
    ids = { experiment, run, model, trace: 'tr-1', upload: (await server.uploads.begin(target)).id };
    await admin.call('POST', '3.0/mlflow/traces', { trace: { trace_info: described('tr-1', experiment) } });
    await admin.request(`${proxy}/${experiment}/traces/tr-1/artifacts/kept.txt`, { method: 'PUT', body: 'kept' });
    for (const [user, role] of [
      ['viewer', 'viewer'],
      ['contributor', 'contributor'],
    ] as const) {
      await server.addMember(user, 'vision', role);
    }
    await server.addMember('stranger', 'other', 'owner');
  });
  after(() => server[Symbol.asyncDispose]());

  type Expected = { readonly read: number; readonly write: number };
  const callers: Readonly<Record<string, readonly [() => Promise<string | null>, Expected]>> = {
    nobody: [async () => null, { read: 401, write: 401 }],
    'a wrong token': [async () => 'fw_wrong', { read: 401, write: 401 }],
    'a member of another project': [() => server.tokenOf('stranger'), { read: 404, write: 404 }],
    'a viewer': [() => server.tokenOf('viewer'), { read: 200, write: 403 }],
    'a contributor': [() => server.tokenOf('contributor'), { read: 200, write: 200 }],
    "a contributor's token to read": [
      () => server.tokenOf('contributor', { kind: 'project', projectId: 'vision', role: 'viewer' }),
      { read: 200, write: 403 },
    ],
    "a contributor's token for elsewhere": [
      () => server.tokenOf('contributor', { kind: 'project', projectId: 'other', role: 'owner' }),
      { read: 403, write: 403 },
    ],
    'a job of the project': [
      () => server.tokenOf('viewer', { kind: 'run', projectId: 'vision', runId: 'r' }),
      { read: 200, write: 200 },
    ],
    'a job of another project': [
      () => server.tokenOf('stranger', { kind: 'run', projectId: 'other', runId: 'r' }),
      { read: 404, write: 404 },
    ],
  };
  for (const [caller, [tokenOf, expected]] of Object.entries(callers)) {
    it(`answers ${caller} by role in every call`, async () => {
      const client = new MlflowClient({ url: server.url, token: await tokenOf() });
      for (const [name, send] of Object.entries(reads)) assert.equal(await send(client, ids), expected.read, name);
      for (const [name, send] of Object.entries(writes)) assert.equal(await send(client, ids), expected.write, name);
    });
  }

  it('knows of every call who may make it', () => {
    const served = mlflowRoutes(server).flatMap(({ path, methods }) => methods.map((method) => ({ path, method })));
    const known = new Set([...Object.keys({ ...reads, ...writes, ...destructive }), ...signedIn, ...administrators]);
    assert.deepEqual(
      served.filter(({ path, method }) => !known.has(path) && !known.has(`${method} ${path}`)),
      [],
    );
  });

  it('leaves webhooks to administrators', async () => {
    const calls: readonly (readonly [string, string, object?])[] = [
      ['GET', 'webhooks'],
      ['POST', 'webhooks', { name: 'a', url: 'http://127.0.0.1', events: [{ entity: 'PROMPT', action: 'CREATED' }] }],
      ...['GET', 'PATCH', 'DELETE'].map((method) => [method, 'webhooks/x'] as const),
      ['POST', 'webhooks/x/test'],
    ];
    const narrow = await server.tokenOf('admin', { kind: 'project', projectId: 'vision', role: 'owner' });
    for (const token of [await server.tokenOf('contributor'), narrow, null]) {
      const client = new MlflowClient({ url: server.url, token });
      for (const [method, path, fields = {}] of calls) {
        const sent = method === 'GET' ? undefined : { ...fields };
        const { status } = await client.call(method, `2.0/mlflow/${path}`, sent);
        assert.equal(status, token === null ? 401 : 403, `${method} ${path}`);
      }
    }
  });

  it('refuses what destroys without a role', async () => {
    for (const [user, status] of [
      ['viewer', 403],
      ['stranger', 404],
    ] as const) {
      const client = new MlflowClient({ url: server.url, token: await server.tokenOf(user) });
      for (const [name, send] of Object.entries(destructive)) assert.equal(await send(client, ids), status, name);
    }
  });

  it('asks for credentials as clients expect', async () => {
    const response = await fetch(`${server.url}/api/2.0/mlflow/experiments/get?experiment_id=0`);
    assert.equal(response.headers.get('www-authenticate'), 'Basic realm="mlflow"');
    assert.equal(((await response.json()) as { error_code: string }).error_code, 'UNAUTHENTICATED');
    const basic = Buffer.from(`anyone:${server.token}`).toString('base64');
    const known = await fetch(`${server.url}/ajax-api/2.0/mlflow/runs/get?run_id=${ids.run}`, {
      headers: { authorization: `Basic ${basic}` },
    });
    assert.equal(known.status, 200);
  });

  it('shows only what may be seen in searches', async () => {
    const stranger = new MlflowClient({ url: server.url, token: await server.tokenOf('stranger') });
    const names = (await stranger.done('experiments/search', {})).experiments?.map(({ name }) => name);
    assert.deepEqual(names, ['other']);
    assert.deepEqual(await stranger.done('runs/search', { experiment_ids: [ids.experiment, '12345'] }), {});
    assert.deepEqual(await stranger.done('logged-models/search', { experiment_ids: [ids.experiment] }), {});
    for (const search of ['registered-models/search', 'model-versions/search']) {
      assert.deepEqual((await stranger.get(search)).body, {});
    }
    const found = async (call: string, fields: Readonly<Record<string, unknown>>) =>
      (await stranger.call('POST', `3.0/mlflow/traces/${call}`, fields)).body;
    const locations = [{ mlflow_experiment: { experiment_id: ids.experiment } }];
    assert.deepEqual(await found('search', { locations }), {});
    assert.deepEqual(await found('batchGetInfos', { trace_ids: [ids.trace] }), {});
    const everything = {
      experiment_ids: [ids.experiment],
      filter_string1: 'timestamp > 0',
      filter_string2: 'timestamp > 0',
    };
    assert.equal(
      ((await found('calculate-filter-correlation', everything)) as { total_count?: number }).total_count,
      0,
    );
    const counting = { view_type: 'TRACES', metric_name: 'trace_count', aggregations: [{ aggregation_type: 'COUNT' }] };
    const counted = await found('metrics', { experiment_ids: [ids.experiment], ...counting });
    assert.deepEqual((counted as { data_points?: unknown }).data_points, [
      { metric_name: 'trace_count', dimensions: {}, values: { COUNT: 0 } },
    ]);
  });

  it('refuses an expired token', async () => {
    const token = {
      id: 'old',
      userId: 'viewer',
      name: 'old',
      scope: { kind: 'user' },
      createdAt: 1,
      expiresAt: 2,
      lastUsedAt: 1,
    } as const;
    const { createHash } = await import('node:crypto');
    const hash = createHash('sha256').update('fw_old').digest('hex');
    await server.store.write(({ access }) => access.insertToken({ ...token, hash }));
    const answer = await new MlflowClient({ url: server.url, token: 'fw_old' }).get('runs/get', { run_id: ids.run });
    assertRefused(answer, 'UNAUTHENTICATED', /expired/);
  });

  it('needs no token for its health, its version and what is not its own', async () => {
    assert.equal(await (await fetch(`${server.url}/health`)).text(), 'OK');
    assert.match(await (await fetch(`${server.url}/version`)).text(), /^3\./);
    assert.equal((await fetch(`${server.url}/api/runs`)).status, 418, 'left to the next');
    const client = new MlflowClient(server);
    const info = await client.request('/api/3.0/mlflow/server-info');
    assert.deepEqual(
      [info.status, ((await info.json()) as { workspaces_enabled: boolean }).workspaces_enabled],
      [200, false],
    );
    for (const path of [
      '/api/3.0/mlflow/unified-traces',
      '/ajax-api/2.0/mlflow/users/get',
      '/api/2.0/mlflow/',
      '/api/2.0/preview/mlflow/runs/get',
    ]) {
      assert.equal((await client.request(path)).status, 404, path);
    }
  });
});
