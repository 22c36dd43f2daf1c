/** Experiments over the wire: names, search, deletion with their runs, and the project that a new one belongs to. */
import assert from 'node:assert/strict';
import { assertRefused, MlflowClient } from '../../harness/mlflowClient.ts';
import { startTracking, type TrackingServer } from '../../harness/tracking.ts';

describe('experiments over the MLflow wire', () => {
  let server: TrackingServer;
  let client: MlflowClient;
  before(async () => {
    server = await startTracking();
    client = new MlflowClient(server);
    await server.addProject('vision');
    await server.addProject('secret');
    await server.addMember('bo', 'vision', 'contributor');
    await server.addMember('bo', 'default', 'viewer');
    await server.addMember('cy', 'default', 'contributor');
  });
  after(() => server[Symbol.asyncDispose]());

  const create = async (fields: object, as = client): Promise<string> =>
    (await as.done('experiments/create', fields as Record<string, unknown>)).experiment_id ?? '';
  const projectOf = async (id: string) => (await server.tracking.experiments.get(id)).projectId;
  const asUser = async (userId: string, scope?: Parameters<TrackingServer['tokenOf']>[1]) =>
    new MlflowClient({ url: server.url, token: await server.tokenOf(userId, scope) });

  it('has the default one from the start', async () => {
    const { experiment } = (await client.get('experiments/get', { experiment_id: '0' })).body;
    assert.deepEqual([experiment?.name, experiment?.lifecycle_stage], ['Default', 'active']);
    assertRefused(
      await client.post('experiments/delete', { experiment_id: '0' }),
      'INVALID_PARAMETER_VALUE',
      /project default/,
    );
  });

  it('holds names unique, and finds by them', async () => {
    const id = await create({ name: 'unique', tags: [{ key: 'team', value: 'a' }] });
    const again = await client.post('experiments/create', { name: 'unique' });
    assert.equal(again.status, 400);
    assertRefused(again, 'RESOURCE_ALREADY_EXISTS');
    const found = (await client.get('experiments/get-by-name', { experiment_name: 'unique' })).body.experiment;
    assert.equal(found?.experiment_id, id);
    assert.deepEqual(found?.tags, [
      { key: 'team', value: 'a' },
      { key: 'flywheel.project', value: 'default' },
    ]);
    assertRefused(await client.get('experiments/get-by-name', { experiment_name: 'none' }), 'RESOURCE_DOES_NOT_EXIST');
    await client.done('experiments/update', { experiment_id: id, new_name: 'renamed' });
    await client.done('experiments/update', { experiment_id: id });
    await create({ name: 'unique' });
    assertRefused(
      await client.post('experiments/update', { experiment_id: id, new_name: 'unique' }),
      'RESOURCE_ALREADY_EXISTS',
    );
  });

  it('hides the runs of a deleted one, and restores just those', async () => {
    const experiment_id = await create({ name: 'short lived' });
    const [kept, gone] = [await client.createRun({ experiment_id }), await client.createRun({ experiment_id })];
    await client.done('runs/delete', { run_id: gone });
    await client.done('experiments/delete', { experiment_id });
    assert.equal((await client.run(kept)).info.lifecycle_stage, 'deleted');
    const refused = /must be in the 'active' state/;
    assertRefused(await client.post('runs/create', { experiment_id }), 'INVALID_PARAMETER_VALUE', refused);
    assertRefused(await client.post('experiments/delete', { experiment_id }), 'INVALID_PARAMETER_VALUE', refused);
    const namesake = await create({ name: 'short lived' });
    assert.equal(
      (await client.get('experiments/get-by-name', { experiment_name: 'short lived' })).body.experiment?.experiment_id,
      namesake,
    );
    assertRefused(await client.post('experiments/restore', { experiment_id }), 'RESOURCE_ALREADY_EXISTS');
    await client.done('experiments/delete', { experiment_id: namesake });
    await client.done('experiments/restore', { experiment_id });
    assert.equal((await client.run(kept)).info.lifecycle_stage, 'active');
    assert.equal((await client.run(gone)).info.lifecycle_stage, 'deleted');
  });

  it('keeps an experiment whose job has not ended', async () => {
    const experiment_id = await create({ name: 'busy' });
    await server.addLaunchedRun({ id: 'busy1', experimentId: experiment_id });
    assertRefused(
      await client.post('experiments/delete', { experiment_id }),
      'INVALID_PARAMETER_VALUE',
      /has not ended/,
    );
  });

  it('searches by filter, order and page, by both verbs', async () => {
    for (const name of ['find-a', 'find-b', 'find-c']) await create({ name, tags: [{ key: 'k', value: name.at(-1) }] });
    const names = (body: { readonly experiments?: readonly { readonly name: string }[] }) =>
      body.experiments?.map(({ name }) => name);
    const ordered = { filter: "name LIKE 'find-%'", order_by: ['name DESC'] };
    assert.deepEqual(names(await client.done('experiments/search', ordered)), ['find-c', 'find-b', 'find-a']);
    const first = (await client.get('experiments/search', { ...ordered, max_results: '2' })).body;
    assert.deepEqual(names(first), ['find-c', 'find-b']);
    const second = await client.done('experiments/search', {
      ...ordered,
      max_results: 2,
      page_token: first.next_page_token,
    });
    assert.deepEqual([names(second), second.next_page_token], [['find-a'], undefined]);
    assert.deepEqual(
      names(
        await client.done('experiments/search', { filter: "tags.k != 'a' AND name ILIKE 'FIND%'", order_by: ['name'] }),
      ),
      ['find-b', 'find-c'],
    );
    assert.deepEqual(
      names(await client.done('experiments/search', { filter: "name LIKE 'find%'", order_by: ['experiment_id'] })),
      ['find-a', 'find-b', 'find-c'],
    );
    for (const wrong of [
      { max_results: 0 },
      { max_results: 50_001 },
      { filter: "name IN ('a')" },
      { filter: 'x' },
      { order_by: ['foo'] },
      { view_type: 'SOME' },
    ]) {
      assertRefused(await client.post('experiments/search', wrong), 'INVALID_PARAMETER_VALUE');
    }
  });

  it('puts a new one where its tag or name says, if that is allowed', async () => {
    const bo = await asUser('bo');
    assert.equal(await projectOf(await create({ name: 'vision/cats' }, bo)), 'vision');
    assert.equal(
      await projectOf(await create({ name: 'tagged', tags: [{ key: 'flywheel.project', value: 'vision' }] }, bo)),
      'vision',
    );
    const homeless = await bo.post('experiments/create', { name: 'cats' });
    assert.equal(homeless.status, 403);
    assertRefused(homeless, 'PERMISSION_DENIED', /vision|flywheel\.project/);
    const hidden = { name: 'x', tags: [{ key: 'flywheel.project', value: 'secret' }] };
    assertRefused(await bo.post('experiments/create', hidden), 'RESOURCE_DOES_NOT_EXIST');
    const cy = await asUser('cy');
    assert.equal(
      await projectOf(await create({ name: 'vision/by-cy' }, cy)),
      'default',
      'a prefix that is no project of theirs',
    );
  });

  it('puts those of a narrowed token into its project, and nowhere else', async () => {
    const narrowed = await asUser('bo', { kind: 'project', projectId: 'vision', role: 'contributor' });
    assert.equal(await projectOf(await create({ name: 'narrow' }, narrowed)), 'vision');
    assert.equal(await projectOf(await create({ name: 'default/narrow' }, narrowed)), 'vision');
    const elsewhere = { name: 'y', tags: [{ key: 'flywheel.project', value: 'default' }] };
    assertRefused(await narrowed.post('experiments/create', elsewhere), 'INVALID_PARAMETER_VALUE', /vision/);
    const reader = await asUser('bo', { kind: 'project', projectId: 'vision', role: 'viewer' });
    assertRefused(await reader.post('experiments/create', { name: 'z' }), 'PERMISSION_DENIED');
  });

  it('cannot be moved by its tag, nor stored elsewhere', async () => {
    const id = await create({ name: 'rooted' });
    const move = { experiment_id: id, key: 'flywheel.project', value: 'vision' };
    assertRefused(await client.post('experiments/set-experiment-tag', move), 'INVALID_PARAMETER_VALUE', /project/);
    assertRefused(
      await client.post('experiments/create', { name: 's3', artifact_location: 's3://bucket' }),
      'INVALID_PARAMETER_VALUE',
      /artifact_location/,
    );
    await client.done('experiments/create', { name: 'own', artifact_location: 'mlflow-artifacts:/' });
  });
});
