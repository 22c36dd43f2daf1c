/** Who may do what over the wire: every call by every kind of token. */
import assert from 'node:assert/strict';
import { mlflowRoutes } from '../../../server/transport/mlflow/handler.ts';
import { assertRefused, MlflowClient } from '../../harness/mlflowClient.ts';
import { startTracking, type TrackingServer } from '../../harness/tracking.ts';

type Fields = Readonly<Record<string, string | number>>;
type Ids = { readonly run: string; readonly experiment: string; readonly model: string; readonly upload: string };
type Send = (client: MlflowClient, ids: Ids) => Promise<number>;

const proxy = '/api/2.0/mlflow-artifacts/artifacts';
const named = { name: 'net', version: '1' };
const fieldsOf = ({ run, experiment, model }: Ids, fields: Fields) => ({
  ...{ run_id: run, experiment_id: experiment, model_id: model, ...named },
  ...fields,
});
const at = (path: string, { model }: Ids) => path.replace('{model_id}', model);
const post =
  (call: string, fields: Fields = {}): Send =>
  async (client, ids) =>
    (await client.post(at(call, ids), fieldsOf(ids, fields))).status;
const by =
  (method: string, call: string, fields: Fields = {}): Send =>
  async (client, ids) =>
    (await client.call(method, at(call, ids), fieldsOf(ids, fields))).status;
const get =
  (call: string, query: Readonly<Record<string, string>> = {}): Send =>
  async (client, ids) => {
    const known = { run_id: ids.run, run_ids: ids.run, experiment_id: ids.experiment, ...named };
    return (await client.request(`/api/2.0/mlflow/${at(call, ids)}?${new URLSearchParams({ ...known, ...query })}`))
      .status;
  };
const page =
  (path: string, query: Readonly<Record<string, string>>): Send =>
  async (client, { run }) =>
    (await client.request(`/${path}?${new URLSearchParams({ run_id: run, ...named, ...query })}`)).status;
const upload =
  (call: string, fields: object): Send =>
  async (client, { run, experiment, upload }) => {
    const body = JSON.stringify({ path: 'part.bin', upload_id: upload, ...fields });
    const init = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
    return (await client.request(`/api/2.0/mlflow-artifacts/mpu/${call}/${experiment}/${run}/artifacts`, init)).status;
  };
const artifact =
  (method: string, path: string, of: 'run' | 'model' = 'run'): Send =>
  async (client, { run, experiment, model }) => {
    const init = { method, ...(method === 'PUT' && { body: 'x' }) };
    const owner = of === 'run' ? run : `models/${model}`;
    return (await client.request(`${proxy}/${experiment}/${owner}/artifacts/${path}`, init)).status;
  };

