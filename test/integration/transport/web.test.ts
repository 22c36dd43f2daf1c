/** Pages for browsers: signing in and out, what a session may do, and what the pages allow. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { ada, startEntrance, type TestEntrance } from '../../harness/entrance.ts';
import { rawRequest } from '../../harness/rawSocket.ts';

const markup = '"><script>alert(1)</script>';

function cookieOf(response: Response): string {
  const header = response.headers.get('set-cookie') ?? '';
  assert.match(header, /HttpOnly; SameSite=Strict/);
  return header.split(';', 1)[0] ?? '';
}

describe('pages', () => {
  let server: TestEntrance;
  let assets: string;
  before(async () => {
    assets = await mkdtemp(join(tmpdir(), 'flywheel-assets-'));
    await writeFile(join(assets, 'run.js'), 'export const run = 1;\n');
    await writeFile(join(assets, 'chunk-ABCDEFGH.js'), 'export const chunk = 1;\n');
    await writeFile(join(assets, 'run.js.map'), '{}');
    await writeFile(join(assets, '..', 'flywheel-outside.js'), 'secret');
    server = await startEntrance({ session: { listUsers: async () => [] } }, { assetsFolder: assets });
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await rm(assets, { recursive: true });
    await rm(join(assets, '..', 'flywheel-outside.js'), { force: true });
  });

  const open = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${server.url}${path}`, { headers, redirect: 'manual' });
  const submit = (fields: Record<string, string>, headers: Record<string, string> = { origin: server.url }) =>
    fetch(`${server.url}/sign-in`, { method: 'POST', body: new URLSearchParams(fields), headers, redirect: 'manual' });
  const signedIn = async () => cookieOf(await submit({ token: 'right' }));

  it('send whoever is not signed in to the sign-in, and back', async () => {
    const refused = await open('/runs/abc?x=1');
    assert.equal(refused.status, 303);
    assert.equal(refused.headers.get('location'), '/sign-in?next=%2Fruns%2Fabc%3Fx%3D1');
    const back = await submit({ token: ' right ', next: '/runs/abc?x=1' });
    assert.equal(back.headers.get('location'), '/runs/abc?x=1');
  });

  it('show a panel with its place and a policy of nonces alone', async () => {
    const page = await open('/runs/abc', { cookie: await signedIn() });
    const html = await page.text();
    assert.equal(page.status, 200);
    const [, nonce = ''] = /<meta name="csp-nonce" content="([^"]+)">/.exec(html) ?? [];
    assert.ok(Buffer.from(nonce, 'base64').length >= 16);
    const policy = page.headers.get('content-security-policy') ?? '';
    assert.ok(policy.startsWith("default-src 'none'; ") && policy.includes(`script-src 'nonce-${nonce}'`), policy);
    assert.doesNotMatch(policy, /unsafe/);
    assert.match(
      html,
      /data-panel="run" data-place="{&quot;panel&quot;:&quot;run&quot;,&quot;runId&quot;:&quot;abc&quot;}"/,
    );
    assert.match(
      html,
      new RegExp(`<script type="module" nonce="${nonce.replaceAll('+', '\\+')}" src="/assets/run.js">`),
    );
    const again = await (await open('/runs/abc', { cookie: await signedIn() })).text();
    assert.ok(!again.includes(nonce), 'the nonce is not fresh');
  });

  it('keep markup in addresses out of the page', async () => {
    const cookie = await signedIn();
    const query = new URLSearchParams({ project: markup, experiment: markup });
    assert.equal((await open(`/experiments?${query}`, { cookie })).status, 404);
    assert.equal((await open(`/runs/${encodeURIComponent(markup)}`, { cookie })).status, 404);
    const form = await (await open(`/sign-in?next=${encodeURIComponent(`/${markup}`)}`)).text();
    assert.doesNotMatch(form, /<script>/);
  });

  it('refuse a wrong token with words and without a cookie', async () => {
    const answer = await submit({ token: 'wrong' });
    assert.equal(answer.status, 401);
    assert.equal(answer.headers.get('set-cookie'), null);
    assert.match(await answer.text(), /role="alert"[^>]*>That token is not valid/);
  });

  it('go nowhere else after signing in', async () => {
    for (const next of [
      'https://evil.test/',
      '//evil.test',
      '/\\evil.test',
      'javascript:alert(1)',
      '/\t/evil.test',
      '',
    ]) {
      const location = (await submit({ token: 'right', next })).headers.get('location') ?? '';
      assert.equal(URL.parse(location, server.url)?.origin, server.url, next);
    }
  });

  it('let the first person in by a link that works once', async () => {
    const path = server.signInPath(ada);
    const first = await open(path);
    const cookie = cookieOf(first);
    assert.match(await first.text(), /http-equiv="refresh" content="0;url=\/"/);
    assert.equal((await open('/', { cookie })).status, 200);
    const second = await open(path);
    assert.equal(second.status, 401);
    assert.equal(second.headers.get('set-cookie'), null);
    assert.match(await second.text(), /used already or is too old/);
  });

  it('end a session by signing out, and when its token is revoked', async () => {
    const cookie = await signedIn();
    await fetch(`${server.url}/sign-out`, {
      method: 'POST',
      headers: { cookie, origin: server.url },
      redirect: 'manual',
    });
    assert.equal((await open('/', { cookie })).status, 303, 'the old cookie still counts');
    server.access.callers.set('passing', ada);
    const passing = cookieOf(await submit({ token: 'passing' }));
    assert.equal((await open('/', { cookie: passing })).status, 200);
    server.access.callers.delete('passing');
    assert.equal((await open('/', { cookie: passing })).status, 303);
  });

  it('take no forged, cut or foreign cookie', async () => {
    const cookie = await signedIn();
    const [name = '', value = ''] = cookie.split('=');
    for (const forged of [`${value.slice(0, -2)}AA`, value.slice(0, 20), value.slice(20), 'x', '']) {
      assert.equal((await open('/', { cookie: `${name}=${forged}` })).status, 303, forged);
    }
    await using other = await startEntrance({});
    assert.equal((await fetch(other.url, { headers: { cookie }, redirect: 'manual' })).status, 303);
  });

  it('let a link on another site work for who is signed in', async () => {
    const landed = await open('/runs/abc', { 'sec-fetch-site': 'cross-site' });
    assert.equal(landed.status, 200);
    assert.match(await landed.text(), /content="0;url=\/runs\/abc"/);
  });

  it('open the socket by cookie for their own origin only', async () => {
    const cookie = await signedIn();
    const statusOf = (headers: Record<string, string>) =>
      new Promise<number>((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${server.port}/rpc`, ['flywheel.v1'], { headers });
        socket.once('open', () => {
          socket.terminate();
          resolve(101);
        });
        socket.once('unexpected-response', (request, response) => {
          request.destroy();
          resolve(response.statusCode ?? 0);
        });
        socket.on('error', () => undefined);
      });
    assert.equal(await statusOf({ cookie, origin: server.url }), 101);
    assert.equal(await statusOf({ cookie }), 401, 'a cookie without an origin');
    assert.equal(await statusOf({ cookie, origin: 'http://localhost:1' }), 403);
    assert.equal((await open('/api/session/users', { cookie })).status, 401, 'a cookie is no credential for the API');
  });

  it('serve bundles with tags, packed, and nothing else of the disk', async () => {
    const first = await open('/assets/run.js');
    assert.equal(await first.text(), 'export const run = 1;\n');
    assert.equal(first.headers.get('content-type'), 'text/javascript; charset=utf-8');
    assert.equal(first.headers.get('cache-control'), 'no-cache');
    const etag = first.headers.get('etag') ?? '';
    // By hand: fetch asks for a fresh copy by itself when it sees this header.
    const asked = ['GET /assets/run.js HTTP/1.1', 'Host: localhost', `If-None-Match: ${etag}`];
    assert.equal((await rawRequest(server.port, asked)).status, 304);
    const chunk = await open('/assets/chunk-ABCDEFGH.js');
    assert.match(chunk.headers.get('cache-control') ?? '', /immutable/);
    const hostile = [
      '..%2fflywheel-outside.js',
      '%2e%2e%2fflywheel-outside.js',
      '..%5cflywheel-outside.js',
      'run.js.map',
      '.hidden.js',
      'run.js%00',
      '%2fetc%2fpasswd',
      '..%252fflywheel-outside.js',
    ];
    for (const name of hostile) assert.equal((await open(`/assets/${name}`)).status, 404, name);
  });

  it('send every answer with the headers that protect it', async () => {
    for (const path of ['/', '/sign-in', '/assets/run.js', '/nothing', '/api', '/api/openapi.json', '/api/nothing']) {
      const { headers } = await open(path);
      assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
      assert.equal(headers.get('x-frame-options'), 'DENY', path);
      assert.equal(headers.get('referrer-policy'), 'same-origin', path);
      assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/, path);
      assert.equal(headers.get('x-powered-by'), null, path);
    }
  });
});
