/** Events and output over a line that breaks again and again: nothing is lost, nothing comes twice. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '../../../client/connection/connection.ts';
import { followEvents, followLogs } from '../../../client/connection/follow.ts';
import { prepareLaunch } from '../../../client/snapshot/prepareLaunch.ts';
import { openClient, type TestClient } from '../../harness/client.ts';
import { type CuttingProxy, cuttingProxy } from '../../harness/cuttingProxy.ts';
import { startServer, type TestServer } from '../../harness/server.ts';

const lines = 100_000;

/** A fixed sequence that looks random, so that a failure comes again. */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

async function launch(api: TestClient, server: TestServer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flywheel-resume-'));
  try {
    await writeFile(join(folder, 'job.sh'), `i=0; while [ $i -lt ${lines} ]; do echo "line $i é"; i=$((i+1)); done\n`);
    await api.projects.create({ id: 'resume' });
    const code = await prepareLaunch({ folder, projectId: 'resume', url: server.url, token: server.token });
    const input = { projectId: 'resume', command: 'sh job.sh', environmentId: 'system', tierId: 'small', code };
    return (await api.runs.launch(input)).id;
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('streams over a line that breaks', function () {
  this.timeout(120_000);
  let server: TestServer;
  let proxy: CuttingProxy;
  let connection: Connection;
  before(async () => {
    server = await startServer();
    const random = pseudoRandom(7);
    proxy = await cuttingProxy(server.port, () => 100_000 + Math.floor(random() * 150_000));
    connection = new Connection({ client: { name: 'resume', version: '1' }, random: () => 0 });
    connection.connect({ url: proxy.url, token: server.token });
  });
  after(async () => {
    connection.stop();
    await proxy[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it('give the whole output once', async () => {
    await using direct = await openClient(server);
    const runId = await launch(direct.api, server);
    let text = '';
    let next = 0;
    for await (const chunk of followLogs(connection, { runId, signal: AbortSignal.timeout(100_000) })) {
      assert.equal(chunk.offset, next, 'a piece is missing or came twice');
      if (chunk.kind === 'end') break;
      next = chunk.offset + chunk.bytes;
      if (chunk.kind === 'text') text += chunk.text;
      if (proxy.cuts() > 12) proxy.spare();
    }
    assert.equal(text, Array.from({ length: lines }, (_, index) => `line ${index} é\n`).join(''));
    assert.ok(proxy.cuts() >= 3, `the line broke only ${proxy.cuts()} times`);
  });

  it('give every event once and in order', async () => {
    await using direct = await openClient(server);
    const end = new AbortController();
    const from = (await direct.api.session.hello({ client: { name: 'test', version: '1' }, protocol: 1 })).clock;
    const seen: number[] = [];
    const wanted = 60;
    const reading = (async () => {
      for await (const message of followEvents(connection, { after: from, signal: end.signal })) {
        if (message.kind === 'event') seen.push(message.event.clock);
        if (seen.length >= wanted) return;
      }
    })();
    for (let index = 0; index < wanted; index += 1) {
      await direct.api.projects.update({ projectId: 'resume', name: `Name ${index}` });
      // A new line for the follower, in the middle of the events.
      if (index % 10 === 5) connection.session?.end({ kind: 'lost', detail: 'cut by the test' });
    }
    await reading;
    end.abort();
    const listed = await direct.api.events.list({ projectId: 'resume', limit: wanted });
    assert.deepEqual(seen.slice(0, wanted), listed.map(({ clock }) => clock).reverse());
  });
});
