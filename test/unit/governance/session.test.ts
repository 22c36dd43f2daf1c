import assert from 'node:assert/strict';
import { protocolVersion } from '../../../protocol/version.ts';
import { createDomain, furnish, person } from '../../harness/domain.ts';

const client = { name: 'Flywheel', version: '0.1.0' };
const { current } = protocolVersion;

describe('session', () => {
  it('agrees on a version and says who one is', async () => {
    await using domain = await createDomain();
    const hello = await domain.sessions.hello({ client, protocol: current + 5 }, domain.admin);
    assert.equal(hello.protocol, current);
    assert.equal(hello.serverId, 'server');
    assert.equal(hello.user.id, 'admin');
    assert.equal(hello.scope.kind, 'user');
  });

  it('refuses a client that is too old, and says when it is itself too old', async () => {
    await using domain = await createDomain();
    await assert.rejects(domain.sessions.hello({ client, protocol: protocolVersion.oldest - 1 }, domain.admin), {
      reason: 'client-too-old',
      remedy: 'Update the extension or command line.',
    });
    const newer = { client, protocol: current + 2, oldest: current + 1 };
    await assert.rejects(domain.sessions.hello(newer, domain.admin), { reason: 'server-too-old' });
  });

  it('lets only an administrator make tokens for others', async () => {
    await using domain = await createDomain();
    const ada = await person(domain, 'ada');
    await person(domain, 'bob');
    const input = { name: 'x', userId: 'bob', scope: { kind: 'user' }, expiresInDays: 1 } as const;
    await assert.rejects(domain.sessions.createToken(input, ada), { reason: 'role-missing' });
    await assert.rejects(domain.sessions.createToken({ ...input, userId: 'nobody' }, domain.admin), {
      reason: 'not-found',
      field: 'userId',
    });
  });

  it('makes no token for a run or for what its person cannot reach', async () => {
    await using domain = await createDomain();
    await furnish(domain);
    const ada = await person(domain, 'ada');
    const make = (scope: Parameters<typeof domain.sessions.createToken>[0]['scope']) =>
      domain.sessions.createToken({ name: 'x', scope, expiresInDays: 1 }, ada);
    await assert.rejects(make({ kind: 'run', projectId: 'iris', runId: 'r' }), { field: 'scope.kind' });
    await assert.rejects(make({ kind: 'project', projectId: 'iris', role: 'viewer' }), { field: 'scope.projectId' });
  });

  it('hides tokens of others, also from revoking', async () => {
    await using domain = await createDomain();
    const ada = await person(domain, 'ada');
    const bob = await person(domain, 'bob');
    const [mine] = await domain.sessions.listTokens(undefined, ada);
    assert.ok(mine && !('hash' in mine));
    await assert.rejects(domain.sessions.revokeToken({ tokenId: mine.id }, bob), { reason: 'not-found' });
    await domain.sessions.revokeToken({ tokenId: mine.id }, domain.admin);
    assert.deepEqual(await domain.sessions.listTokens(undefined, ada), []);
  });

  it('adds a person once', async () => {
    await using domain = await createDomain();
    const input = { id: 'ada', name: 'Ada', admin: false };
    await domain.sessions.createUser(input, domain.admin);
    await assert.rejects(domain.sessions.createUser(input, domain.admin), { reason: 'already-exists', field: 'id' });
    const users = await domain.sessions.listUsers(undefined, domain.admin);
    assert.deepEqual(users.map(({ id }) => id).sort(), ['ada', 'admin']);
  });
});
