/** Service accounts, disabled accounts, sessions: who looks after them, and what ends when. */
import assert from 'node:assert/strict';
import { Sessions } from '../../../server/domain/governance/sessions.ts';
import { FakeBackend } from '../../fixtures/fakeBackend.ts';
import { createDomain, type Domain, eventually, furnish, launchInput, person, runUntil } from '../../harness/domain.ts';

const ofUser = { kind: 'user' } as const;

async function withRobot(domain: Domain) {
  await furnish(domain);
  const owner = await person(domain, 'ada');
  await domain.projects.setMember({ projectId: 'iris', userId: 'ada', role: 'owner' }, domain.admin);
  const robot = await domain.accounts.createService(
    { projectId: 'iris', id: 'robot', name: 'Robot', role: 'contributor' },
    owner,
  );
  const input = { name: 'ci', userId: 'robot', scope: ofUser, expiresInDays: 30 };
  const { secret, token } = await domain.sessions.createToken(input, owner);
  const call = { ...owner, caller: await domain.access.authenticate(secret) };
  return { owner, robot, secret, token, call };
}

describe('a service account', () => {
  it('has roles like a person, and says in the log who made the token it acted with', async () => {
    await using domain = await createDomain({ inMemory: true });
    const { robot, token, call } = await withRobot(domain);
    assert.deepEqual([robot.kind, robot.projectId, robot.createdBy?.id], ['service', 'iris', 'ada']);
    assert.deepEqual([token.madeBy?.id, token.current], ['ada', false]);
    await domain.projects.saveGoal({ projectId: 'iris', title: 'Reach 90 %' }, call);
    const events = await domain.events.list({ projectId: 'iris', limit: 10 }, domain.admin);
    const actor = events.find(({ type }) => type === 'project.goal-changed')?.actor;
    assert.deepEqual(actor, { id: 'robot', name: 'Robot', tokenMaker: { id: 'ada', name: 'ADA' } });
  });

  it('never signs in, and gets no rights on the server when a project looks after it', async () => {
    await using domain = await createDomain({ inMemory: true });
    await withRobot(domain);
    const sessions = new Sessions({ store: domain.store, clock: domain.clock, feed: domain.hub });
    const session = { way: 'password', name: 'Browser', days: 7, use: { client: null, address: null } } as const;
    await assert.rejects(sessions.open('robot', session), { reason: 'token-unknown' });
    await assert.rejects(domain.accounts.update({ userId: 'robot', admin: true }, domain.admin), {
      reason: 'wrong-state',
      field: 'admin',
    });
  });

  it('is looked after by owners of its project and by nobody else', async () => {
    await using domain = await createDomain({ inMemory: true });
    const { owner } = await withRobot(domain);
    const bob = await person(domain, 'bob');
    await domain.projects.setMember({ projectId: 'iris', userId: 'bob', role: 'contributor' }, domain.admin);
    const access = { kind: 'account', of: 'userId' } as const;
    await domain.access.authorize(owner.caller, access, { userId: 'robot' });
    await assert.rejects(domain.access.authorize(bob.caller, access, { userId: 'robot' }), { reason: 'role-missing' });
    await assert.rejects(domain.access.authorize(owner.caller, access, { userId: 'bob' }), { reason: 'role-missing' });
    assert.deepEqual(await domain.accounts.list(undefined, bob), []);
    assert.deepEqual(
      (await domain.accounts.list(undefined, owner)).map(({ id, tokens }) => [id, tokens]),
      [['robot', 1]],
    );
    await assert.rejects(
      domain.sessions.createToken({ name: 'mine', userId: 'robot', scope: ofUser, expiresInDays: 1 }, bob),
      { reason: 'role-missing' },
    );
  });

  it('stops at once when it is disabled, and needs new tokens when it is enabled', async () => {
    await using domain = await createDomain({ inMemory: true });
    const { owner, secret } = await withRobot(domain);
    const ended: boolean[] = [];
    domain.access.onEnded((isConcerned) => ended.push(isConcerned({ userId: 'robot', tokenId: null })));
    await domain.accounts.update({ userId: 'robot', disabled: true }, owner);
    assert.deepEqual(ended, [true]);
    await assert.rejects(domain.access.authenticate(secret), { reason: 'token-unknown' });
    const input = { name: 'again', userId: 'robot', scope: ofUser, expiresInDays: 1 };
    await assert.rejects(domain.sessions.createToken(input, owner), { reason: 'wrong-state', field: 'userId' });
    const enabled = await domain.accounts.update({ userId: 'robot', disabled: false }, owner);
    assert.deepEqual([enabled.disabledAt, enabled.tokens], [null, 0]);
    await assert.rejects(domain.access.authenticate(secret), { reason: 'token-unknown' });
  });
});

