/** What goes into runs and comes out of them over the wire: datasets, models, and the search by datasets. */
import assert from 'node:assert/strict';
import { assertRefused, MlflowClient } from '../../harness/mlflowClient.ts';
import { startTracking, type TrackingServer } from '../../harness/tracking.ts';

describe('inputs and outputs over the MLflow wire', () => {
  let server: TrackingServer;
  let client: MlflowClient;
  let run: string;
  let model: string;
  before(async () => {
    server = await startTracking();
    client = new MlflowClient(server);
    run = await client.createRun({ run_name: 'linked' });
    const { model: made } = await client.done('logged-models', { experiment_id: '0', name: 'net' });
    model = made?.info.model_id ?? '';
  });
  after(() => server[Symbol.asyncDispose]());

  const dataset = (name: string, more: object = {}) => ({
    name,
    digest: 'd1',
    source_type: 'local',
    source: '{}',
    ...more,
  });
  const context = (value: string) => [{ key: 'mlflow.data.context', value }];

  it('keeps datasets with what they were used for, once each', async () => {
    const iris = dataset('iris', { schema: '[1]', profile: '{}' });
    await client.done('runs/log-inputs', { run_id: run, datasets: [{ tags: context('training'), dataset: iris }] });
    const again = { tags: [{ key: 'split', value: 'all' }], dataset: { ...iris, source: 'ignored: it is known' } };
    await client.done('runs/log-inputs', { run_id: run, datasets: [again, { dataset: dataset('bare') }] });
    const { inputs } = await client.run(run);
    assert.deepEqual(inputs.dataset_inputs, [
      { tags: [...context('training'), { key: 'split', value: 'all' }], dataset: iris },
      { dataset: dataset('bare') },
    ]);
    const { runs } = await client.done('runs/search', { experiment_ids: ['0'], filter: "run_name = 'linked'" });
    assert.deepEqual(runs?.[0]?.inputs, inputs);
    const { dataset_summaries } = await client.done('experiments/search-datasets', { experiment_ids: ['0'] });
    assert.deepEqual(dataset_summaries, [
      { experiment_id: '0', name: 'bare', digest: 'd1' },
      { experiment_id: '0', name: 'iris', digest: 'd1', context: 'training' },
    ]);
  });

  it('finds runs by their datasets', async () => {
    const two = await client.createRun({ run_name: 'two' });
    const inputs = ['train', 'test'].map((name) => ({ tags: context(`${name}ing`), dataset: dataset(name) }));
    await client.done('runs/log-inputs', { run_id: two, datasets: inputs });
    const found = async (filter: string) =>
      (await client.done('runs/search', { experiment_ids: ['0'], filter })).runs?.map(({ info }) => info['run_name']);
    assert.deepEqual(await found("dataset.name = 'train'"), ['two']);
    assert.deepEqual(await found("datasets.name LIKE 't%' AND datasets.context = 'testing'"), ['two']);
    assert.deepEqual(await found("dataset.digest IN ('d1', 'x') AND dataset.name NOT IN ('iris', 'bare')"), ['two']);
    assert.deepEqual(await found("dataset.context ILIKE 'TRAIN%'"), ['two', 'linked']);
    assert.deepEqual(await found("dataset.name = 'none'"), undefined);
    for (const wrong of ["dataset.source = 'x'", 'dataset.name > 1', 'dataset.name = 1', "dataset = 'x'"]) {
      const answer = await client.post('runs/search', { experiment_ids: ['0'], filter: wrong });
      assertRefused(answer, 'INVALID_PARAMETER_VALUE');
    }
    const ordered = await client.post('runs/search', { experiment_ids: ['0'], order_by: ['dataset.name'] });
    assertRefused(ordered, 'INVALID_PARAMETER_VALUE', /order_by/);
    const completed = await server.experiments.complete(
      { experimentIds: ['0'], filter: 'dataset.context = ', caret: 18 },
      server.call,
    );
    assert.deepEqual(completed.items.map(({ text }) => text).sort(), ["'testing'", "'training'"]);
  });

  it('links models in and out, and forgets those that are deleted', async () => {
    const linked = await client.createRun();
    const { model: other } = await client.done('logged-models', { experiment_id: '0', name: 'other' });
    const gone = other?.info.model_id ?? '';
    await client.done('runs/log-inputs', { run_id: linked, models: [{ model_id: model }] });
    const outputs = [
      { model_id: model, step: 3 },
      { model_id: gone, step: 1 },
    ];
    await client.done('runs/outputs', { run_id: linked, models: outputs });
    await client.done('runs/outputs', { run_id: linked, models: [{ model_id: model, step: 2 }] });
    assert.deepEqual((await client.run(linked)).outputs.model_outputs, outputs.toReversed());
    await client.call('DELETE', `logged-models/${gone}`);
    const { inputs, outputs: left } = await client.run(linked);
    assert.deepEqual(
      [inputs.model_inputs, left.model_outputs],
      [[{ model_id: model }], [{ model_id: model, step: 3 }]],
    );
    const none = { run_id: linked, models: [{ model_id: 'm-none', step: 0 }] };
    for (const call of ['runs/log-inputs', 'runs/outputs']) {
      assertRefused(await client.post(call, none), 'RESOURCE_DOES_NOT_EXIST', /m-none/);
    }
    await client.done('runs/delete', { run_id: linked });
    for (const [call, fields] of [
      ['runs/log-inputs', { datasets: [] }],
      ['runs/outputs', { models: [] }],
      ['runs/log-model', { model_json: '{"flavors": {}}' }],
    ] as const) {
      const late = await client.post(call, { run_id: linked, ...fields });
      assertRefused(late, 'INVALID_PARAMETER_VALUE', /must be in the 'active' state/);
    }
  });

  it('takes descriptions of datasets to their limits and no further', async () => {
    const long = dataset('n'.repeat(500), {
      ...{ digest: 'd'.repeat(36), source: 's'.repeat(65_535), schema: 'c'.repeat(1_048_575) },
      profile: 'p'.repeat(16_777_215),
    });
    const limited = await client.createRun();
    await client.done('runs/log-inputs', { run_id: limited, datasets: [{ dataset: long }] });
    assert.deepEqual((await client.run(limited)).inputs.dataset_inputs, [{ dataset: long }]);
    const tag = (key: string, value: string) => ({ tags: [{ key, value }], dataset: dataset('t') });
    const few = Array.from({ length: 1000 }, (_, index) => ({ dataset: dataset(`d${index}`) }));
    await client.done('runs/log-inputs', {
      run_id: limited,
      datasets: [...few.slice(1), tag('k'.repeat(255), 'v'.repeat(500))],
    });
    const wrong: readonly object[] = [
      ...['name', 'digest', 'source', 'schema', 'profile'].map((field) => {
        const value = (long as unknown as Readonly<Record<string, string>>)[field];
        return { dataset: { ...dataset('x'), [field]: `${value}x` } };
      }),
      ...[tag('k'.repeat(256), ''), tag('k', 'v'.repeat(501)), { dataset: { name: 'x' } }, {}],
    ];
    for (const input of wrong) {
      const answer = await client.post('runs/log-inputs', { run_id: limited, datasets: [input] });
      assertRefused(answer, 'INVALID_PARAMETER_VALUE', /dataset|tags/);
    }
    const many = await client.post('runs/log-inputs', { run_id: limited, datasets: [...few, few[0]] });
    assertRefused(many, 'INVALID_PARAMETER_VALUE', /datasets/);
    const ids = (count: number) => Array.from({ length: count }, () => '0');
    assert.equal((await client.post('experiments/search-datasets', { experiment_ids: ids(20) })).status, 200);
    for (const experiment_ids of [ids(21), [], undefined]) {
      assertRefused(await client.post('experiments/search-datasets', { experiment_ids }), 'INVALID_PARAMETER_VALUE');
    }
  });

  it('appends to the history of models that older clients read', async () => {
    const old = await client.createRun();
    for (const flavor of ['one', 'two']) {
      await client.done('runs/log-model', { run_id: old, model_json: JSON.stringify({ flavors: { [flavor]: {} } }) });
    }
    const tag = (await client.run(old)).data.tags?.find(({ key }) => key === 'mlflow.log-model.history');
    assert.equal(tag?.value, '[{"flavors":{"one":{}}},{"flavors":{"two":{}}}]');
    for (const model_json of ['{', '[]', '5', '{}', '']) {
      assertRefused(
        await client.post('runs/log-model', { run_id: old, model_json }),
        'INVALID_PARAMETER_VALUE',
        /model_json/,
      );
    }
    const long = JSON.stringify({ flavors: { long: 'x'.repeat(900_000) } });
    await client.done('runs/log-model', { run_id: old, model_json: long });
    assertRefused(
      await client.post('runs/log-model', { run_id: old, model_json: long }),
      'INVALID_PARAMETER_VALUE',
      /1000000/,
    );
  });
});
