import assert from 'node:assert/strict';
import { Connection, type ConnectionOptions } from '../../../client/connection/connection.ts';
import type { ConnectionStatus } from '../../../client/connection/connectionState.ts';
import { followEvents, followLogs } from '../../../client/connection/follow.ts';
import { startServer } from '../../harness/server.ts';
import { CutLine } from './cutLine.ts';

type Open = Disposable & { readonly connection: Connection };

function open(options: Partial<ConnectionOptions> = {}): Open {
  const connection = new Connection({ client: { name: 'test', version: '1' }, random: () => 0, ...options });
  return { connection, [Symbol.dispose]: () => connection.stop() };
}

function until(connection: Connection, kind: ConnectionStatus['kind']): Promise<ConnectionStatus> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`not ${kind} but ${JSON.stringify(connection.status)}`)), 15_000);
    const check = (status: ConnectionStatus) => {
      if (status.kind !== kind) return;
      clearTimeout(late);
      forget();
      resolve(status);
    };
    const forget = connection.onStatus(check);
    check(connection.status);
  });
}

describe('Connection', () => {
  it('greets, calls, and comes back by itself after the line was cut', async () => {
    await using server = await startServer();
    await using line = await CutLine.to(server.port);
    using it = open();
    it.connection.connect({ url: line.url, token: server.token });
    const hello = await it.connection.ready();
    assert.equal(hello.user.admin, true);
    line.hold();
    await until(it.connection, 'waiting');
    await assert.rejects(it.connection.client.projects.list({}), { reason: 'offline', retryable: true });
    line.release();
    await it.connection.ready();
    assert.ok(Array.isArray(await it.connection.client.projects.list({})));
  });

  it('fails calls that are under way when the line breaks, as retryable', async () => {
    await using server = await startServer();
    await using line = await CutLine.to(server.port);
    using it = open();
    it.connection.connect({ url: line.url, token: server.token });
    await it.connection.ready();
    line.freeze();
    const call = it.connection.client.projects.list({});
    setImmediate(() => line.cut());
    await assert.rejects(call, { reason: 'offline', retryable: true });
  });

  it('takes a refused token as final until it is asked again, and shows it once', async () => {
    await using server = await startServer();
    await using line = await CutLine.to(server.port);
    using it = open();
    it.connection.connect({ url: line.url, token: 'fw_wrong' });
    const status = await until(it.connection, 'refused');
    assert.equal(status.kind === 'refused' && status.error.reason, 'token-unknown');
    await assert.rejects(it.connection.ready(), { reason: 'token-unknown' });
    await assert.rejects(it.connection.client.projects.list({}), { reason: 'token-unknown' });
    assert.equal(line.connections, 1);
    it.connection.retryNow();
    assert.equal(it.connection.status.kind, 'refused');
    it.connection.connect({ url: line.url, token: server.token });
    await it.connection.ready();
  });

  it('notices a line that died without a word', async () => {
    await using server = await startServer();
    await using line = await CutLine.to(server.port);
    using it = open({ quietMs: 100, answerMs: 300 });
    it.connection.connect({ url: line.url, token: server.token });
    await it.connection.ready();
    line.freeze();
    const lost = await until(it.connection, 'waiting');
    assert.match(lost.kind === 'waiting' ? lost.detail : '', /does not answer|broke/);
    await it.connection.ready();
  });

  it('stays ready over a quiet line', async () => {
    await using server = await startServer();
    using it = open({ quietMs: 30, answerMs: 5_000 });
    const seen: string[] = [];
    it.connection.onStatus(({ kind }) => seen.push(kind));
    it.connection.connect({ url: server.url, token: server.token });
    await it.connection.ready();
    for (let turn = 0; turn < 20; turn += 1) await it.connection.client.projects.list({});
    assert.deepEqual(seen, ['connecting', 'ready']);
  });

  it('says what answers when it is no Flywheel server, and gives up on it', async () => {
    const { createServer } = await import('node:http');
    const other = createServer((_request, response) => response.writeHead(404).end()).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    using it = open();
    const { port } = other.address() as { port: number };
    it.connection.connect({ url: `http://127.0.0.1:${port}`, token: 'x' });
    const status = await until(it.connection, 'refused');
    assert.match(status.kind === 'refused' ? status.error.message : '', /no Flywheel server/);
    other.close();
  });

  it('stops waiting when it is stopped or the wait is cancelled', async () => {
    using it = open();
    it.connection.connect({ url: 'http://127.0.0.1:1', token: 'x' });
    const cancelled = new AbortController();
    const waiting = it.connection.ready(cancelled.signal);
    cancelled.abort();
    await assert.rejects(waiting, { reason: 'cancelled' });
    const other = it.connection.ready();
    it.connection.stop();
    await assert.rejects(other, { reason: 'cancelled' });
  });
});

/** Cuts the line, and waits until somebody is there again. */
async function reconnected(line: CutLine): Promise<void> {
  const before = line.connections;
  line.cut();
  while (line.connections === before) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('followEvents', () => {
  it('loses and doubles nothing over cuts', async () => {
    await using server = await startServer();
    await using line = await CutLine.to(server.port);
    using reader = open();
    using writer = open();
    reader.connection.connect({ url: line.url, token: server.token });
    writer.connection.connect({ url: server.url, token: server.token });
    await writer.connection.ready();
    const ended = new AbortController();
    const seen: number[] = [];
    const projects: string[] = [];
    let greeted: () => void = () => {};
    const first = new Promise<void>((resolve) => {
      greeted = resolve;
    });
    const reading = (async () => {
      for await (const message of followEvents(reader.connection, { signal: ended.signal })) {
        if (message.kind === 'ready') greeted();
        if (message.kind !== 'event') continue;
        seen.push(message.event.clock);
        if (message.event.type === 'project.created') projects.push(message.event.subject.projectId ?? '');
        if (projects.length === 30) return;
      }
    })();
    await first;
    for (let index = 0; index < 30; index += 1) {
      await writer.connection.client.projects.create({ id: `p${index}` });
      if (index % 4 === 1) line.cut();
      // Three times it is back before the next: a fast machine would else do all of it in one pause.
      if (index % 10 === 9) await reconnected(line);
    }
    await reading;
    ended.abort();
    assert.deepEqual(
      projects,
      Array.from({ length: 30 }, (_, index) => `p${index}`),
    );
    assert.deepEqual(
      seen,
      [...new Set(seen)].sort((a, b) => a - b),
    );
    assert.ok(line.connections > 3, `${line.connections} connections`);
  });

  it('ends when its signal aborts', async () => {
    await using server = await startServer();
    using it = open();
    it.connection.connect({ url: server.url, token: server.token });
    const ended = new AbortController();
    for await (const message of followEvents(it.connection, { signal: ended.signal })) {
      assert.equal(message.kind, 'ready');
      ended.abort();
    }
  });

  it('throws what the server refuses', async () => {
    await using server = await startServer();
    using it = open();
    it.connection.connect({ url: server.url, token: server.token });
    const logs = followLogs(it.connection, { runId: 'unknown', signal: new AbortController().signal });
    await assert.rejects(logs.next(), { reason: 'not-found' });
  });
});
