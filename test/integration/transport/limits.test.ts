/** Bounds on what one address or one connection may hold, and time limits on what never comes. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { openClient } from '../../harness/client.ts';
import { reasonOf, startEntrance } from '../../harness/entrance.ts';
import { rawClient } from '../../harness/rawSocket.ts';

const idle = async function* (_input: unknown, { signal }: { readonly signal: AbortSignal }) {
  yield { kind: 'ready', clock: 0 } as const;
  await once(signal, 'abort');
};

async function refusalOf(promise: Promise<unknown>): Promise<string | undefined> {
  return promise.then(
    () => 'nothing',
    (error: unknown) => reasonOf(error),
  );
}

describe('limits', () => {
  it('bound the streams of a connection, and give a place back when one ends', async () => {
    await using server = await startEntrance(
      { events: { subscribe: idle } },
      { limits: { rpc: { streamsPerSocket: 2 } } },
    );
    await using client = await openClient(server);
    const first = await client.api.events.subscribe({});
    await client.api.events.subscribe({});
    assert.equal(await refusalOf(client.api.events.subscribe({})), 'too-many-streams');
    await first.return?.();
    const deadline = Date.now() + 3000;
    while ((await refusalOf(client.api.events.subscribe({}))) !== 'nothing') assert.ok(Date.now() < deadline);
  });

  it('bound the calls of a connection that run at once', async () => {
    const gate = Promise.withResolvers<never[]>();
    const services = { session: { listUsers: () => gate.promise } };
    await using server = await startEntrance(services, { limits: { rpc: { callsPerSocket: 3 } } });
    await using client = await openClient(server);
    const running = [1, 2, 3].map(() => client.api.session.listUsers());
    assert.equal(await refusalOf(client.api.session.listUsers()), 'rate-limited');
    gate.resolve([]);
    await Promise.all(running);
    assert.deepEqual(await client.api.session.listUsers(), []);
  });

  it('bound the sockets of an address', async () => {
    await using server = await startEntrance({}, { limits: { rpc: { socketsPerAddress: 2 } } });
    await using one = await openClient(server);
    await using _two = await openClient(server);
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/rpc`, { headers: { authorization: 'Bearer right' } });
    socket.on('error', () => undefined);
    const [, response] = await once(socket, 'unexpected-response');
    assert.equal(response.statusCode, 429);
    socket.terminate();
    await one.close();
    await using _three = await openClient(server);
  });

  it('end a peer that answers no ping', async () => {
    await using server = await startEntrance({}, { limits: { rpc: { pingMs: 50 } } });
    const deaf = new WebSocket(`ws://127.0.0.1:${server.port}/rpc`, {
      headers: { authorization: 'Bearer right' },
      autoPong: false,
    });
    await once(deaf, 'open');
    await once(deaf, 'close');
    await using hearing = await openClient(server);
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(hearing.socket.readyState, hearing.socket.OPEN);
  });

  it('serve new clients beside two thousand connections that say nothing', async function () {
    this.timeout(60_000);
    await using server = await startEntrance({ session: { listUsers: async () => [] } });
    const silent = await Promise.all(Array.from({ length: 2000 }, () => rawClient(server.port)));
    try {
      await using client = await openClient(server);
      assert.deepEqual(await client.api.session.listUsers(), []);
      const kept = () => silent.filter(({ socket }) => !socket.closed).length;
      const deadline = Date.now() + 20_000;
      while (kept() > 1100) {
        assert.ok(Date.now() < deadline, `${kept()} silent connections are kept`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    } finally {
      for (const client of silent) client[Symbol.dispose]();
    }
  });

  it('end headers that come drop by drop', async function () {
    this.timeout(30_000);
    await using server = await startEntrance({});
    using client = await rawClient(server.port);
    client.socket.write('GET /sign-in HTTP/1.1\r\nHost: localhost\r\n');
    const drops = setInterval(() => client.socket.write('X-Drop: 1\r\n'), 500);
    const received = (await client.closed(20_000)).toString();
    clearInterval(drops);
    assert.match(received, /^HTTP\/1\.1 408/);
  });
});

describe('shutdown', () => {
  it('tells sessions 1001, ends streams, and lets a running request finish', async () => {
    const gate = Promise.withResolvers<never[]>();
    const server = await startEntrance({ events: { subscribe: idle }, session: { listUsers: () => gate.promise } });
    const client = await openClient(server);
    await client.api.events.subscribe({});
    const closed = once(client.socket, 'close');
    const rest = fetch(`${server.url}/api/session/users`, { headers: { authorization: 'Bearer right' } });
    const stream = await fetch(`${server.url}/api/events`, { headers: { authorization: 'Bearer right' } });
    const stopped = server.stop(5000);
    const again = server.stop(5000);
    const [code] = await closed;
    assert.equal(code, 1001);
    await stream.text();
    gate.resolve([]);
    assert.equal((await rest).status, 200);
    await Promise.all([stopped, again]);
    await assert.rejects(fetch(server.url));
  });

  it('does not wait longer than the deadline', async () => {
    const server = await startEntrance({ session: { listUsers: () => new Promise(() => undefined) } });
    const hung = fetch(`${server.url}/api/session/users`, { headers: { authorization: 'Bearer right' } });
    hung.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const from = performance.now();
    await server.stop(400);
    assert.ok(performance.now() - from < 2500);
    await assert.rejects(hung);
  });
});
