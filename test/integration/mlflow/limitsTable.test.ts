/** Every limit that MLflow states: what reaches it is taken, one more is refused and changes nothing. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { assertRefused, MlflowClient } from '../../harness/mlflowClient.ts';
import { startTracking, type TrackingServer } from '../../harness/tracking.ts';

type Fields = Readonly<Record<string, unknown>>;
type Limit = {
  readonly what: string;
  readonly call: string;
  readonly most: number;
  /** The fields of a call that reaches `size`. */
  readonly fields: (size: number) => Fields;
};

const x = (size: number) => 'x'.repeat(size);
const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));
const pair = (index: number) => ({ key: `k${index}`, value: 'v' });
const point = (index: number) => ({ key: 'm', value: index, timestamp: 1, step: index });

const runCalls: readonly Limit[] = [
  { what: 'metrics of a batch', call: 'log-batch', most: 1000, fields: (n) => ({ metrics: times(n, point) }) },
  { what: 'parameters of a batch', call: 'log-batch', most: 100, fields: (n) => ({ params: times(n, pair) }) },
  { what: 'tags of a batch', call: 'log-batch', most: 100, fields: (n) => ({ tags: times(n, pair) }) },
  {
    what: 'entities of a batch',
    call: 'log-batch',
    most: 1000,
    fields: (n) => ({ metrics: times(n - 150, point), params: times(75, pair), tags: times(75, pair) }),
  },
  { what: 'key of a metric', call: 'log-metric', most: 250, fields: (n) => ({ ...point(1), key: x(n) }) },
  { what: 'key of a parameter', call: 'log-parameter', most: 250, fields: (n) => ({ key: x(n), value: 'v' }) },
  { what: 'key of a tag', call: 'set-tag', most: 250, fields: (n) => ({ key: x(n), value: 'v' }) },
  { what: 'value of a tag', call: 'set-tag', most: 8000, fields: (n) => ({ key: 'long', value: x(n) }) },
  { what: 'name of a dataset', call: 'log-inputs', most: 500, fields: (n) => inputs({ name: x(n) }) },
  { what: 'digest of a dataset', call: 'log-inputs', most: 36, fields: (n) => inputs({ digest: x(n) }) },
  { what: 'source of a dataset', call: 'log-inputs', most: 65_535, fields: (n) => inputs({ source: x(n) }) },
  { what: 'schema of a dataset', call: 'log-inputs', most: 1_048_575, fields: (n) => inputs({ schema: x(n) }) },
  { what: 'profile of a dataset', call: 'log-inputs', most: 16_777_215, fields: (n) => inputs({ profile: x(n) }) },
  { what: 'key of an input tag', call: 'log-inputs', most: 255, fields: (n) => inputs({}, { key: x(n), value: 'v' }) },
  {
    what: 'value of an input tag',
    call: 'log-inputs',
    most: 500,
    fields: (n) => inputs({}, { key: 'k', value: x(n) }),
  },
  {
    what: 'datasets of a call',
    call: 'log-inputs',
    most: 1000,
    fields: (n) => ({ datasets: times(n, (index) => ({ dataset: { name: `many ${index}`, digest: 'd' } })) }),
  },
];
const ofRuns = runCalls.map((limit) => ({ ...limit, call: `runs/${limit.call}` }));

function inputs(dataset: Fields, tag?: Fields): Fields {
  return { datasets: [{ dataset: { name: 'd', digest: 'd', ...dataset }, ...(tag && { tags: [tag] }) }] };
}

const searches: readonly Limit[] = [
  {
    what: 'page of runs',
    call: 'runs/search',
    most: 50_000,
    fields: (n) => ({ experiment_ids: ['0'], max_results: n }),
  },
  { what: 'page of experiments', call: 'experiments/search', most: 50_000, fields: (n) => ({ max_results: n }) },
  {
    what: 'page of logged models',
    call: 'logged-models/search',
    most: 1000,
    fields: (n) => ({ experiment_ids: ['0'], max_results: n }),
  },
  {
    what: 'experiments whose datasets are searched',
    call: 'experiments/search-datasets',
    most: 20,
    fields: (n) => ({ experiment_ids: times(n, () => '0') }),
  },
];

const names: readonly Limit[] = [
  { what: 'name of an experiment', call: 'experiments/create', most: 500, fields: (n) => ({ name: padded(n) }) },
  {
    what: 'name of a registered model',
    call: 'registered-models/create',
    most: 256,
    fields: (n) => ({ name: padded(n) }),
  },
];

/** New each time, and of this length. */
function padded(size: number): string {
  return randomUUID().padEnd(size, 'x');
}

const experimentTags: readonly Limit[] = [
  {
    what: 'key of an experiment tag',
    call: 'set-experiment-tag',
    most: 250,
    fields: (n) => ({ key: x(n), value: 'v' }),
  },
  {
    what: 'value of an experiment tag',
    call: 'set-experiment-tag',
    most: 5000,
    fields: (n) => ({ key: 'k', value: x(n) }),
  },
];
const ofExperiment = experimentTags.map((limit) => ({
  ...limit,
  call: `experiments/${limit.call}`,
  fields: (size: number) => ({ experiment_id: '0', ...limit.fields(size) }),
}));

