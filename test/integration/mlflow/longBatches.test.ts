/** Long batches are read on a thread: what is stored and what is refused must not depend on where a batch was read. */
import assert from 'node:assert/strict';
import { eventually } from '../../harness/eventually.ts';
import { type MlflowClient as Client, MlflowClient } from '../../harness/mlflowClient.ts';
import { startTracking, type TrackingServer } from '../../harness/tracking.ts';

type Wire = {
  readonly key: string;
  readonly value: number | string;
  readonly step: number;
  readonly timestamp: number;
};

/** Three metrics in turn, steps backwards, some of them special, and the first point twice. */
function longBatch(): readonly Wire[] {
  const special = ['NaN', 'Infinity', '-Infinity'];
  const points = Array.from({ length: 600 }, (_, index): Wire => {
    const value = special[index] ?? index / 7;
    return { key: `m${index % 3}`, value, step: 1000 - index, timestamp: 5 + index };
  });
  return [...points, points[0] as Wire];
}

describe('long batches', () => {
  let server: TrackingServer;
  let client: Client;
  before(async () => {
    server = await startTracking();
    client = new MlflowClient(server);
  });
  after(() => server[Symbol.asyncDispose]());

  const historyOf = async (run_id: string) => {
    const curves = [];
    for (const metric_key of ['m0', 'm1', 'm2']) {
      curves.push((await client.get('metrics/get-history', { run_id, metric_key })).body.metrics);
    }
    return curves;
  };

  it('store the same whether the thread or the server read them', async () => {
    const [here, there] = [await client.createRun(), await client.createRun()];
    const rest = { metrics: longBatch(), params: [{ key: 'p', value: 'x' }], tags: [{ key: 't', value: 'y' }] };
    // The very first comes before there is a thread.
    await client.done('runs/log-batch', { run_id: here, ...rest });
    const body = Buffer.from(JSON.stringify({ run_id: there, ...rest }));
    await eventually(async () => (await server.batches.read(body)) !== null, 'a batch was read on the thread');
    await client.done('runs/log-batch', { run_id: there, ...rest });
    const curves = await historyOf(there);
    assert.deepEqual(
      curves.map((curve) => curve?.length),
      [200, 200, 200],
    );
    assert.deepEqual(curves, await historyOf(here));
    const { run } = (await client.get('runs/get', { run_id: there })).body;
    assert.deepEqual(run?.data.params, [{ key: 'p', value: 'x' }]);
  });

  it('are refused in the same words', async () => {
    const run_id = await client.createRun();
    const metrics = longBatch();
    const bad = [...metrics, { key: 'a/../b', value: 1, step: 0, timestamp: 0 }];
    const refused = await client.post('runs/log-batch', { run_id, metrics: bad });
    assert.equal(refused.status, 400);
    assert.match(refused.body.message ?? '', /metrics\[601\]\.key/);
    const cut = JSON.stringify({ run_id, metrics }).slice(0, -9);
    assert.equal((await client.send('runs/log-batch', cut)).status, 400);
    assert.equal((await client.post('runs/log-batch', { run_id: 'nobody', metrics })).status, 404);
    assert.deepEqual(await historyOf(run_id), [undefined, undefined, undefined]);
  });

  it('go on when the thread is gone', async () => {
    const run_id = await client.createRun();
    await server.batches.close();
    await client.done('runs/log-batch', { run_id, metrics: longBatch() });
    assert.equal((await historyOf(run_id))[0]?.length, 200);
  });
});
