/** A reader that does not read costs a bounded amount of memory, disturbs nobody, and is told so with 1013. */
import assert from 'node:assert/strict';
import { openClient } from '../../harness/client.ts';
import { startEntrance, type TestEntrance } from '../../harness/entrance.ts';
import { closeCode, frame, rawWebSocket } from '../../harness/rawSocket.ts';

const chunk = 'x'.repeat(64 * 1024);
const megabyte = 1024 * 1024;

/** A log without an end, as fast as it is taken. */
function endlessLog() {
  const seen = { produced: 0, ended: 0 };
  async function* logs() {
    try {
      for (let offset = 0; ; offset += chunk.length) {
        seen.produced += chunk.length;
        yield { kind: 'text', offset, bytes: chunk.length, text: chunk } as const;
        // As a store would: something else gets its turn between two pieces.
        await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      seen.ended += 1;
    }
  }
  return { seen, logs };
}

const askForLogs = (id: string) =>
  frame({ opcode: 1, payload: Buffer.from(`{"i":"${id}","p":{"u":"/runs/logs","b":{"json":{"runId":"r"}}}}`) });

describe('slow consumers', () => {
  let server: TestEntrance;
  const log = endlessLog();
  before(async () => {
    server = await startEntrance(
      { runs: { logs: log.logs }, session: { listUsers: async () => [] } },
      { limits: { rpc: { stalledMs: 1500, lingerMs: 500 } } },
    );
  });
  after(() => server[Symbol.asyncDispose]());

  it('are held back, then closed with 1013, in bounded memory, while others are served', async () => {
    await using other = await openClient(server);
    // What the runtime itself takes for a stream is not what is measured.
    for await (const _ of take(await other.api.runs.logs({ runId: 'r' }), 200)) void _;
    await until(() => log.seen.ended === 1);
    log.seen.produced = 0;
    log.seen.ended = 0;
    using slow = await rawWebSocket(server.port, server.token);
    slow.socket.pause();
    const before = process.memoryUsage().rss;
    for (let stream = 0; stream < 8; stream += 1) slow.socket.write(askForLogs(`s${stream}`));
    const worst = await worstLatency(other.api.session.listUsers, () => log.seen.ended >= 8);
    const grown = (process.memoryUsage().rss - before) / megabyte;
    assert.ok(grown < 20, `memory grew by ${grown} MiB with what was not read`);
    assert.ok(log.seen.produced < 24 * megabyte, `${log.seen.produced} bytes were produced for nobody`);
    assert.ok(worst < 250, `another client waited ${worst} ms`);
    slow.socket.resume();
    assert.equal(closeCode(await slow.closed()), 1013);
  });

  it('get everything when they are only slow', async () => {
    const { logs } = endlessLog();
    await using server = await startEntrance(
      { runs: { logs: () => take(logs(), 200) } },
      { limits: { rpc: { pauseAtBytes: 128 * 1024, closeAtBytes: 256 * 1024 } } },
    );
    await using client = await openClient(server);
    let bytes = 0;
    for await (const piece of await client.api.runs.logs({ runId: 'r' })) {
      if (piece.kind === 'text') bytes += piece.bytes;
      if (bytes % (50 * chunk.length) === 0) await new Promise((resolve) => setTimeout(resolve, 30));
    }
    assert.equal(bytes, 200 * chunk.length);
  });

  it('free what they started when they go', async () => {
    const endless = endlessLog();
    await using server = await startEntrance({ runs: { logs: endless.logs } });
    const client = await openClient(server);
    const stream = await client.api.runs.logs({ runId: 'r' });
    await stream.next();
    client.socket.terminate();
    await until(() => endless.seen.ended === 1);
  });
});

async function* take<T>(source: AsyncIterable<T>, count: number) {
  let left = count;
  for await (const item of source) {
    yield item;
    left -= 1;
    if (left === 0) return;
  }
}

async function worstLatency(call: () => Promise<unknown>, isOver: () => boolean): Promise<number> {
  let worst = 0;
  const deadline = Date.now() + 10_000;
  while (!isOver()) {
    assert.ok(Date.now() < deadline, 'the slow reader was not closed');
    const from = performance.now();
    await call();
    worst = Math.max(worst, performance.now() - from);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return worst;
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!condition()) {
    assert.ok(Date.now() < deadline, 'it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
