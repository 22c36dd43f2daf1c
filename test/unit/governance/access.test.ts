import assert from 'node:assert/strict';
import type { Access } from '../../../protocol/model/access.ts';
import type { ProjectRole } from '../../../protocol/model/session.ts';
import { callOf, createDomain, type Domain, eventually, furnish, launchInput, person } from '../../harness/domain.ts';

const project = (role: ProjectRole): Access => ({ kind: 'project', role, of: 'projectId' });
const iris = { projectId: 'iris' };
const wholeDay = 86_400_000;

async function furnished(options = {}): Promise<Domain> {
  const domain = await createDomain(options);
  await furnish(domain);
  return domain;
}

const setRole = (domain: Domain, userId: string, role: ProjectRole | null) =>
  domain.projects.setMember({ projectId: 'iris', userId, role }, domain.admin);

describe('authentication', () => {
  it('knows a secret by its hash and keeps nothing of it', async () => {
    await using domain = await createDomain();
    const { secret, token } = await domain.sessions.createToken(
      { name: 'laptop', scope: { kind: 'user' }, expiresInDays: 1 },
      domain.admin,
    );
    assert.match(secret, /^fw_[\w-]{43}$/);
    assert.equal((await domain.access.authenticate(secret)).tokenId, token.id);
    assert.ok(!JSON.stringify(await domain.sessions.listTokens(undefined, domain.admin)).includes(secret));
    await assert.rejects(domain.access.authenticate(`${secret}x`), { reason: 'token-unknown' });
  });

  it('refuses an expired token, also one that it has just accepted', async () => {
    await using domain = await createDomain();
    const input = { name: 'short', scope: { kind: 'user' }, expiresInDays: 1 } as const;
    const { secret } = await domain.sessions.createToken(input, domain.admin);
    await domain.access.authenticate(secret);
    domain.clock.offset = wholeDay + 1;
    await assert.rejects(domain.access.authenticate(secret), { reason: 'token-expired' });
  });

  it('refuses a revoked token at once', async () => {
    await using domain = await createDomain();
    const input = { name: 'lost', scope: { kind: 'user' }, expiresInDays: null } as const;
    const { secret, token } = await domain.sessions.createToken(input, domain.admin);
    await domain.access.authenticate(secret);
    await domain.sessions.revokeToken({ tokenId: token.id }, domain.admin);
    await assert.rejects(domain.access.authenticate(secret), { reason: 'token-unknown' });
  });

  it('writes the time of last use at most once a minute', async () => {
    await using domain = await createDomain();
    const input = { name: 'used', scope: { kind: 'user' }, expiresInDays: null } as const;
    const { secret, token } = await domain.sessions.createToken(input, domain.admin);
    const lastUsed = async () => (await domain.store.read(({ access }) => access.token(token.id)))?.lastUsedAt ?? null;
    await domain.access.authenticate(secret);
    await eventually(async () => (await lastUsed()) !== null, 'the first use is kept');
    const first = await lastUsed();
    domain.clock.offset = 30_000;
    await domain.access.authenticate(secret);
    assert.equal(await lastUsed(), first);
    domain.clock.offset = 61_000;
    await domain.access.authenticate(secret);
    await eventually(async () => (await lastUsed()) !== first, 'the later use is kept');
  });

  it('takes the configured token for an administrator and stores nothing of it', async () => {
    await using domain = await createDomain({ fixedToken: 'from-the-environment' });
    const caller = await domain.access.authenticate('from-the-environment');
    assert.deepEqual([caller.admin, caller.userId, caller.tokenId], [true, 'admin', null]);
    const tokens = await domain.store.read(({ access }) => access.tokens('admin'));
    assert.deepEqual(
      tokens.map(({ id }) => id),
      ['port-file'],
    );
    await assert.rejects(domain.access.authenticate('from-the-environmenu'), { reason: 'token-unknown' });
  });

  it('makes a new token for the port file at every start; the earlier one ends', async () => {
    await using domain = await createDomain();
    const { secret } = await domain.access.ensureAdmin();
    assert.equal((await domain.access.authenticate(secret)).admin, true);
    await assert.rejects(domain.access.authenticate(domain.secret), { reason: 'token-unknown' });
  });

  it('takes up the token of a port file that a killed server left, and no other', async () => {
    await using domain = await createDomain();
    const input = { name: 'laptop', scope: { kind: 'user' }, expiresInDays: null } as const;
    const { secret: personal } = await domain.sessions.createToken(input, domain.admin);
    assert.equal((await domain.access.ensureAdmin(domain.secret)).secret, domain.secret);
    assert.notEqual((await domain.access.ensureAdmin(personal)).secret, personal);
    assert.notEqual((await domain.access.ensureAdmin('fw_unknown')).secret, 'fw_unknown');
  });
});

