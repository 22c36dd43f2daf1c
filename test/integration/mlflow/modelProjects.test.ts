/** Which project a registered model is in, who learns of it, and how: roles, events, panels. */
import assert from 'node:assert/strict';
import { assertRefused, MlflowClient } from '../../harness/mlflowClient.ts';
import { startTracking, type TrackingServer } from '../../harness/tracking.ts';

describe('the projects of registered models', () => {
  let server: TrackingServer;
  let client: MlflowClient;
  let run: string;
  let model: string;
  before(async () => {
    server = await startTracking();
    client = new MlflowClient(server);
    run = await client.createRun();
    model = await logged(run);
    await server.addProject('vision');
    await server.addMember('bo', 'vision', 'contributor');
    await server.addMember('cy', 'default', 'contributor');
  });
  after(() => server[Symbol.asyncDispose]());

  const asUser = async (userId: string, scope?: Parameters<TrackingServer['tokenOf']>[1]) =>
    new MlflowClient({ url: server.url, token: await server.tokenOf(userId, scope) });
  const logged = async (source_run_id: string, experiment_id = '0'): Promise<string> =>
    (await client.done('logged-models', { experiment_id, source_run_id })).model?.info.model_id ?? '';
  const register = (name: string, fields: object = {}, as = client) =>
    as.done('registered-models/create', { name, ...fields });
  const version = (name: string, source = `models:/${model}`) => client.done('model-versions/create', { name, source });
  const projectOf = async (name: string) =>
    (await server.store.read(({ registry }) => registry.model(name)))?.projectId ?? null;

  it('puts a model where its token, its tag or its first version says', async () => {
    const bo = await asUser('bo');
    const cy = await asUser('cy');
    await register(
      'from the token',
      {},
      await asUser('bo', { kind: 'project', projectId: 'vision', role: 'contributor' }),
    );
    assert.equal(await projectOf('from the token'), 'vision');
    await register('from the tag', { tags: [{ key: 'flywheel.project', value: 'vision' }] });
    assert.equal(await projectOf('from the tag'), 'vision');
    const elsewhere = await cy.post('registered-models/create', {
      name: 'hidden',
      tags: [{ key: 'flywheel.project', value: 'vision' }],
    });
    assertRefused(elsewhere, 'RESOURCE_DOES_NOT_EXIST');
    await register('from bo', {}, bo);
    assert.equal(await projectOf('from bo'), 'vision', 'the one project in which bo may write');
    await register('from its version');
    assert.equal(await projectOf('from its version'), 'default');
    const experiment_id = (await server.tracking.experiments.byName('vision')).id;
    const inVision = await logged(await client.createRun({ experiment_id }), experiment_id);
    await version('from its version', `models:/${inVision}`);
    assert.equal(await projectOf('from its version'), 'vision');
    await version('from its version');
    assert.equal(await projectOf('from its version'), 'vision', 'and it stays there');
    assertRefused(await cy.get('registered-models/get', { name: 'from its version' }), 'RESOURCE_DOES_NOT_EXIST');
    const known = await cy.post('registered-models/create', { name: 'from its version' });
    assertRefused(known, 'RESOURCE_ALREADY_EXISTS');
    const reader = await asUser('bo', { kind: 'project', projectId: 'vision', role: 'viewer' });
    assertRefused(await reader.post('registered-models/create', { name: 'no' }), 'PERMISSION_DENIED');
    const move = { name: 'from bo', key: 'flywheel.project', value: 'default' };
    assertRefused(
      await bo.post('registered-models/set-tag', move),
      'INVALID_PARAMETER_VALUE',
      /belongs to the project/,
    );
  });

  it('makes no version of what its maker may not read, and tells nobody else of it', async () => {
    const cy = await asUser('cy');
    await register("cy's", {}, cy);
    const experiment_id = (await server.tracking.experiments.byName('vision')).id;
    const secretRun = await client.createRun({ experiment_id });
    const secret = await logged(secretRun, experiment_id);
    await register('secret', { tags: [{ key: 'flywheel.project', value: 'vision' }] });
    await version('secret', `models:/${secret}`);
    for (const fields of [
      { source: `models:/${secret}` },
      { source: `runs:/${secretRun}/net` },
      { source: 'models:/secret/1' },
      { source: 's3://b/x', run_id: secretRun },
      { source: 's3://b/x', model_id: secret },
      { source: `mlflow-artifacts:/${experiment_id}/models/${secret}/artifacts` },
    ]) {
      assertRefused(await cy.post('model-versions/create', { name: "cy's", ...fields }), 'RESOURCE_DOES_NOT_EXIST');
    }
    await version("cy's", `models:/${secret}`);
    const { registrations, tags } = (await client.get(`logged-models/${secret}`)).body.model?.info ?? {};
    assert.deepEqual(registrations, [{ name: 'secret', version: '1' }], 'the other is in another project');
    assert.equal(tags?.length, 1);
    const shown = (await cy.get('model-versions/get', { name: "cy's", version: '1' })).body.model_version;
    assert.equal(shown?.model_metrics, undefined);
    const file = await cy.request("/model-versions/get-artifact?name=cy's&version=1&path=MLmodel");
    assert.equal(file.status, 404);
  });

  it('appends an event for each change, with what a follower needs', async () => {
    const from = await server.store.read(({ events }) => events.clock());
    await register('watched', { description: 'd' });
    await version('watched');
    const of = { name: 'watched', version: '1' };
    await client.done('registered-models/set-tag', { ...of, key: 'a', value: '1' });
    await client.call('DELETE', 'registered-models/delete-tag', { ...of, key: 'a' });
    await client.done('model-versions/set-tag', { ...of, key: 'b', value: '2' });
    await client.call('DELETE', 'model-versions/delete-tag', { ...of, key: 'b' });
    await client.done('registered-models/alias', { ...of, alias: 'best' });
    await client.call('DELETE', 'registered-models/alias', { ...of, alias: 'best' });
    await client.done('model-versions/transition-stage', { ...of, stage: 'Staging' });
    await client.done('registered-models/rename', { ...of, new_name: 'watched 2' });
    await client.call('DELETE', 'model-versions/delete', { name: 'watched 2', version: '1' });
    await client.call('DELETE', 'registered-models/delete', { name: 'watched 2' });
    const told = await server.store.read(({ events }) => events.after(from, 50));
    assert.deepEqual(
      told.map(({ type, subject, detail }) => [
        type,
        subject.modelName,
        subject.version ?? null,
        detail['value'] ?? detail['alias'] ?? null,
      ]),
      [
        ['model.registered', 'watched', null, null],
        ['model.version-created', 'watched', 1, null],
        ['model.tag-set', 'watched', null, '1'],
        ['model.tag-deleted', 'watched', null, null],
        ['model.version-tag-set', 'watched', 1, '2'],
        ['model.version-tag-deleted', 'watched', 1, null],
        ['model.alias-set', 'watched', null, 'best'],
        ['model.alias-deleted', 'watched', null, 'best'],
        ['model.version-updated', 'watched', 1, null],
        ['model.updated', 'watched 2', null, null],
        ['model.version-deleted', 'watched 2', 1, null],
        ['model.deleted', 'watched 2', null, null],
      ],
    );
    assert.ok(told.every(({ subject }) => subject.projectId === 'default'));
    await register('a prompt', { tags: [{ key: 'mlflow.prompt.is_prompt', value: 'true' }] });
    await version('a prompt');
    await client.done('registered-models/alias', { name: 'a prompt', alias: 'best', version: '1' });
    const ofPrompt = await server.store.read(({ events }) => events.after(from + told.length, 50));
    assert.deepEqual(
      ofPrompt.map(({ detail }) => detail['prompt']),
      [true, true, true],
    );
    const created = told[1];
    assert.deepEqual(
      [created?.subject.modelId, created?.subject.runId, created?.detail['source']],
      [model, run, `models:/${model}`],
    );
  });

  it('is shown to panels by the contract', async () => {
    await register('shown', { description: 'd', tags: [{ key: 'k', value: 'v' }] });
    await version('shown');
    await client.done('registered-models/alias', { name: 'shown', alias: 'best', version: '1' });
    const { call } = server;
    const { items } = await server.panels.list({ limit: 500 }, call);
    const one = items.find(({ name }) => name === 'shown');
    assert.deepEqual([one?.versions, one?.latestVersion, one?.aliases, one?.tags], [1, 1, { best: 1 }, { k: 'v' }]);
    const names: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await server.panels.list({ limit: 2, ...(cursor !== undefined && { cursor }) }, call);
      names.push(...page.items.map(({ name }) => name));
      cursor = page.next;
      if (cursor === undefined) break;
    }
    assert.deepEqual(
      names,
      items.map(({ name }) => name),
    );
    const detail = await server.panels.get({ modelName: 'shown' }, call);
    const [first] = detail.newestVersions;
    assert.deepEqual([first?.version, first?.aliases, first?.run?.id, first?.modelId], [1, ['best'], run, model]);
    await assert.rejects(server.panels.get({ modelName: 'none' }, call));
  });
});