const modelTags: readonly Limit[] = [
  { what: 'key of a model tag', call: 'set-tag', most: 250, fields: (n) => ({ key: x(n), value: 'v' }) },
  { what: 'value of a model tag', call: 'set-tag', most: 100_000, fields: (n) => ({ key: 'k', value: x(n) }) },
];
const ofModel = modelTags.map((limit) => ({
  ...limit,
  call: `registered-models/${limit.call}`,
  fields: (size: number) => ({ name: 'bounded', ...limit.fields(size) }),
}));

describe('limits of the MLflow wire', function () {
  this.timeout(60_000);
  let server: TrackingServer;
  let client: MlflowClient;
  before(async () => {
    server = await startTracking();
    client = new MlflowClient(server);
    await client.done('registered-models/create', { name: 'bounded' });
    const { run_id } = { run_id: await client.createRun() };
    await client.done('model-versions/create', {
      name: 'bounded',
      source: `mlflow-artifacts:/0/${run_id}/artifacts/m`,
      run_id,
    });
  });
  after(() => server[Symbol.asyncDispose]());

  for (const { what, call, most, fields } of [...ofRuns, ...searches, ...names, ...ofExperiment, ...ofModel]) {
    it(`takes ${most} as ${what}, and not ${most + 1}`, async () => {
      const runId = call.startsWith('runs/') && call !== 'runs/search' ? await client.createRun() : null;
      const place = runId === null ? {} : { run_id: runId };
      assertRefused(await client.post(call, { ...place, ...fields(most + 1) }), 'INVALID_PARAMETER_VALUE');
      if (runId !== null) assert.equal((await client.run(runId)).data.metrics, undefined);
      await client.done(call, { ...place, ...fields(most) });
    });
  }

  it('cuts the value of a parameter after 6000 characters, as MLflow does', async () => {
    const run_id = await client.createRun();
    await client.done('runs/log-parameter', { run_id, key: 'exact', value: x(6000) });
    await client.done('runs/log-parameter', { run_id, key: 'longer', value: x(6001) });
    await client.done('runs/log-batch', { run_id, params: [{ key: 'batch', value: x(7000) }] });
    const { data } = await client.run(run_id);
    assert.deepEqual(data.params?.map(({ key, value }) => [key, value.length]).sort(), [
      ['batch', 6000],
      ['exact', 6000],
      ['longer', 6000],
    ]);
  });

  it('takes an alias of 255 letters, none longer, and none that means a version', async () => {
    const set = (alias: string) =>
      client.call('POST', 'registered-models/alias', { name: 'bounded', alias, version: '1' });
    assert.equal((await set('a'.repeat(255))).status, 200);
    for (const alias of ['a'.repeat(256), 'latest', 'LATEST', 'v1', 'V22', 'a b', 'a.b', 'é', ''])
      assertRefused(await set(alias), 'INVALID_PARAMETER_VALUE');
    assert.equal((await set('v1a')).status, 200);
  });

  it('bounds the pages of the registry', async () => {
    for (const [call, most] of [
      ['registered-models/search', 1000],
      ['model-versions/search', 200_000],
    ] as const) {
      assert.equal((await client.get(call, { max_results: String(most) })).status, 200);
      assertRefused(await client.get(call, { max_results: String(most + 1) }), 'INVALID_PARAMETER_VALUE');
      assertRefused(await client.get(call, { max_results: '0' }), 'INVALID_PARAMETER_VALUE');
    }
  });

  it('bounds the runs and the points of histories', async () => {
    const run_id = await client.createRun();
    await client.done('runs/log-batch', { run_id, metrics: times(1000, point) });
    const bulk = (ids: number) =>
      client.get('metrics/get-history-bulk', { run_id: times(ids, () => run_id), metric_key: 'm' });
    assert.equal((await bulk(100)).status, 200);
    assertRefused(await bulk(101), 'INVALID_PARAMETER_VALUE');
    const interval = (ids: number, most: number) =>
      client.get('metrics/get-history-bulk-interval', {
        run_ids: times(ids, () => run_id),
        metric_key: 'm',
        max_results: String(most),
      });
    assert.equal((await interval(100, 2500)).status, 200);
    for (const [ids, most] of [
      [101, 10],
      [1, 2501],
      [1, 0],
    ] as const)
      assertRefused(await interval(ids, most), 'INVALID_PARAMETER_VALUE');
  });

  it('bounds a search for traces', async () => {
    const search = (max_results: number) =>
      client.call('POST', '3.0/mlflow/traces/search', {
        locations: [{ type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: '0' } }],
        max_results,
      });
    assert.equal((await search(500)).status, 200);
    for (const beyond of [501, 0]) assertRefused(await search(beyond), 'INVALID_PARAMETER_VALUE');
  });

  it('takes a batch of a million bytes, and none that is longer', async () => {
    const run_id = await client.createRun();
    const batch = (bytes: number) => {
      const body = JSON.stringify({ run_id, tags: [{ key: 'k', value: 'v' }] });
      return `${body.slice(0, -1)}${' '.repeat(bytes - body.length)}}`;
    };
    assert.equal((await client.send('runs/log-batch', batch(1_000_000))).status, 200);
    assertRefused(await client.send('runs/log-batch', batch(1_000_001)), 'INVALID_PARAMETER_VALUE');
  });
});
