/** Signing in through a real identity provider, and an editor that a browser lets in. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer as createPort } from 'node:net';
import { join } from 'node:path';
import { readSignInFile } from '../../../server/adapters/identity/signInFile.ts';
import { openClient, type TestClient } from '../../harness/client.ts';
import { CookieJar } from '../../harness/cookieJar.ts';
import { client, startIdentityProvider, type TestProvider } from '../../harness/identityProvider.ts';
import { dataFolder, startServer, type TestServer } from '../../harness/server.ts';

async function freePort(): Promise<number> {
  const probe = createPort().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

describe('signing in through an identity provider', function () {
  this.timeout(60_000);
  const owned = new AsyncDisposableStack();
  let server: TestServer;
  let admin: TestClient;
  let provider: TestProvider;

  before(async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    provider = owned.use(await startIdentityProvider([`${url}/sign-in/provider/callback`]));
    const { path: data } = owned.use(await dataFolder());
    await mkdir(data, { recursive: true });
    const settings = {
      publicUrl: url,
      provider: {
        issuer: provider.issuer,
        clientId: client.id,
        clientSecret: client.secret,
        name: 'Example SSO',
        scopes: 'openid profile groups',
        groups: { 'dept-ml': 'modelers' },
        administrators: ['platform'],
      },
    };
    await writeFile(join(data, 'sign-in.json'), JSON.stringify(settings));
    server = owned.use(await startServer({ data, port }));
    ({ api: admin } = owned.use(await openClient(server)));
    await admin.session.createUser({ id: 'grace', name: 'Grace' });
    await admin.session.createToken({ name: 'used', userId: 'grace' });
  });
  after(() => owned.disposeAsync());

  /** As a browser does it, from the button on. */
  async function enter(jar = new CookieJar(), next = '/'): Promise<CookieJar> {
    const { response } = await jar.follow(`${server.url}/sign-in/provider?next=${encodeURIComponent(next)}`);
    assert.equal(response?.status, 200, await response?.text());
    return jar;
  }
  const users = async () => new Map((await admin.session.listUsers()).map((user) => [user.id, user]));

  it('is offered on the page and to editors', async () => {
    assert.match(await (await fetch(`${server.url}/sign-in`)).text(), /Continue with Example SSO/);
    assert.deepEqual(await (await fetch(`${server.url}/sign-in/ways`)).json(), {
      password: false,
      provider: 'Example SSO',
    });
  });

  it('makes an account at the first time, and finds it by the id of the provider afterwards', async () => {
    provider.person = { sub: 'u-1', preferred_username: 'Ada.Lovelace@example.org', name: 'Ada', groups: ['dept-ml'] };
    const jar = await enter();
    assert.equal((await jar.fetch(`${server.url}/`)).status, 200);
    assert.equal((await users()).get('ada-lovelace')?.name, 'Ada');
    provider.person = { ...provider.person, preferred_username: 'ada.king', groups: ['dept-ml', 'platform'] };
    await enter();
    assert.ok(!(await users()).has('ada-king'));
    assert.equal((await users()).get('ada-lovelace')?.admin, true);
    const groups = await admin.groups.list();
    assert.deepEqual(
      groups.map(({ id, members }) => [id, members.map((member) => member.id)]),
      [['modelers', ['ada-lovelace']]],
    );
  });

  it('takes away groups and rights that the provider gives no more', async () => {
    provider.person = { sub: 'u-1', preferred_username: 'ada', groups: [] };
    await enter();
    assert.equal((await users()).get('ada-lovelace')?.admin, false);
    assert.deepEqual(
      (await admin.groups.list()).map(({ members }) => members.length),
      [0],
    );
  });

  it('never leads into the account of somebody else by a name', async () => {
    for (const [sub, name] of [
      ['u-2', 'admin'],
      ['u-3', 'grace'],
    ] as const) {
      provider.person = { sub, preferred_username: name };
      await enter();
      assert.equal((await users()).get(`${name}-2`)?.admin, false, name);
    }
  });

  it('lets nobody in who is disabled', async () => {
    await admin.accounts.update({ userId: 'grace-2', disabled: true });
    const { response } = await new CookieJar().follow(`${server.url}/sign-in/provider`);
    assert.equal(response?.status, 401);
    assert.match((await response?.text()) ?? '', /The account grace-2 is disabled/);
  });

  it('refuses an answer that this browser did not ask for, a forged state, and one that is used twice', async () => {
    provider.person = { sub: 'u-1', preferred_username: 'ada' };
    const callback = `${server.url}/sign-in/provider/callback`;
    const jar = new CookieJar();
    const { url } = await jar.follow(`${server.url}/sign-in/provider`, callback);
    const stolen = await fetch(url);
    assert.equal(stolen.status, 401);
    assert.equal(stolen.headers.get('set-cookie'), null);
    assert.equal((await jar.fetch(url)).status, 401, 'a state counts once');
    const other = await jar.follow(`${server.url}/sign-in/provider`, callback);
    const forged = new URL(other.url);
    forged.searchParams.set('state', 'made-up');
    assert.equal((await jar.fetch(forged.href)).status, 401);
    const injected = new URL(other.url);
    injected.searchParams.set('code', 'not-a-code');
    assert.equal((await jar.fetch(injected.href)).status, 401);
  });

  it('goes on to a page of this server only', async () => {
    const { response } = await new CookieJar().follow(`${server.url}/sign-in/provider?next=//evil.test/`);
    const page = (await response?.text()) ?? '';
    assert.match(page, /url=\/"/);
    assert.doesNotMatch(page, /evil/);
  });

  it('lets an editor in whose code a signed-in person compares, once', async () => {
    const jar = await enter();
    const post = async (path: string, body: object) => {
      const answer = await fetch(`${server.url}/sign-in/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, string> };
    };
    const { body: begun } = await post('editor', { client: 'Flywheel for VS Code' });
    const { id = '', secret = '', code = '', path = '' } = begun;
    assert.deepEqual((await post('editor/claim', { id, secret })).body, { state: 'waiting', token: null });
    const stranger = await new CookieJar().fetch(`${server.url}${path}`);
    assert.match(stranger.headers.get('location') ?? '', /^\/sign-in\?next=%2Fsign-in%2Feditor/);
    const page = await (await jar.fetch(`${server.url}${path}`)).text();
    assert.ok(page.includes(code) && page.includes('Flywheel for VS Code'));
    const answer = (origin: string) =>
      jar.fetch(`${server.url}/sign-in/editor/answer`, {
        method: 'POST',
        headers: { origin },
        body: new URLSearchParams({ id, answer: 'allow' }),
      });
    assert.equal((await answer('http://evil.test')).status, 403);
    assert.match(await (await answer(server.url)).text(), /It is signed in/);
    assert.equal((await post('editor/claim', { id, secret: 'x'.repeat(32) })).status, 404);
    const { body: allowed } = await post('editor/claim', { id, secret });
    await using editor = await openClient({ url: server.url, token: allowed.token ?? '' });
    const tokens = await editor.api.session.listTokens();
    assert.deepEqual(
      tokens.filter(({ current }) => current).map(({ kind, name }) => [kind, name]),
      [['session', 'Flywheel for VS Code']],
    );
    assert.equal((await post('editor/claim', { id, secret })).status, 404);
  });

  it('ends the session by signing out, here and where one wants at the provider', async () => {
    const jar = await enter();
    const out = await jar.fetch(`${server.url}/sign-out`, { method: 'POST', headers: { origin: server.url } });
    const page = await (await jar.fetch(`${server.url}${out.headers.get('location')}`)).text();
    assert.match(page, /signed out here. <a href="\/sign-in\/provider\/sign-out">Sign out of Example SSO too/);
    assert.equal((await jar.fetch(`${server.url}/`)).status, 303);
    const there = await jar.fetch(`${server.url}/sign-in/provider/sign-out`);
    assert.match(there.headers.get('location') ?? '', new RegExp(`^${provider.issuer}/session/end\\?`));
  });

  it('says so where the provider is away, and offers the other ways', async () => {
    await provider.stop();
    const { path: data } = owned.use(await dataFolder());
    await mkdir(data, { recursive: true });
    const away = {
      publicUrl: 'http://127.0.0.1',
      provider: { issuer: provider.issuer, clientId: client.id, name: 'Example SSO' },
    };
    await writeFile(join(data, 'sign-in.json'), JSON.stringify(away));
    await using other = await startServer({ data });
    const answer = await fetch(`${other.url}/sign-in/provider`);
    assert.equal(answer.status, 503);
    assert.match(await answer.text(), /Example SSO does not answer.*Try again later[\s\S]*Access token/);
  });

  it('does not start with a file that is wrong, and names the field', async () => {
    const { path: data } = owned.use(await dataFolder());
    await mkdir(data, { recursive: true });
    const mistakes = [
      ['{"provider": {"issuer": "http://sso.example.org", "clientId": "x"}}', /provider\.issuer: https/],
      ['{"provider": {"issuer": "https://sso.example.org"}}', /provider\.clientId/],
      ['{"passwrods": true}', /passwrods/],
      ['{\n"passwords": tru}', /line 2/],
    ] as const;
    for (const [text, told] of mistakes) {
      await writeFile(join(data, 'sign-in.json'), text);
      await assert.rejects(readSignInFile(join(data, 'sign-in.json')), told);
    }
  });
});