describe('a disabled person', () => {
  it('leaves running jobs going, which log on, while queued ones wait and say why', async () => {
    const backend = new FakeBackend();
    await using domain = await createDomain({ backend, tiers: [{ concurrency: 1 }] });
    await furnish(domain);
    const ada = await person(domain, 'ada');
    await domain.projects.setMember({ projectId: 'iris', userId: 'ada', role: 'contributor' }, domain.admin);
    await domain.scheduler.start();
    const running = await domain.runs.launch(launchInput(), ada);
    await runUntil(domain, running.id, ({ state }) => state === 'running');
    const queued = await domain.runs.launch(launchInput(), ada);
    const secret = await domain.store.write((stores) =>
      domain.access.mintRunToken(stores, { id: running.id, projectId: 'iris', createdById: 'ada' }),
    );
    await domain.accounts.update({ userId: 'ada', disabled: true }, domain.admin);
    assert.equal((await domain.access.authenticate(secret)).scope.kind, 'run');
    assert.equal((await domain.runs.get({ runId: running.id }, domain.admin)).state, 'running');
    backend.finish(running.id);
    await runUntil(domain, running.id, ({ endedAt }) => endedAt !== null);
    await eventually(async () => {
      const { queue } = await domain.runs.get({ runId: queued.id }, domain.admin);
      return queue?.reason === 'The account of ADA, who launched it, is disabled.';
    }, 'the queue says why it waits');
    assert.equal((await domain.runs.get({ runId: queued.id }, domain.admin)).state, 'queued');
  });

  it('cannot be the one who does it, nor the account of this machine', async () => {
    await using domain = await createDomain({ inMemory: true });
    await domain.sessions.createUser({ id: 'eve', name: 'Eve', admin: true }, domain.admin);
    const eve = await person(domain, 'eve');
    const lockout = { reason: 'wrong-state', field: 'userId' };
    await assert.rejects(domain.accounts.update({ userId: 'eve', disabled: true }, eve), lockout);
    await assert.rejects(domain.accounts.update({ userId: 'eve', admin: false }, eve), lockout);
    await assert.rejects(domain.accounts.update({ userId: 'admin', disabled: true }, eve), lockout);
  });
});

describe('sessions', () => {
  it('say which program used them last and from where, and end all at once', async () => {
    await using domain = await createDomain({ inMemory: true });
    const ada = await person(domain, 'ada');
    const sessions = new Sessions({ store: domain.store, clock: domain.clock, feed: domain.hub });
    const use = { client: 'Firefox 145 on Linux', address: '10.0.0.7' };
    const secret = await sessions.open('ada', { way: 'password', name: 'Browser', days: 7, use });
    const call = { ...ada, caller: await domain.access.authenticate(secret) };
    const session = (await domain.sessions.listTokens(undefined, call)).find(({ kind }) => kind === 'session');
    assert.deepEqual(
      [session?.kind, session?.current, session?.client, session?.address],
      ['session', true, use.client, use.address],
    );
    domain.clock.offset = 61_000;
    await domain.access.authenticate(secret, () => ({ client: null, address: '10.0.0.8' }));
    await eventually(async () => {
      const tokens = await domain.accounts.tokens({ userId: 'ada' }, domain.admin);
      const now = tokens.find(({ kind }) => kind === 'session');
      return now?.address === '10.0.0.8' && now.client === use.client;
    }, 'the newer address is kept');
    assert.deepEqual(await domain.accounts.endSessions({ userId: 'ada' }, domain.admin), { ended: 2 });
    await assert.rejects(domain.access.authenticate(secret), { reason: 'token-unknown' });
  });

  it('end by signing out, which leaves a token that was made', async () => {
    await using domain = await createDomain({ inMemory: true });
    const ada = await person(domain, 'ada');
    const sessions = new Sessions({ store: domain.store, clock: domain.clock, feed: domain.hub });
    const use = { client: null, address: null };
    const secret = await sessions.open('ada', { way: 'link', name: 'Browser', days: 7, use });
    const call = { ...ada, caller: await domain.access.authenticate(secret) };
    await domain.sessions.signOut(undefined, call);
    await domain.sessions.signOut(undefined, ada);
    await assert.rejects(domain.access.authenticate(secret), { reason: 'token-unknown' });
    assert.deepEqual((await domain.sessions.listTokens(undefined, ada)).length, 1);
  });
});
