/** What is open ends with the token or the account that it was opened with, at once and on every wire. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { openClient, type TestClient } from '../../harness/client.ts';
import { reasonOf } from '../../harness/entrance.ts';
import { startServer, type TestServer } from '../../harness/server.ts';

/** Far below the time after which tokens are looked at again anyway. */
const atOnceMs = 2000;

describe('accounts and their sessions', function () {
  this.timeout(60_000);
  const owned = new AsyncDisposableStack();
  let server: TestServer;
  let admin: TestClient;

  before(async () => {
    server = owned.use(await startServer());
    ({ api: admin } = owned.use(await openClient(server)));
    await admin.projects.create({ id: 'churn' });
    await admin.session.createUser({ id: 'ada', name: 'Ada' });
    await admin.projects.setMember({ projectId: 'churn', userId: 'ada', role: 'owner' });
  });
  after(() => owned.disposeAsync());

  const tokenFor = (userId: string) => admin.session.createToken({ name: 'test', userId });

  it('close the socket of a token that is ended, at once', async () => {
    const { token, secret } = await tokenFor('ada');
    await using client = await openClient({ url: server.url, token: secret });
    const closed = once(client.socket, 'close', { signal: AbortSignal.timeout(atOnceMs) });
    await admin.session.revokeToken({ tokenId: token.id });
    const [code, reason] = (await closed) as [number, Buffer];
    assert.deepEqual([code, reason.toString()], [1008, 'token-unknown']);
  });

  it('end a stream over HTTP with the sessions of its person', async () => {
    const { secret } = await tokenFor('ada');
    const answer = await fetch(`${server.url}/api/events`, { headers: { authorization: `Bearer ${secret}` } });
    assert.equal(answer.status, 200);
    const reader = answer.body?.getReader();
    await reader?.read();
    assert.ok((await admin.accounts.endSessions({ userId: 'ada' })).ended >= 1);
    const late = AbortSignal.timeout(atOnceMs);
    for (let done = false; !done && !late.aborted; ) done = (await reader?.read().catch(() => null))?.done ?? true;
    assert.ok(!late.aborted, 'the stream went on');
  });

  it('let a role that is taken away count at the next call over an open socket', async () => {
    const { secret } = await tokenFor('ada');
    await using client = await openClient({ url: server.url, token: secret });
    await client.api.projects.update({ projectId: 'churn', description: 'Who leaves' });
    await admin.projects.setMember({ projectId: 'churn', userId: 'ada', role: 'viewer' });
    const change = client.api.projects.update({ projectId: 'churn', description: 'Who stays' });
    await assert.rejects(change, (error) => reasonOf(error) === 'role-missing');
    await admin.projects.setMember({ projectId: 'churn', userId: 'ada', role: 'owner' });
  });

  it('let rights on the server that are given or taken away count at once', async () => {
    const { secret } = await tokenFor('ada');
    await using client = await openClient({ url: server.url, token: secret });
    const isRefused = (error: unknown) => reasonOf(error) === 'role-missing';
    await assert.rejects(client.api.audit.search({}), isRefused);
    await admin.accounts.update({ userId: 'ada', auditor: true });
    assert.ok((await client.api.audit.search({ actorId: 'admin' })).events.length > 0);
    await admin.accounts.update({ userId: 'ada', auditor: false });
    await assert.rejects(client.api.audit.search({}), isRefused);
  });

  it('let a service account act until it is disabled, and name the maker of its token in the log', async () => {
    const { secret: adas } = await tokenFor('ada');
    await using ada = await openClient({ url: server.url, token: adas });
    await ada.api.accounts.createService({ projectId: 'churn', id: 'ci', name: 'Pipeline' });
    const { secret } = await ada.api.session.createToken({ name: 'ci', userId: 'ci', expiresInDays: 1 });
    await using ci = await openClient({ url: server.url, token: secret });
    await ci.api.projects.saveGoal({ projectId: 'churn', title: 'Nightly scores' });
    const { events } = await admin.audit.search({ actorId: 'ada', types: ['project.goal-changed'] });
    assert.deepEqual(events[0]?.actor, { id: 'ci', name: 'Pipeline', tokenMaker: { id: 'ada', name: 'Ada' } });
    const closed = once(ci.socket, 'close', { signal: AbortSignal.timeout(atOnceMs) });
    await ada.api.accounts.update({ userId: 'ci', disabled: true });
    await closed;
    const answer = await fetch(`${server.url}/api/projects`, { headers: { authorization: `Bearer ${secret}` } });
    assert.equal(answer.status, 401);
  });

  it('show where a token was used, by the name that its program gives', async () => {
    const { token, secret } = await tokenFor('ada');
    const headers = { authorization: `Bearer ${secret}`, 'user-agent': 'nightly/2.1' };
    await fetch(`${server.url}/api/projects`, { headers });
    const seen = async () => (await admin.accounts.tokens({ userId: 'ada' })).find(({ id }) => id === token.id);
    for (const deadline = Date.now() + 5000; (await seen())?.client == null && Date.now() < deadline; );
    const { client, address } = (await seen()) ?? {};
    assert.deepEqual([client, address], ['nightly/2.1', '127.0.0.1']);
  });
});