const reads: Readonly<Record<string, Send>> = {
  'experiments/get': get('experiments/get'),
  'experiments/get-by-name': get('experiments/get-by-name', { experiment_name: 'vision' }),
  'runs/get': get('runs/get'),
  'metrics/get-history': get('metrics/get-history', { metric_key: 'a' }),
  'metrics/get-history-bulk': get('metrics/get-history-bulk', { metric_key: 'a' }),
  'metrics/get-history-bulk-interval': get('metrics/get-history-bulk-interval', { metric_key: 'a' }),
  'artifacts/list': get('artifacts/list'),
  'artifact GET': artifact('GET', 'kept.txt'),
  'artifact GET of a model': artifact('GET', 'kept.txt', 'model'),
  'experiments/search-datasets': async (client, { experiment }) =>
    (await client.post('experiments/search-datasets', { experiment_ids: [experiment] } as never)).status,
  'GET logged-models/{model_id}': get('logged-models/{model_id}'),
  'logged-models/{model_id}/artifacts/directories': get('logged-models/{model_id}/artifacts/directories'),
  'logged-models/{model_id}/artifacts/files': get('logged-models/{model_id}/artifacts/files', {
    artifact_file_path: 'kept.txt',
  }),
  'registered-models/get': get('registered-models/get'),
  'registered-models/get-latest-versions': get('registered-models/get-latest-versions'),
  'GET registered-models/alias': get('registered-models/alias', { alias: 'champion' }),
  'model-versions/get': get('model-versions/get'),
  'model-versions/get-download-uri': get('model-versions/get-download-uri'),
  'get-artifact': page('get-artifact', { path: 'kept.txt' }),
  'model-versions/get-artifact': page('model-versions/get-artifact', { path: 'kept.txt' }),
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
  'experiments/delete-experiment-tag': post('experiments/delete-experiment-tag', { key: 'a' }),
  'runs/log-inputs': post('runs/log-inputs'),
  'runs/outputs': post('runs/outputs'),
  'runs/log-model': post('runs/log-model', { model_json: '{"flavors": {}}' }),
  'upload-artifact': async (client, { run }) => {
    const query = new URLSearchParams({ run_uuid: run, path: 'page.txt' });
    return (await client.request(`/ajax-api/2.0/mlflow/upload-artifact?${query}`, { method: 'POST', body: 'x' }))
      .status;
  },
  'artifact PUT of a model': artifact('PUT', 'x.txt', 'model'),
  'artifact DELETE of a model': artifact('DELETE', 'x.txt', 'model'),
  'mpu/create/{folder...}': upload('create', { num_parts: 1 }),
  'logged-models': post('logged-models', { name: 'other' }),
  'PATCH logged-models/{model_id}': by('PATCH', 'logged-models/{model_id}', { status: 'LOGGED_MODEL_READY' }),
  'logged-models/{model_id}/tags': by('PATCH', 'logged-models/{model_id}/tags', {
    tags: [{ key: 'a', value: 'b' }],
  } as never),
  'logged-models/{model_id}/tags/{tag_key}': by('DELETE', 'logged-models/{model_id}/tags/a'),
  'logged-models/{model_id}/params': post('logged-models/{model_id}/params'),
  'registered-models/update': by('PATCH', 'registered-models/update'),
  'registered-models/set-tag': post('registered-models/set-tag', { key: 'a', value: 'b' }),
  'registered-models/delete-tag': by('DELETE', 'registered-models/delete-tag', { key: 'a' }),
  'POST registered-models/alias': post('registered-models/alias', { alias: 'champion' }),
  'DELETE registered-models/alias': by('DELETE', 'registered-models/alias', { alias: 'none' }),
  'model-versions/create': async (client, ids) =>
    (await client.post('model-versions/create', { name: 'net', source: `models:/${ids.model}` })).status,
  'model-versions/update': by('PATCH', 'model-versions/update'),
  'model-versions/transition-stage': post('model-versions/transition-stage', { stage: 'None' }),
  'model-versions/set-tag': post('model-versions/set-tag', { key: 'a', value: 'b' }),
  'model-versions/delete-tag': by('DELETE', 'model-versions/delete-tag', { key: 'a' }),
};

/** Calls for anyone signed in, whose answers are limited to what the caller may see; tested one by one. */
const signedIn = [
  ...['experiments/create', 'experiments/search', 'runs/search', 'logged-models/search'],
  ...['registered-models/create', 'registered-models/search', 'model-versions/search'],
  ...['presigned/{path...}', 'artifacts/presigned-upload-url', 'artifacts/presigned-download-url'],
];
/** As destructive as the others, and tested where they are not in the way. */
const destructive: Readonly<Record<string, Send>> = {
  'experiments/delete': post('experiments/delete'),
  'experiments/restore': post('experiments/restore'),
  'DELETE logged-models/{model_id}': by('DELETE', 'logged-models/{model_id}'),
  'registered-models/rename': post('registered-models/rename', { new_name: 'stolen' }),
  'registered-models/delete': by('DELETE', 'registered-models/delete'),
  'model-versions/delete': by('DELETE', 'model-versions/delete'),
  'mpu/complete/{folder...}': upload('complete', { parts: [] }),
  'mpu/abort/{folder...}': upload('abort', {}),
};

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
    ids = { experiment, run, model, upload: (await server.uploads.begin(target)).id };
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
    const known = new Set([...Object.keys({ ...reads, ...writes, ...destructive }), ...signedIn]);
    assert.deepEqual(
      served.filter(({ path, method }) => !known.has(path) && !known.has(`${method} ${path}`)),
      [],
    );
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
      '/api/3.0/mlflow/traces',
      '/ajax-api/2.0/mlflow/users/get',
      '/api/2.0/mlflow/',
      '/api/2.0/preview/mlflow/runs/get',
    ]) {
      assert.equal((await client.request(path)).status, 404, path);
    }
  });
});
