/** How mistakes over the wire are told: clients, and MLflow's own tests, read these codes and words. */
import assert from 'node:assert/strict';
import { assertRefused, MlflowClient } from '../../harness/mlflowClient.ts';
import { startTracking, type TrackingServer } from '../../harness/tracking.ts';

describe('mistakes over the MLflow wire', () => {
  let server: TrackingServer;
  let client: MlflowClient;
  before(async () => {
    server = await startTracking();
    client = new MlflowClient(server);
  });
  after(() => server[Symbol.asyncDispose]());

  const mistakes: readonly (readonly [string, object, RegExp])[] = [
    ['runs/log-metric', { key: 'a', value: 1 }, /Missing value for required parameter 'timestamp'/],
    ['runs/log-metric', { key: 'a', value: true, timestamp: 1 }, /Invalid value true for parameter 'value' supplied/],
    ['runs/log-metric', { key: 'a', value: 'x', timestamp: 1 }, /Invalid value "x" for parameter 'value' supplied/],
    ['runs/log-metric', { key: '', value: 1, timestamp: 1 }, /Missing value for required parameter 'key'/],
    [
      'runs/log-metric',
      { key: 'a'.repeat(251), value: 1, timestamp: 1 },
      /'key' exceeds the maximum length of 250 characters/,
    ],
    ['runs/set-tag', { key: 'a', value: 'x'.repeat(8001) }, /'value' exceeds the maximum length of 8000 characters/],
    ['runs/set-tag', { key: '../a', value: '' }, /Invalid value "..\/a" for parameter 'key' supplied/],
    ['runs/set-tag', { key: 'a//b', value: '' }, /normalised/],
    ['runs/set-tag', { key: 'a\n', value: '' }, /Names may hold/],
    [
      'runs/log-batch',
      {
        metrics: [
          { key: 'a', value: 1, timestamp: 1 },
          { key: 5, value: 1, timestamp: 1 },
        ],
      },
      /Invalid value 5 for parameter 'metrics\[1\].key' supplied/,
    ],
    ['runs/log-batch', { params: [{ value: 'x' }] }, /Missing value for required parameter 'params\[0\].key'/],
    ['runs/log-batch', { metrics: 5 }, /Invalid value 5 for parameter 'metrics' supplied/],
    [
      'runs/log-batch',
      {
        params: [
          { key: 'a', value: '1' },
          { key: 'a', value: '1' },
        ],
      },
      /Duplicate parameter keys have been submitted/,
    ],
    [
      'runs/log-batch',
      { metrics: Array(1001).fill({ key: 'a', value: 1, timestamp: 1 }) },
      /can contain at most 1000 metrics/,
    ],
    [
      'runs/log-batch',
      { params: Array.from({ length: 101 }, (_, i) => ({ key: `p${i}`, value: '' })) },
      /can contain at most 100 params/,
    ],
    ['runs/log-batch', { tags: Array(101).fill({ key: 'a', value: '1' }) }, /can contain at most 100 tags/],
    [
      'runs/log-batch',
      {
        metrics: Array(950).fill({ key: 'a', value: 1, timestamp: 1 }),
        tags: Array(51).fill({ key: 'a', value: '1' }),
      },
      /can contain at most 1000 metrics, params, and tags/,
    ],
    ['runs/update', { status: 'DONE' }, /Invalid value "DONE" for parameter 'status' supplied/],
    ['runs/update', { run_name: 'x'.repeat(201) }, /exceeds the maximum length/],
  ];
  for (const [call, fields, message] of mistakes) {
    it(`tells of ${call} with ${JSON.stringify(fields).slice(0, 60)}`, async () => {
      const id = await client.createRun();
      const answer = await client.post(call, { run_id: id, ...fields });
      assert.equal(answer.status, 400);
      assertRefused(answer, 'INVALID_PARAMETER_VALUE', message);
    });
  }

  it('says what does not exist', async () => {
    const id = '0'.repeat(32);
    const missing = [await client.get('runs/get', { run_id: id }), await client.post('runs/log-batch', { run_id: id })];
    for (const answer of missing) {
      assert.equal(answer.status, 404);
      assertRefused(answer, 'RESOURCE_DOES_NOT_EXIST', new RegExp(`Run with id=${id} not found`));
    }
    assertRefused(
      await client.post('runs/create', { experiment_id: '999' }),
      'RESOURCE_DOES_NOT_EXIST',
      /No Experiment with id=999/,
    );
    assertRefused(
      await client.get('runs/get'),
      'INVALID_PARAMETER_VALUE',
      /Missing value for required parameter 'run_id'/,
    );
    assertRefused(await client.get('runs/get', { run_id: '../x' }), 'INVALID_PARAMETER_VALUE', /run_id/);
    const unknown = await client.post('scorers/register', { experiment_id: '0' });
    assert.equal(unknown.status, 404);
    assertRefused(unknown, 'ENDPOINT_NOT_FOUND');
  });

  it('wants JSON of a bounded size', async () => {
    const id = await client.createRun();
    const batch = JSON.stringify({ run_id: id });
    assertRefused(await client.send('runs/log-batch', batch, 'text/plain'), 'BAD_REQUEST', /Content-Type/);
    assertRefused(await client.send('runs/log-batch', batch, 'application/x-www-form-urlencoded'), 'BAD_REQUEST');
    for (const body of ['{', '[]', '"x"', 'null', '{"run_id": NaN}', `${'['.repeat(100_000)}`]) {
      const answer = await client.send('runs/log-batch', body);
      assert.equal(answer.status, 400);
      assertRefused(answer, 'BAD_REQUEST', /not a JSON object/);
    }
    const long = JSON.stringify({ run_id: id, padding: 'x'.repeat(1_000_000) });
    assertRefused(await client.send('runs/log-batch', long), 'INVALID_PARAMETER_VALUE', /at most 1000000 bytes/);
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(32)) });
    const streamed = { method: 'POST', body: endless, duplex: 'half', headers: { 'content-type': 'application/json' } };
    const refused = await client.request('/api/2.0/mlflow/runs/log-batch', streamed as RequestInit).catch(() => null);
    assert.ok(refused === null || refused.status === 400, 'told, or cut off, but not read to the end');
  });

  it('takes names of prototypes for names', async () => {
    const id = await client.createRun();
    const body = `{"run_id": "${id}", "__proto__": {"polluted": 1}, "params": [{"key": "__proto__", "value": "x"}]}`;
    assert.equal((await client.send('runs/log-batch', body)).status, 200);
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
    assert.deepEqual((await client.run(id)).data.params, [{ key: '__proto__', value: 'x' }]);
  });

  it('tells an unexpected error by an incident alone', async () => {
    const id = await client.createRun();
    const { tracking } = server;
    const run = tracking.run;
    tracking.run = () => Promise.reject(new Error('secret detail'));
    const answer = await client.get('runs/get', { run_id: id });
    tracking.run = run;
    assert.equal(answer.status, 500);
    assertRefused(answer, 'INTERNAL_ERROR', /^Something went wrong on the server \(incident [0-9a-f-]{36}\)$/);
    assert.equal(server.log.lines.filter(({ level }) => level === 'error').length, 1);
  });
});
