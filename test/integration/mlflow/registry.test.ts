/** The model registry over the wire: names, versions, aliases, stages, tags and searches. */
import assert from 'node:assert/strict';
import { assertRefused, MlflowClient } from '../../harness/mlflowClient.ts';
import { startTracking, type TrackingServer } from '../../harness/tracking.ts';

describe('the model registry over the MLflow wire', () => {
  let server: TrackingServer;
  let client: MlflowClient;
  let run: string;
  let model: string;
  before(async () => {
    server = await startTracking();
    client = new MlflowClient(server);
    run = await client.createRun();
    model = await logged(run);
  });
  after(() => server[Symbol.asyncDispose]());

  const logged = async (source_run_id: string, experiment_id = '0', name = 'net'): Promise<string> =>
    (await client.done('logged-models', { experiment_id, name, source_run_id })).model?.info.model_id ?? '';
  const register = (name: string, fields: object = {}) => client.done('registered-models/create', { name, ...fields });
  const version = async (name: string, source = `models:/${model}`, fields: object = {}) => {
    const { model_version } = await client.done('model-versions/create', { name, source, ...fields });
    assert.ok(model_version);
    return model_version;
  };
  const registered = async (name: string) => {
    const { registered_model } = (await client.get('registered-models/get', { name })).body;
    assert.ok(registered_model);
    return registered_model;
  };

  it('holds names unique, and refuses what cannot stand in an address', async () => {
    const { registered_model } = await register('unique', { tags: [{ key: 'a', value: '1' }], description: 'd' });
    assert.deepEqual(registered_model?.tags, [
      { key: 'a', value: '1' },
      { key: 'flywheel.project', value: 'default' },
    ]);
    assertRefused(await client.post('registered-models/create', { name: 'unique' }), 'RESOURCE_ALREADY_EXISTS');
    const names = ['a/b', 'a:b', ' ', '.', '..', 'a\0b', 'a\u202eb', 'x'.repeat(257), 'x'.repeat(10_240), 5, null];
    for (const name of names) {
      assertRefused(await client.post('registered-models/create', { name }), 'INVALID_PARAMETER_VALUE', /name|Name/);
    }
    await register('x'.repeat(256));
    await register('Modèle n° 1');
    assertRefused(await client.get('registered-models/get', { name: 'none' }), 'RESOURCE_DOES_NOT_EXIST', /name=none/);
  });

  it('counts versions up, also under concurrency, and never uses a number again', async () => {
    await register('counted');
    const made = await Promise.all(Array.from({ length: 20 }, () => version('counted')));
    assert.deepEqual(
      made.map(({ version }) => Number(version)).sort((a, b) => a - b),
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    await client.call('DELETE', 'model-versions/delete', { name: 'counted', version: '20' });
    assertRefused(
      await client.get('model-versions/get', { name: 'counted', version: '20' }),
      'RESOURCE_DOES_NOT_EXIST',
    );
    assert.equal((await version('counted')).version, '21');
    for (const wrong of ['0', '-1', 'x', '1.5', '99999999999999999999']) {
      const asked = { name: 'counted', version: wrong };
      assertRefused(await client.get('model-versions/get', asked), 'INVALID_PARAMETER_VALUE', /version/);
    }
  });

  it('resolves each kind of source to where the files are', async () => {
    await register('sourced');
    const files = `mlflow-artifacts:/0/models/${model}/artifacts`;
    const inRun = `mlflow-artifacts:/0/${run}/artifacts`;
    await client.done('runs/outputs', { run_id: run, models: [{ model_id: model, step: 0 }] });
    await version('sourced');
    await client.done('registered-models/alias', { name: 'sourced', alias: 'best', version: '1' });
    const sources = {
      [`models:/${model}`]: files,
      [`runs:/${run}/net`]: files,
      [`runs:/${run}/elsewhere/net`]: `${inRun}/elsewhere/net`,
      [`${inRun}/a b/net`]: `${inRun}/a b/net`,
      [files]: files,
      'models:/sourced/1': files,
      'models:/sourced@best': files,
      's3://bucket/net': 's3://bucket/net',
    };
    for (const [source, location] of Object.entries(sources)) {
      const made = await version('sourced', source);
      assert.equal(made.source, source);
      const asked = { name: 'sourced', version: made.version };
      const { artifact_uri } = (await client.get('model-versions/get-download-uri', asked)).body;
      assert.equal(artifact_uri, location, source);
      const ofRun = source.startsWith('s3:') ? undefined : run;
      assert.deepEqual([made.model_id, made.run_id], [location === files ? model : undefined, ofRun], source);
    }
    const absent = [
      ...['models:/m-none', 'runs:/none/net', 'models:/none/1', `mlflow-artifacts:/1/${run}/artifacts/net`],
      ...['mlflow-artifacts:/1/models/m-none/artifacts', 'models:/none@best'],
    ];
    for (const source of absent) {
      const answer = await client.post('model-versions/create', { name: 'sourced', source });
      assertRefused(answer, 'RESOURCE_DOES_NOT_EXIST');
    }
    const traversals = [
      '/etc/passwd',
      'file:///etc',
      `runs:/${run}/../x`,
      `${inRun}/%2e%2e/x`,
      `${inRun}#x`,
      's3://b/../x',
    ];
    for (const source of traversals) {
      const answer = await client.post('model-versions/create', { name: 'sourced', source });
      assertRefused(answer, 'INVALID_PARAMETER_VALUE', /Invalid model version source/);
    }
  });

  it('tells of a version what was logged of its model, and the model what it is registered as', async () => {
    const own = await logged(run, '0', 'told');
    await client.done('runs/log-metric', { run_id: run, key: 'acc', value: 'NaN', timestamp: 1, model_id: own });
    await client.done(`logged-models/${own}/params`, { params: [{ key: 'lr', value: '0.1' }] });
    await register('told');
    await version('told', `models:/${own}`, { tags: [{ key: 't', value: '1' }], description: 'd' });
    const { model_version } = (await client.get('model-versions/get', { name: 'told', version: '1' })).body;
    assert.deepEqual(model_version?.model_params, [{ name: 'lr', value: '0.1' }]);
    assert.equal(model_version?.model_metrics?.[0]?.['value'], 'NaN');
    assert.deepEqual([model_version?.description, model_version?.tags], ['d', [{ key: 't', value: '1' }]]);
    const { info } = (await client.get(`logged-models/${own}`)).body.model ?? {};
    assert.deepEqual(info?.registrations, [{ name: 'told', version: '1' }]);
    assert.deepEqual(info?.tags, [{ key: 'mlflow.modelVersions', value: '[{"name":"told","version":1}]' }]);
    await client.call('DELETE', `logged-models/${own}`);
    assert.equal((await client.get('model-versions/get', { name: 'told', version: '1' })).status, 200);
  });

  it('moves aliases, and refuses those that mean something else', async () => {
    await register('aliased');
    await version('aliased');
    await version('aliased');
    const set = (alias: string, to: string) =>
      client.post('registered-models/alias', { name: 'aliased', alias, version: to });
    assert.equal((await set('champion', '1')).status, 200);
    assert.equal((await set('champion', '2')).status, 200);
    assert.equal((await set('x'.repeat(255), '1')).status, 200);
    const byAlias = (alias: string) => client.get('registered-models/alias', { name: 'aliased', alias });
    assert.equal((await byAlias('champion')).body.model_version?.version, '2');
    assert.deepEqual((await byAlias('champion')).body.model_version?.aliases, ['champion']);
    for (const alias of ['latest', 'LATEST', 'v1', 'V22', 'a b', 'a/b', '', 'é', 'x'.repeat(256)]) {
      assertRefused(await set(alias, '1'), 'INVALID_PARAMETER_VALUE');
    }
    assertRefused(await set('champion', '9'), 'RESOURCE_DOES_NOT_EXIST', /version=9/);
    assertRefused(await byAlias('none'), 'INVALID_PARAMETER_VALUE', /alias none not found/);
    assertRefused(await byAlias('__proto__'), 'INVALID_PARAMETER_VALUE', /not found/);
    await client.call('DELETE', 'registered-models/alias', { name: 'aliased', alias: 'none' });
    await client.call('DELETE', 'model-versions/delete', { name: 'aliased', version: '2' });
    assertRefused(await byAlias('champion'), 'INVALID_PARAMETER_VALUE');
    assert.deepEqual(
      (await registered('aliased')).aliases?.map(({ version }) => version),
      ['1'],
    );
  });

  it('promotes by stages, and archives the siblings when asked', async () => {
    await register('staged');
    for (let count = 0; count < 3; count += 1) await version('staged');
    const move = (to: string, stage: string, archive_existing_versions = false) =>
      client.post('model-versions/transition-stage', { name: 'staged', version: to, stage, archive_existing_versions });
    const stages = async () => {
      const found = (
        await client.get('model-versions/search', { filter: "name = 'staged'", order_by: 'version_number' })
      ).body;
      return found.model_versions?.map(({ current_stage }) => current_stage);
    };
    await move('1', 'production');
    await move('2', 'Production');
    assert.deepEqual(await stages(), ['Production', 'Production', 'None']);
    await move('3', 'PRODUCTION', true);
    assert.deepEqual(await stages(), ['Archived', 'Archived', 'Production']);
    assertRefused(await move('1', 'prod'), 'INVALID_PARAMETER_VALUE', /Invalid Model Version stage: prod/);
    assertRefused(await move('1', 'None', true), 'INVALID_PARAMETER_VALUE', /archive_existing_versions/);
    const latest = async (query: Readonly<Record<string, string>>) =>
      (
        await client.get('registered-models/get-latest-versions', { name: 'staged', ...query })
      ).body.model_versions?.map(({ version }) => version);
    assert.deepEqual(await latest({}), ['2', '3']);
    assert.deepEqual(await latest({ stages: 'production' }), ['3']);
    const posted = await client.done('registered-models/get-latest-versions', { name: 'staged', stages: ['Archived'] });
    assert.deepEqual(
      posted.model_versions?.map(({ version }) => version),
      ['2'],
    );
    assertRefused(
      await client.post('registered-models/get-latest-versions', { name: 'staged', stages: ['x'] }),
      'INVALID_PARAMETER_VALUE',
    );
  });

  it('renames with all that belongs to it, and deletes with it', async () => {
    await register('before');
    await version('before', undefined, { tags: [{ key: 'k', value: 'v' }] });
    await client.done('registered-models/alias', { name: 'before', alias: 'a', version: '1' });
    await register('in the way');
    const taken = await client.post('registered-models/rename', { name: 'before', new_name: 'in the way' });
    assertRefused(taken, 'RESOURCE_ALREADY_EXISTS');
    await client.done('registered-models/rename', { name: 'before', new_name: 'after' });
    assertRefused(await client.get('registered-models/get', { name: 'before' }), 'RESOURCE_DOES_NOT_EXIST');
    assert.deepEqual((await registered('after')).aliases, [{ alias: 'a', version: '1' }]);
    const kept = (await client.get('model-versions/get', { name: 'after', version: '1' })).body.model_version;
    assert.deepEqual([kept?.name, kept?.tags], ['after', [{ key: 'k', value: 'v' }]]);
    await client.call('DELETE', 'registered-models/delete', { name: 'after' });
    assertRefused(await client.get('model-versions/get', { name: 'after', version: '1' }), 'RESOURCE_DOES_NOT_EXIST');
    await register('after');
    assert.deepEqual([(await registered('after')).aliases, (await version('after')).version], [undefined, '1']);
  });

  it('takes tags and descriptions to their limits and no further', async () => {
    await register('tagged');
    await version('tagged');
    const of = { name: 'tagged', version: '1' };
    for (const call of ['registered-models/set-tag', 'model-versions/set-tag']) {
      await client.done(call, { ...of, key: 'k'.repeat(250), value: 'v'.repeat(100_000) });
      await client.done(call, { ...of, key: '__proto__', value: '' });
      for (const wrong of [
        { key: 'k'.repeat(251), value: '' },
        { key: 'k', value: 'v'.repeat(100_001) },
        { key: '../x', value: '' },
        { key: '', value: '' },
        { key: 'k' },
      ]) {
        assertRefused(await client.post(call, { ...of, ...wrong }), 'INVALID_PARAMETER_VALUE');
      }
    }
    assert.equal((await registered('tagged')).tags.find(({ key }) => key === '__proto__')?.value, '');
    for (const call of ['registered-models/update', 'model-versions/update']) {
      const asked = { ...of, description: 'd'.repeat(100_000) };
      assert.equal((await client.call('PATCH', call, asked)).status, 200);
      const longer = await client.call('PATCH', call, { ...of, description: 'd'.repeat(100_001) });
      assertRefused(longer, 'INVALID_PARAMETER_VALUE', /'description' exceeds the maximum length of 100000/);
    }
    for (const call of ['registered-models/delete-tag', 'model-versions/delete-tag']) {
      assert.equal((await client.call('DELETE', call, { ...of, key: 'never' })).status, 200);
      assert.equal(
        (await client.request(`/api/2.0/mlflow/${call}?name=tagged&version=1&key=__proto__`, { method: 'DELETE' }))
          .status,
        200,
      );
    }
    assert.equal((await registered('tagged')).tags.length, 2);
  });

  it('hides prompts unless they are asked for', async () => {
    const prompt = { tags: [{ key: 'mlflow.prompt.is_prompt', value: 'true' }] };
    await register('prompt one', prompt);
    await register('prompt two', { tags: [{ key: 'mlflow.prompt.is_prompt', value: 'false' }] });
    await register('prompt three');
    await version('prompt one');
    await version('prompt three');
    const found = async (clause: string) =>
      (await client.get('registered-models/search', { filter: `name LIKE 'prompt%'${clause}` })).body.registered_models
        ?.map(({ name }) => name.slice(7))
        .join(' ');
    const tag = 'tags.`mlflow.prompt.is_prompt`';
    assert.equal(await found(''), 'three two');
    assert.equal(await found(` AND ${tag} = 'true'`), 'one');
    assert.equal(await found(` AND ${tag} != 'true'`), 'three two');
    assert.equal(await found(` AND ${tag} = 'false'`), 'three two');
    assert.equal(await found(` AND ${tag} LIKE 'f%'`), 'two');
    const versions = (await client.get('model-versions/search', { filter: "name LIKE 'prompt%'" })).body.model_versions;
    assert.deepEqual(
      versions?.map(({ name }) => name),
      ['prompt three'],
    );
  });

  it('searches in pages, and tells what is wrong with a search', async () => {
    for (const name of ['page a', 'page b', 'page c']) await register(name);
    const seen: string[] = [];
    let page_token = '';
    do {
      const { body } = await client.get('registered-models/search', {
        ...{ filter: "name LIKE 'page%'", order_by: 'name DESC', max_results: '2' },
        page_token,
      });
      seen.push(...(body.registered_models ?? []).map(({ name }) => name));
      page_token = body.next_page_token ?? '';
    } while (page_token !== '');
    assert.deepEqual(seen, ['page c', 'page b', 'page a']);
    const wrong: readonly Readonly<Record<string, string>>[] = [
      ...[{ max_results: '0' }, { max_results: '1001' }, { filter: 'x' }, { filter: "name IN ('a')" }],
      ...[{ filter: 'creation_timestamp > now' }, { order_by: 'tags' }, { page_token: 'x' }, { filter: "a.b = 'c'" }],
      ...[{ filter: "name = 'a' OR name = 'b'" }, { filter: "name = 'a' --" }, { filter: "name = 'unclosed" }],
    ];
    for (const query of wrong) {
      assertRefused(await client.get('registered-models/search', query), 'INVALID_PARAMETER_VALUE');
    }
    const bound = await client.get('registered-models/search', { max_results: '1000' });
    assert.equal(bound.status, 200);
    assertRefused(await client.get('model-versions/search', { max_results: '200001' }), 'INVALID_PARAMETER_VALUE');
    assert.equal((await client.get('model-versions/search', { max_results: '200000' })).status, 200);
    const injected = await client.get('model-versions/search', { filter: "name = ''' OR 1=1; DROP TABLE runs --'" });
    assert.deepEqual([injected.status, injected.body.model_versions], [200, undefined]);
  });
});