describe('authorization', () => {
  const roles = ['viewer', 'contributor', 'owner'] as const;
  for (const has of roles) {
    for (const needs of roles) {
      const isEnough = roles.indexOf(has) >= roles.indexOf(needs);
      it(`${isEnough ? 'lets' : 'refuses'} a ${has} where ${needs} is needed`, async () => {
        await using domain = await furnished();
        const { caller } = await person(domain, 'ada');
        await setRole(domain, 'ada', has);
        const asked = domain.access.authorize(caller, project(needs), iris);
        await (isEnough ? asked : assert.rejects(asked, { reason: 'role-missing' }));
      });
    }
  }

  it('says which role is missing and who can grant it', async () => {
    await using domain = await furnished();
    const { caller } = await person(domain, 'ada');
    await person(domain, 'grace');
    await setRole(domain, 'ada', 'viewer');
    await setRole(domain, 'grace', 'owner');
    await assert.rejects(domain.access.authorize(caller, project('contributor'), iris), (error: Error) => {
      assert.match(error.message, /needs the role contributor in the project iris; you are viewer/);
      assert.match((error as Error & { remedy: string }).remedy, /GRACE/);
      return true;
    });
  });

  it('answers alike for what does not exist and for what one may not know of', async () => {
    await using domain = await furnished();
    const { caller } = await person(domain, 'ada');
    const run = await domain.runs.launch(launchInput(), domain.admin);
    const ask = async (access: Access, input: unknown) => {
      const error = await domain.access.authorize(caller, access, input).then(
        () => null,
        (caught) => caught,
      );
      return [error.reason, error.message.replace(/project \w+|run \w+|experiment \w+/, 'X')];
    };
    const of = (name: 'projectId' | 'runId' | 'experimentId'): Access => ({
      kind: 'project',
      role: 'viewer',
      of: name,
    });
    assert.deepEqual(await ask(of('projectId'), iris), await ask(of('projectId'), { projectId: 'none' }));
    assert.deepEqual(await ask(of('runId'), { runId: run.id }), await ask(of('runId'), { runId: 'none' }));
    const experiment = { experimentId: run.experimentId };
    assert.deepEqual(await ask(of('experimentId'), experiment), await ask(of('experimentId'), { experimentId: '99' }));
    assert.equal((await ask(of('runId'), { runId: run.id }))[0], 'not-found');
  });

  it('needs the role in the project of each of many ids', async () => {
    await using domain = await furnished();
    await furnish(domain, 'wine');
    const { caller } = await person(domain, 'ada');
    await setRole(domain, 'ada', 'owner');
    const [mine, theirs] = [
      await domain.runs.launch(launchInput(), domain.admin),
      await domain.runs.launch(launchInput({ projectId: 'wine' }), domain.admin),
    ];
    const access: Access = { kind: 'project', role: 'viewer', of: 'runIds' };
    await domain.access.authorize(caller, access, { runIds: [mine.id] });
    await assert.rejects(domain.access.authorize(caller, access, { runIds: [mine.id, theirs.id] }), {
      reason: 'not-found',
    });
    await assert.rejects(domain.access.authorize(caller, access, {}), { reason: 'invalid-input', field: 'runIds' });
  });

  it('holds a narrowed token to its project and its role', async () => {
    await using domain = await furnished();
    await furnish(domain, 'wine');
    await person(domain, 'ada');
    await setRole(domain, 'ada', 'owner');
    await domain.projects.setMember({ projectId: 'wine', userId: 'ada', role: 'owner' }, domain.admin);
    const { caller } = await person(domain, 'ada', { kind: 'project', projectId: 'iris', role: 'viewer' });
    await domain.access.authorize(caller, project('viewer'), iris);
    await assert.rejects(domain.access.authorize(caller, project('contributor'), iris), { reason: 'scope-missing' });
    await assert.rejects(domain.access.authorize(caller, project('viewer'), { projectId: 'wine' }), {
      reason: 'scope-missing',
    });
    assert.deepEqual(await domain.access.visibleProjects(caller), ['iris']);
    await setRole(domain, 'ada', null);
    assert.deepEqual(await domain.access.visibleProjects(caller), []);
  });

  it('lets a job log into its project and only read over the contract', async () => {
    await using domain = await furnished();
    const { id } = await domain.runs.launch(launchInput(), domain.admin);
    const secret = await domain.store.write((stores) =>
      domain.access.mintRunToken(stores, { id, projectId: 'iris', createdById: 'admin' }),
    );
    const caller = await domain.access.authenticate(secret);
    const contributor: Access = { kind: 'project', role: 'contributor', of: 'runId' };
    await domain.access.authorizeLogging(caller, contributor, { runId: id });
    await assert.rejects(domain.access.authorize(caller, contributor, { runId: id }), { reason: 'scope-missing' });
    await domain.access.authorize(caller, project('viewer'), iris);
    await assert.rejects(domain.access.authorizeLogging(caller, project('owner'), iris), { reason: 'scope-missing' });
    await assert.rejects(domain.access.authorize(caller, { kind: 'admin' }, {}), { reason: 'scope-missing' });
    await assert.rejects(domain.sessions.listTokens(undefined, callOf(caller)), { reason: 'scope-missing' });
    await assert.rejects(
      domain.projects.create({ id: 'own', description: '', stage: 'ideation', tags: [] }, callOf(caller)),
      { reason: 'scope-missing' },
    );
  });

  it('keeps administration for administrators', async () => {
    await using domain = await createDomain();
    const { caller } = await person(domain, 'ada');
    await assert.rejects(domain.access.authorize(caller, { kind: 'admin' }, {}), { reason: 'role-missing' });
    await domain.access.authorize(domain.admin.caller, { kind: 'admin' }, {});
    assert.equal(await domain.access.visibleProjects(domain.admin.caller), null);
  });
});
