/** Who may do what over the wire: every call by every kind of token. */
import assert from 'node:assert/strict';
import { mlflowRoutes } from '../../../server/transport/mlflow/handler.ts';
import { assertRefused, MlflowClient } from '../../harness/mlflowClient.ts';
import { startTracking, type TrackingServer } from '../../harness/tracking.ts';

type Fields = Readonly<Record<string, string | number>>;
type Ids = { readonly run: string; readonly experiment: string; readonly trace: string };
type Send = (client: MlflowClient, ids: Ids) => Promise<number>;

const proxy = '/api/2.0/mlflow-artifacts/artifacts';
const post =
  (call: string, fields: Fields = {}): Send =>
  async (client, { run, experiment }) =>
    (await client.post(call, { run_id: run, experiment_id: experiment, ...fields })).status;
const get =
  (call: string, query: Readonly<Record<string, string>> = {}): Send =>
  async (client, { run, experiment }) =>
    (await client.get(call, { run_id: run, run_ids: run, experiment_id: experiment, ...query })).status;
const artifact =
  (method: string, path: string): Send =>
  async (client, { run, experiment }) => {
    const init = { method, ...(method === 'PUT' && { body: 'x' }) };
    return (await client.request(`${proxy}/${experiment}/${run}/artifacts/${path}`, init)).status;
  };
/** Calls about one trace, by their path below it. */
const ofTrace =
  (method: string, path: string, fields?: Readonly<Record<string, unknown>>): Send =>
  async (client, { trace }) =>
    (await client.call(method, `3.0/mlflow/traces${path.replace('{trace_id}', trace)}`, fields)).status;
const described = (traceId: string, experiment: string) => ({
  trace_id: traceId,
  trace_location: { mlflow_experiment: { experiment_id: experiment } },
  request_time: '2026-01-01T00:00:00Z',
});
const judged = { assessment: { assessment_name: 'good', feedback: { value: true } } };

const reads: Readonly<Record<string, Send>> = {
  'experiments/get': get('experiments/get'),
  'experiments/get-by-name': get('experiments/get-by-name', { experiment_name: 'vision' }),
  'runs/get': get('runs/get'),
  'metrics/get-history': get('metrics/get-history', { metric_key: 'a' }),
  'metrics/get-history-bulk': get('metrics/get-history-bulk', { metric_key: 'a' }),
  'metrics/get-history-bulk-interval': get('metrics/get-history-bulk-interval', { metric_key: 'a' }),
  'artifacts/list': get('artifacts/list'),
  'artifact GET': artifact('GET', 'kept.txt'),
  'traces/{trace_id}': ofTrace('GET', '/{trace_id}'),
  'traces/{trace_id}/info': async (client, { trace }) => (await client.get(`traces/${trace}/info`)).status,
  'traces/get': ofTrace('GET', '/get?trace_id={trace_id}'),
  'trace artifact GET': async (client, { experiment, trace }) =>
    (await client.request(`${proxy}/${experiment}/traces/${trace}/artifacts/kept.txt`)).status,
};
const writes: Readonly<Record<string, Send>> = {
  'runs/create': post('runs/create'),
  'runs/update': post('runs/update'),
  'runs/log-metric': post('runs/log-metric', { key: 'a', value: 1, timestamp: 1 }),
  'runs/log-parameter': post('runs/log-parameter', { key: 'a', value: '1' }),
  'runs/log-batch': post('runs/log-batch'),
  'runs/set-tag': post('runs/set-tag', { key: 'a', value: '1' }),
  'runs/delete-tag': post('runs/delete-tag', { key: 'a' }),
  'runs/delete': post('runs/delete'),
  'runs/restore': post('runs/restore'),
  'artifact PUT': artifact('PUT', 'x.txt'),
  'artifact DELETE': artifact('DELETE', 'x.txt'),
  'experiments/set-experiment-tag': post('experiments/set-experiment-tag', { key: 'a', value: '1' }),
  'experiments/update': post('experiments/update'),
  traces: async (client, { experiment, trace }) => {
    const fields = { trace: { trace_info: described(trace, experiment) } };
    return (await client.call('POST', '3.0/mlflow/traces', fields)).status;
  },
  'traces/{trace_id}/tags': ofTrace('PATCH', '/{trace_id}/tags', { key: 'a', value: '1' }),
  'traces/{trace_id}/tags DELETE': ofTrace('DELETE', '/{trace_id}/tags', { key: 'a' }),
  'traces/{trace_id}/assessments': ofTrace('POST', '/{trace_id}/assessments', judged),
  'traces/{trace_id}/assessments/{assessment_id}': ofTrace('DELETE', '/{trace_id}/assessments/a-1'),
  'traces/link-to-run': async (client, { run, trace }) =>
    (await client.post('traces/link-to-run', { run_id: run, trace_ids: [trace] })).status,
  'traces/link-prompts': async (client, { trace }) =>
    (await client.post('traces/link-prompts', { trace_id: trace, prompt_versions: [] })).status,
  'traces/delete-traces': post('traces/delete-traces', { max_timestamp_millis: 1 }),
  'traces/{request_id}': async (client, { trace }) =>
    (await client.call('PATCH', `2.0/mlflow/traces/${trace}`, { timestamp_ms: 1, status: 'OK' })).status,
  'trace artifact PUT': async (client, { experiment, trace }) => {
    const init = { method: 'PUT', body: 'x' };
    return (await client.request(`${proxy}/${experiment}/traces/${trace}/artifacts/x.txt`, init)).status;
  },
};

/** Calls for anyone signed in, whose answers are limited to what the caller may see; tested one by one. */
const signedIn = [
  ...['experiments/create', 'experiments/search', 'runs/search', 'logged-models/search'],
  ...['traces/search', 'traces/batchGet', 'traces/batchGetInfos'],
  ...['traces/calculate-filter-correlation', 'traces/metrics'],
];
/** As destructive as the others, and tested where they are not in the way. */
const elsewhere = ['experiments/delete', 'experiments/restore'];
const administrators = ['webhooks', 'webhooks/{webhook_id}', 'webhooks/{webhook_id}/test'];

describe('access over the MLflow wire', () => {
  let server: TrackingServer;
  let ids: Ids;
  before(async () => {
    server = await startTracking();
    await server.addProject('vision');
    await server.addProject('other');
    const experiment = (await server.tracking.experiments.byName('vision')).id;
    const admin = new MlflowClient(server);
    ids = { experiment, trace: 'tr-1', run: await admin.createRun({ experiment_id: experiment }) };
    await admin.call('POST', '3.0/mlflow/traces', { trace: { trace_info: described('tr-1', experiment) } });
    await admin.request(`${proxy}/${experiment}/traces/tr-1/artifacts/kept.txt`, { method: 'PUT', body: 'kept' });
    await admin.request(`${proxy}/${experiment}/${ids.run}/artifacts/kept.txt`, { method: 'PUT', body: 'kept' });
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
    const served = mlflowRoutes(server).map(({ path }) => path);
    const known = new Set([
      ...Object.keys(reads),
      ...Object.keys(writes),
      ...signedIn,
      ...elsewhere,
      ...administrators,
    ]);
    assert.deepEqual(
      served.filter((path) => !known.has(path)),
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

  it('refuses to delete and restore experiments without a role', async () => {
    for (const user of ['viewer', 'stranger']) {
      const client = new MlflowClient({ url: server.url, token: await server.tokenOf(user) });
      for (const call of elsewhere) {
        const { status } = await client.post(call, { experiment_id: ids.experiment });
        assert.equal(status, user === 'viewer' ? 403 : 404, `${user} ${call}`);
      }
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
