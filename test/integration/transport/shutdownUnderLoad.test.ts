/** SIGTERM in the middle of work: what was acknowledged is there, everybody is told, and it ends in time. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { openClient } from '../../harness/client.ts';
import { dataFolder, spawnServer, startServer } from '../../harness/server.ts';

describe('SIGTERM under load', function () {
  this.timeout(60_000);

  it('loses nothing that was acknowledged', async () => {
    await using folder = await dataFolder();
    const server = await spawnServer({ data: folder.path });
    const headers = { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' };
    const post = (path: string, body: unknown) =>
      fetch(`${server.url}/api/2.0/mlflow/runs/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    const { run } = (await (await post('create', { experiment_id: '0' })).json()) as {
      run: { info: { run_id: string } };
    };
    const runId = run.info.run_id;
    const client = await openClient(server);
    await client.api.events.subscribe({});
    const closed = once(client.socket, 'close');

    const acknowledged = new Map<string, number>();
    let isOver = false;
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let step = 0; !isOver; step += 1) {
        const metrics = [{ key: `writer-${writer}`, value: step, step, timestamp: step }];
        const answer = await post('log-batch', { run_id: runId, metrics }).catch(() => null);
        if (answer?.ok !== true) return;
        acknowledged.set(`writer-${writer}`, step);
      }
    });
    while (Math.min(...acknowledged.values()) < 20 || acknowledged.size < 8)
      await new Promise((resolve) => setTimeout(resolve, 10));
    const from = performance.now();
    const exitCode = await server.signal('SIGTERM');
    isOver = true;
    await Promise.all(writers);
    assert.equal(exitCode, 0, server.stderr());
    assert.ok(performance.now() - from < 11_000, 'it took longer than the drain');
    const [code] = await closed;
    assert.equal(code, 1001);

    await using again = await startServer({ data: folder.path });
    await using reader = await openClient(again);
    const { metrics } = await reader.api.runs.get({ runId });
    for (const [key, last] of acknowledged) {
      const kept = metrics.find((metric) => metric.key === key);
      assert.ok(
        Number(kept?.latest) >= last && (kept?.count ?? 0) > last,
        `${key}: ${last} acknowledged, ${kept?.latest} kept`,
      );
    }
  });

  it('ends at once on a second signal', async () => {
    await using folder = await dataFolder();
    const server = await spawnServer({ data: folder.path });
    const hanging = fetch(`${server.url}/api/projects`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
      // A body that never ends keeps the drain waiting.
      body: new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{')) }),
      duplex: 'half',
    } as RequestInit);
    hanging.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const ended = server.signal('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(server.child.exitCode, null, 'it did not wait for the request');
    const from = performance.now();
    server.child.kill('SIGINT');
    assert.equal(await ended, 130);
    assert.ok(performance.now() - from < 2000);
  });
});
