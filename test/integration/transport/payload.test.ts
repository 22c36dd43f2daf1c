/** Bodies that are too large, too deep, packed or poisoned are refused before they cost anything. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { WebSocket } from 'ws';
import { startEntrance, type TestEntrance } from '../../harness/entrance.ts';

const megabyte = 1024 * 1024;

describe('payloads', () => {
  let server: TestEntrance;
  const created: unknown[] = [];
  before(async () => {
    server = await startEntrance({
      projects: {
        create: async (input) => {
          created.push(input);
          throw new Error('reached');
        },
      },
    });
  });
  beforeEach(() => {
    created.length = 0;
  });
  after(() => server[Symbol.asyncDispose]());

  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/api/projects`, {
      method: 'POST',
      body,
      headers: { authorization: 'Bearer right', 'content-type': 'application/json', ...headers },
    });

  it('refuses a declared body of two gigabytes before it arrives', async () => {
    const asked = request(`${server.url}/api/projects`, {
      method: 'POST',
      headers: { authorization: 'Bearer right', 'content-type': 'application/json', 'content-length': 2 * 1024 ** 3 },
    });
    asked.on('error', () => undefined);
    asked.write('{');
    const [response] = await once(asked, 'response');
    assert.equal(response.statusCode, 413);
    asked.destroy();
  });

  it('stops reading a body without a length at the limit', async () => {
    const before = process.memoryUsage().rss;
    let sent = 0;
    const asked = request(`${server.url}/api/projects`, {
      method: 'POST',
      headers: { authorization: 'Bearer right', 'content-type': 'application/json' },
    });
    asked.on('error', () => undefined);
    const answered = once(asked, 'response').then(([response]) => response.statusCode as number);
    let status = 0;
    void answered.then((code) => {
      status = code;
    });
    const piece = Buffer.alloc(256 * 1024, 0x20);
    while (sent < 200 * megabyte && status === 0) {
      sent += piece.length;
      await new Promise((resolve) => asked.write(piece, resolve));
    }
    asked.destroy();
    assert.equal(await answered, 413);
    assert.ok(sent < 50 * megabyte, `${sent} bytes were taken`);
    assert.ok(process.memoryUsage().rss - before < 100 * megabyte);
  });

  it('takes no packed bodies', async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(100 * megabyte)));
    assert.equal((await post(bomb, { 'content-encoding': 'gzip' })).status, 415);
  });

  it('survives JSON that is 100,000 levels deep', async () => {
    const deep = `{"id":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    assert.equal((await post(deep)).status, 400);
  });

  it('survives a hundred thousand keys', async () => {
    const keys = Array.from({ length: 60_000 }, (_, index) => `"k${index}":1`).join(',');
    assert.ok((await post(`{${keys}}`)).status < 500);
  });

  it('keeps prototypes clean', async () => {
    const poisoned = '{"id":"a","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    await (await post(poisoned)).text();
    const query = '?archived=true&__proto__[polluted]=1&constructor[prototype][polluted]=1';
    await fetch(`${server.url}/api/projects${query}`, { headers: { authorization: 'Bearer right' } });
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
    assert.equal(Object.hasOwn((created[0] ?? {}) as object, '__proto__'), false);
  });

  it('does not read the body of somebody it does not know', async () => {
    const answer = await post('{"id":', { authorization: 'Bearer wrong' });
    assert.equal(answer.status, 401);
    assert.equal(created.length, 0);
  });

  it('refuses headers that are too large and bodies of an unknown kind', async () => {
    const large = await fetch(`${server.url}/sign-in`, { headers: { 'x-much': 'x'.repeat(40_000) } });
    assert.equal(large.status, 431);
    assert.equal((await post('id: a', { 'content-type': 'application/yaml' })).status, 415);
  });

  it('closes a socket on a message over a megabyte with 1009', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/rpc`, { headers: { authorization: 'Bearer right' } });
    await once(socket, 'open');
    socket.on('error', () => undefined);
    socket.send('x'.repeat(megabyte + 1));
    const [code] = await once(socket, 'close');
    assert.equal(code, 1009);
  });
});
