/** Names and origins: a page on the web must not reach the server, by whatever name it calls it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { startEntrance, type TestEntrance } from '../../harness/entrance.ts';
import { rawRequest } from '../../harness/rawSocket.ts';

const auth = 'Authorization: Bearer right';

async function statusOfUpgrade(server: TestEntrance, headers: Record<string, string>): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/rpc`, { headers });
  const opened = once(socket, 'open').then(() => 101);
  const refused = once(socket, 'unexpected-response').then(([, response]) => response.statusCode as number);
  socket.on('error', () => undefined);
  const status = await Promise.race([opened, refused.catch(() => 0), opened.catch(() => 0)]);
  socket.terminate();
  return status;
}

describe('host names (DNS rebinding)', () => {
  let server: TestEntrance;
  before(async () => {
    server = await startEntrance({
      tiers: {
        list: async () => {
          throw new Error('reached');
        },
      },
    });
  });
  after(() => server[Symbol.asyncDispose]());

  const refused = [
    'evil.test',
    'evil.test:7717',
    'localhost.evil.test',
    '127.0.0.1.evil.test',
    '[::2]',
    '10.0.0.1',
    'localhost@evil.test',
    '127.1',
    'xn--localhost',
    '',
  ];
  for (const host of refused) {
    it(`refuses "${host}"`, async () => {
      const { status, text } = await rawRequest(server.port, ['GET /api/tiers HTTP/1.1', `Host: ${host}`, auth]);
      assert.equal(status, 403, text);
      assert.match(text, /host-refused/);
    });
  }

  for (const host of ['localhost', 'LOCALHOST:7717', '127.0.0.1', '127.0.0.1:1', '[::1]', '[::1]:7717', 'localhost.']) {
    it(`answers under "${host}"`, async () => {
      assert.equal((await rawRequest(server.port, ['GET /sign-in HTTP/1.1', `Host: ${host}`])).status, 200);
    });
  }

  it('refuses two Host headers and a full address in the request line', async () => {
    const two = await rawRequest(server.port, ['GET /sign-in HTTP/1.1', 'Host: localhost', 'Host: evil.test']);
    assert.ok(two.status === 403 || two.status === 400, String(two.status));
    const full = ['GET http://evil.test/sign-in HTTP/1.1', 'Host: localhost'];
    assert.equal((await rawRequest(server.port, full)).status, 403);
  });

  it('refuses a request without Host', async () => {
    assert.equal((await rawRequest(server.port, ['GET /sign-in HTTP/1.1'])).status, 400);
  });

  it('refuses an upgrade under another name before 101', async () => {
    assert.equal(await statusOfUpgrade(server, { host: 'evil.test', authorization: 'Bearer right' }), 403);
  });

  it('answers under a configured name', async () => {
    await using named = await startEntrance({}, { hostNames: ['ml.example.com'] });
    const lines = ['GET /sign-in HTTP/1.1', 'Host: ml.example.com', 'Origin: https://ml.example.com'];
    assert.equal((await rawRequest(named.port, lines)).status, 200);
  });
});

describe('origins', () => {
  let server: TestEntrance;
  before(async () => {
    server = await startEntrance({});
  });
  after(() => server[Symbol.asyncDispose]());

  const foreign = [
    'http://localhost:5555',
    'https://evil.test',
    'null',
    'vscode-webview://abc',
    'file://',
    'http://127.0.0.1.evil.test',
  ];
  for (const origin of foreign) {
    it(`refuses ${origin} on requests and before 101`, async () => {
      const answer = await fetch(`${server.url}/sign-in`, { headers: { origin } });
      assert.equal(answer.status, 403);
      assert.equal(((await answer.json()) as { data: { reason: string } }).data.reason, 'origin-refused');
      assert.equal(await statusOfUpgrade(server, { origin, authorization: 'Bearer right' }), 403);
    });
  }

  it('lets its own pages and programs without an origin in', async () => {
    assert.equal(await statusOfUpgrade(server, { origin: server.url, authorization: 'Bearer right' }), 101);
    assert.equal(await statusOfUpgrade(server, { authorization: 'Bearer right' }), 101);
  });

  it('never sends CORS headers', async () => {
    const preflight = await fetch(`${server.url}/api/projects`, {
      method: 'OPTIONS',
      headers: { origin: server.url, 'access-control-request-method': 'POST' },
    });
    assert.equal(preflight.headers.get('access-control-allow-origin'), null);
  });

  it('refuses an upgrade without a token, with a wrong one, on another path, or of another protocol', async () => {
    assert.equal(await statusOfUpgrade(server, {}), 401);
    assert.equal(await statusOfUpgrade(server, { authorization: 'Bearer wrong' }), 401);
    assert.equal(await statusOfUpgrade(server, { 'sec-websocket-protocol': 'flywheel.v1, flywheel.token.wrong' }), 401);
    assert.equal(
      await statusOfUpgrade(server, { 'sec-websocket-protocol': 'flywheel.v9', authorization: 'Bearer right' }),
      412,
    );
  });
});

describe('forms of other sites (CSRF)', () => {
  it('takes writes as JSON only, and never by cookie', async () => {
    let calls = 0;
    await using server = await startEntrance({
      projects: {
        create: async () => {
          calls += 1;
          throw new Error('called');
        },
      },
    });
    const page = await fetch(
      server.url +
        server.signInPath({ userId: 'ada', userName: 'Ada', admin: true, tokenId: null, scope: { kind: 'user' } }),
    );
    await page.text();
    const cookie = (page.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
    const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'];
    for (const type of types) {
      const headers = { 'content-type': type, authorization: 'Bearer right' };
      const answer = await fetch(`${server.url}/api/projects`, { method: 'POST', body: '{"id":"a"}', headers });
      assert.equal(answer.status, 415, type);
    }
    const headers = { 'content-type': 'application/json', cookie };
    const byCookie = await fetch(`${server.url}/api/projects`, { method: 'POST', body: '{"id":"a"}', headers });
    assert.equal(byCookie.status, 401);
    assert.equal(calls, 0);
  });
});
