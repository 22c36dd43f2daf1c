/** Signing in over HTTP by a password, as a browser does: the link that sets one, the form, and those who try. */
import assert from 'node:assert/strict';
import { openClient, type TestClient } from '../../harness/client.ts';
import { startServer, type TestServer } from '../../harness/server.ts';

const good = 'correct horse battery staple';

describe('signing in by password', function () {
  this.timeout(60_000);
  const owned = new AsyncDisposableStack();
  let server: TestServer;
  let admin: TestClient;

  before(async () => {
    server = owned.use(await startServer());
    ({ api: admin } = owned.use(await openClient(server)));
    await admin.session.createUser({ id: 'ada', name: 'Ada <b>' });
  });
  after(() => owned.disposeAsync());

  const submit = (path: string, fields: Record<string, string>, origin = server.url) =>
    fetch(`${server.url}${path}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { origin, 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0' },
      redirect: 'manual',
    });
  const pageOf = async (path: string) => (await fetch(`${server.url}${path}`)).text();
  const cookieOf = (response: Response) => response.headers.get('set-cookie')?.split(';', 1)[0] ?? '';

  it('is offered once somebody may have one, and the link sets it and signs in', async () => {
    assert.doesNotMatch(await pageOf('/sign-in'), /name="password"/);
    const { path } = await admin.accounts.resetPassword({ userId: 'ada' });
    const page = await pageOf(path);
    assert.match(page, /For Ada &lt;b&gt;, who signs in as <code>ada<\/code>/);
    assert.match(await pageOf('/sign-in'), /name="password"/);
    const code = new URL(path, server.url).searchParams.get('code') ?? '';
    const weak = await submit('/sign-in/password', { code, password: 'password1234', again: 'password1234' });
    assert.equal(weak.status, 400);
    const unlike = await submit('/sign-in/password', { code, password: good, again: `${good}!` });
    assert.match(await unlike.text(), /The two are not the same/);
    const set = await submit('/sign-in/password', { code, password: good, again: good });
    assert.deepEqual([set.status, set.headers.get('location')], [303, '/']);
    const home = await fetch(`${server.url}/`, { headers: { cookie: cookieOf(set) }, redirect: 'manual' });
    assert.equal(home.status, 200);
    const again = await submit('/sign-in/password', { code, password: good, again: good });
    assert.equal(again.status, 401);
  });

  it('opens a session that says from where, and goes back to where one wanted to go', async () => {
    const entered = await submit('/sign-in', { username: ' ADA ', password: good, next: '/governance?tab=sessions' });
    assert.deepEqual([entered.status, entered.headers.get('location')], [303, '/governance?tab=sessions']);
    const tokens = await admin.accounts.tokens({ userId: 'ada' });
    const { kind, client, address } = tokens[0] ?? {};
    assert.deepEqual([kind, client, address], ['session', 'Firefox 145 on Linux', '127.0.0.1']);
    await admin.accounts.endSessions({ userId: 'ada' });
    const home = await fetch(`${server.url}/`, { headers: { cookie: cookieOf(entered) }, redirect: 'manual' });
    assert.equal(home.headers.get('location'), '/sign-in');
  });

  it('answers alike whatever is wrong, and leaves nothing of it in the page', async () => {
    const wrong = await submit('/sign-in', { username: 'ada', password: 'wrong-canary-password' });
    const unknown = await submit('/sign-in', { username: 'eve', password: 'wrong-canary-password' });
    const [one, two] = [await wrong.text(), await unknown.text()];
    const same = (text: string) =>
      text
        .replaceAll(/nonce(?:="|-)[^"']+/g, '')
        .replace(/value="(?:ada|eve)"/, '')
        .replaceAll(/content="[\w+/=]{24}"/g, '');
    assert.equal(same(one), same(two));
    assert.deepEqual([wrong.status, unknown.status], [401, 401]);
    assert.ok(!one.includes('canary'));
  });

  it('takes no form of another site', async () => {
    const answer = await submit('/sign-in', { username: 'ada', password: good }, 'http://evil.test');
    assert.equal(answer.status, 403);
    assert.equal(answer.headers.get('set-cookie'), null);
  });

  it('never signs in who is disabled, with the right password', async () => {
    await admin.accounts.update({ userId: 'ada', disabled: true });
    assert.equal((await submit('/sign-in', { username: 'ada', password: good })).status, 401);
    await admin.accounts.update({ userId: 'ada', disabled: false });
    assert.equal((await submit('/sign-in', { username: 'ada', password: good })).status, 303);
  });
});
