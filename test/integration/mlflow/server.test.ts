/** The wire as a part of the whole server: one run, seen from both sides. */
import assert from 'node:assert/strict';
import { MlflowClient } from '../../harness/mlflowClient.ts';
import { startServer } from '../../harness/server.ts';

describe('the MLflow wire of the server', () => {
  it('logs a run that the API then shows, also after a restart', async () => {
    await using server = await startServer();
    const client = new MlflowClient(server);
    const run_id = await client.createRun({ run_name: 'from a laptop' });
    await client.done('runs/log-batch', { run_id, metrics: [{ key: 'loss', value: 0.5, timestamp: 1 }] });
    const headers = { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ experimentIds: ['0'], filter: 'metrics.loss < 1' });
    const found = await fetch(`${server.url}/api/experiments/search-runs`, { method: 'POST', headers, body });
    const { rows } = (await found.json()) as {
      readonly rows: readonly { readonly name: string; readonly launched: boolean }[];
    };
    assert.deepEqual(
      rows.map(({ name, launched }) => [name, launched]),
      [['from a laptop', false]],
    );
    assert.equal((await client.request('/health')).status, 200);
    await server.stop();
    await using again = await startServer({ data: server.data });
    assert.equal((await new MlflowClient(again).run(run_id)).data.metrics?.[0]?.value, 0.5);
  });
});
