/** The aggregate stores against their ports. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { openStore, type SqliteStore } from '../../../server/adapters/sqlite/openStore.ts';
import { isDomainError } from '../../../server/domain/shared/errors.ts';
import { storedLaunch, storedRun } from '../../harness/records.ts';

const because = (reason: string) => (error: unknown) => isDomainError(error) && error.reason === reason;
const ada = {
  ...{ id: 'ada', name: 'Ada', admin: false, auditor: false, kind: 'person' as const },
  ...{ projectId: null, createdById: null, disabledAt: null, createdAt: 5 },
};
const token = {
  id: 't1',
  userId: 'ada',
  name: 'laptop',
  scope: { kind: 'project' as const, projectId: 'default', role: 'viewer' as const },
  hash: createHash('sha256').update('secret').digest('hex'),
  createdAt: 6,
  expiresAt: null,
  lastUsedAt: null,
  ...{ kind: 'token' as const, madeById: 'ada', client: null, address: null },
};

describe('store', () => {
  let store: SqliteStore;
  beforeEach(() => {
    store = openStore({ file: ':memory:' });
  });
  afterEach(() => store.close());

  it('begins with the default project, its experiment 0 and the system environment', async () => {
    await store.read(async ({ projects, tracking, environments }) => {
      assert.equal((await projects.project('default'))?.experimentId, '0');
      assert.equal((await tracking.experiment('0'))?.name, 'Default');
      const revision = await environments.revision('system', 'latest');
      assert.deepEqual(
        [revision?.revision, revision?.definition, revision?.build.state],
        [1, { kind: 'system' }, 'never'],
      );
    });
    assert.match(store.serverId, /^[0-9a-f]{32}$/);
  });

  it('keeps users, tokens and roles', async () => {
    await store.write(async ({ access }) => {
      await access.insertUser(ada);
      await access.insertToken(token);
      await access.setMember('default', 'ada', 'viewer');
      await access.setMember('default', 'ada', 'owner');
      await access.touchToken('t1', 98, { client: 'git/2', address: '::1' });
      await access.touchToken('t1', 99);
    });
    const { hash, ...shown } = { ...token, lastUsedAt: 99, client: 'git/2', address: '::1' };
    await store.read(async ({ access }) => {
      assert.deepEqual(await access.users(), [ada]);
      assert.deepEqual(await access.tokenByHash(hash), { ...shown, hash });
      assert.deepEqual(await access.token('t1'), shown, 'without the hash');
      assert.deepEqual(await access.tokens('ada'), [shown]);
      assert.deepEqual(await access.members('default'), [{ user: ada, role: 'owner' }]);
      assert.deepEqual(await access.projectsOf('ada'), [{ projectId: 'default', role: 'owner' }]);
      assert.equal(await access.role('default', 'nobody'), null);
    });
    await store.write(async ({ access }) => {
      await access.setMember('default', 'ada', null);
      await access.deleteToken('t1');
    });
    assert.equal(await store.read(({ access }) => access.role('default', 'ada')), null);
    assert.equal(await store.read(({ access }) => access.tokenByHash(hash)), null);
    await assert.rejects(
      store.write(({ access }) => access.insertUser(ada)),
      because('already-exists'),
    );
    await assert.rejects(
      store.write(({ access }) => access.setMember('nowhere', 'ada', 'owner')),
      because('not-found'),
    );
  });

  it('keeps projects, most recently active first', async () => {
    const project = {
      id: 'iris',
      name: 'Iris',
      description: 'flowers',
      stage: 'exploration' as const,
      tags: ['a', 'b'],
      ownerId: 'ada',
      experimentId: '0',
      archived: false,
      createdAt: 1,
      lastActivityAt: 9e15,
      visibility: 'private' as const,
      template: false,
      origin: null,
      versions: { stage: 7 },
      deletedAt: null,
      deletedById: null,
    };
    await store.write(({ projects }) => projects.insertProject(project));
    const ids = async (list: readonly string[] | null, archived: boolean) =>
      (await store.read(({ projects }) => projects.projects({ ids: list, archived }))).map(({ id }) => id);
    assert.deepEqual(await ids(null, false), ['iris', 'default']);
    assert.deepEqual(await ids(['iris'], false), ['iris']);
    assert.deepEqual(await ids([], false), []);
    await store.write(({ projects }) => projects.updateProject('iris', { archived: true, tags: [] }));
    assert.deepEqual(await ids(null, false), ['default']);
    assert.deepEqual(await ids(null, true), ['iris', 'default']);
    assert.deepEqual(await store.read(({ projects }) => projects.project('iris')), {
      ...project,
      archived: true,
      tags: [],
    });
  });

  it('counts revisions up and shares a build between equal definitions', async () => {
    const revision = {
      environmentId: 'env',
      definition: { kind: 'python' as const, requirements: 'numpy', python: 'python3' },
      digest: 'd1',
      message: '',
      createdById: 'ada',
      createdAt: 1,
    };
    const build = {
      state: 'ready' as const,
      startedAt: 1,
      endedAt: 2,
      error: null,
      lock: 'numpy==2',
      python: '3.12.1',
      bytes: 10,
    };
    await store.write(async ({ environments, runs }) => {
      await environments.insertEnvironment({
        id: 'env',
        name: 'Env',
        description: '',
        createdAt: 1,
        defaultRevision: null,
      });
      assert.equal(await environments.insertRevision(revision), 1);
      assert.equal(await environments.insertRevision({ ...revision, digest: 'd2' }), 2);
      assert.equal(await environments.insertRevision(revision), 3);
      await environments.setBuild('d1', { ...build, state: 'building' });
      await environments.setBuild('d1', build);
      await runs.insertRun(
        storedRun({ id: 'r', launched: true, launch: storedLaunch({ environmentId: 'env', environmentRevision: 3 }) }),
      );
    });
    const revisions = await store.read(({ environments }) => environments.revisions('env'));
    assert.deepEqual(
      revisions.map((one) => [one.revision, one.build.state, one.runs]),
      [
        [3, 'ready', 1],
        [2, 'never', 0],
        [1, 'ready', 0],
      ],
    );
    const kept = { state: 'active', stateReason: '', check: null };
    assert.deepEqual(revisions[0], { ...revision, ...kept, revision: 3, build, runs: 1 });
    assert.equal(await store.read(({ environments }) => environments.revision('env', 4)), null);
  });

  it('keeps runs whole, changes what is asked, and finds a retried launch', async () => {
    const launch = storedLaunch({ requestId: 'req', priority: 5 });
    const run = storedRun({ id: 'r1', launched: true, state: 'queued', startedAt: null, launch });
    await store.write(({ runs }) => runs.insertRun(run));
    assert.deepEqual(await store.read(({ runs }) => runs.run('r1')), run);
    assert.deepEqual(await store.read(({ runs }) => runs.runByRequest('default', 'req')), run);
    assert.equal(await store.read(({ runs }) => runs.runByRequest('other', 'req')), null);
    const usage = { cpuSeconds: 1.5, peakMemoryBytes: 2 ** 40 };
    await store.write(({ runs }) =>
      runs.updateRun('r1', { state: 'running', startedAt: 7, usage, launch: { handle: 'h' } }),
    );
    const changed = { ...run, state: 'running' as const, startedAt: 7, usage, launch: { ...launch, handle: 'h' } };
    assert.deepEqual(await store.read(({ runs }) => runs.run('r1')), changed);
    const other = storedRun({ id: 'r0' });
    await store.write(({ runs }) => runs.insertRun(other));
    const ids = ['r1', 'none', 'r0'];
    assert.deepEqual(await store.read(({ runs }) => runs.runsOf(ids)), [changed, other], 'in the order of the ids');
    const twice = storedRun({ id: 'r2', launched: true, launch });
    await assert.rejects(
      store.write(({ runs }) => runs.insertRun(twice)),
      because('already-exists'),
    );
    await assert.rejects(
      store.write(({ runs }) => runs.insertRun({ ...run, id: 'r3', projectId: 'no' })),
      because('not-found'),
    );
  });

  it('lists runs newest first in pages, and the unfinished in starting order', async () => {
    await store.write(async ({ runs }) => {
      const add = (id: string, createdAt: number, priority: number) =>
        runs.insertRun(
          storedRun({ id, createdAt, launched: true, state: 'queued', launch: storedLaunch({ priority }) }),
        );
      await add('a', 1, 0);
      await add('b', 1, 0);
      await add('c', 2, 0);
      await add('d', 3, 9);
      await runs.insertRun(storedRun({ id: 'gone', createdAt: 9, deletedAt: 9 }));
      await runs.updateRun('c', { state: 'succeeded', endedAt: 4 });
      await runs.insertRun(storedRun({ id: 'logged', createdAt: 4 }));
    });
    const ids = async (query: object) =>
      (await store.read(({ runs }) => runs.runs({ projectIds: null, limit: 10, ...query }))).map(({ id }) => id);
    assert.deepEqual(await ids({}), ['logged', 'd', 'c', 'b', 'a']);
    assert.deepEqual(await ids({ limit: 2, before: { createdAt: 2, id: 'c' } }), ['b', 'a']);
    assert.deepEqual(await ids({ before: { createdAt: 1, id: 'b' } }), ['a']);
    assert.deepEqual(await ids({ projectIds: ['default'], states: ['queued'] }), ['d', 'b', 'a']);
    assert.deepEqual(await ids({ projectIds: [] }), []);
    const waiting = await store.read(({ runs }) => runs.unfinished());
    assert.deepEqual(
      waiting.map(({ id }) => id),
      ['d', 'a', 'b'],
    );
    assert.deepEqual(await store.read(({ projects }) => projects.runCounts('default')), { total: 5, active: 4 });
  });

  it('counts experiments up from 1 and prefers the active namesake', async () => {
    const experiment = {
      projectId: 'default',
      name: 'x',
      createdAt: 1,
      updatedAt: 1,
      deletedAt: null,
      tags: { k: 'v' },
    };
    await store.write(async ({ tracking }) => {
      assert.equal(await tracking.insertExperiment(experiment), '1');
      await tracking.updateExperiment('1', { deletedAt: 5, setTags: { k: 'w', __proto__: 'p', __PROTO: 'q' } });
      assert.equal(await tracking.insertExperiment(experiment), '2');
    });
    await assert.rejects(
      store.write(({ tracking }) => tracking.insertExperiment(experiment)),
      because('already-exists'),
    );
    await assert.rejects(
      store.write(({ tracking }) => tracking.updateExperiment('1', { deletedAt: null })),
      because('already-exists'),
    );
    await store.read(async ({ tracking }) => {
      assert.equal((await tracking.experimentByName('x'))?.id, '2');
      assert.deepEqual((await tracking.experiment('1'))?.tags, { k: 'w', __PROTO: 'q' });
      assert.equal(await tracking.experiment('1x'), null);
      const listed = await tracking.experiments({ projectIds: ['default'], view: 'deleted' });
      assert.deepEqual(
        listed.map(({ id, runs }) => [id, runs]),
        [['1', 0]],
      );
    });
  });

  it('numbers events without holes, pages them, and forgets old ones', async () => {
    const event = (n: number) => ({
      type: 'run.updated' as const,
      actor: { id: 'ada', name: 'Ada' },
      subject: n % 2 === 0 ? { projectId: 'default', runId: `r${n}` } : {},
      detail: { n },
      at: n,
    });
    for (let n = 1; n <= 6; n += 1) assert.equal(await store.write(({ events }) => events.append(event(n))), n);
    await assert.rejects(
      store.write(async ({ events }) => {
        await events.append(event(7));
        throw new Error('undone');
      }),
    );
    await store.read(async ({ events }) => {
      assert.deepEqual([await events.clock(), await events.oldest()], [6, 0]);
      assert.deepEqual(await events.after(4, 1), [{ clock: 5, ...event(5) }]);
      const clocks = (found: readonly { clock: number }[]) => found.map(({ clock }) => clock);
      assert.deepEqual(clocks(await events.list({ projectIds: null, limit: 2 })), [6, 5]);
      assert.deepEqual(clocks(await events.list({ projectIds: ['default'], before: 6, limit: 9 })), [4, 2]);
    });
    await store.pruneEvents(4);
    assert.equal(await store.firstBrokenEvent(), null);
    assert.equal(await store.read(({ events }) => events.oldest()), 3);
    await store.pruneEvents(100);
    assert.deepEqual(await store.read(async ({ events }) => [await events.clock(), await events.oldest()]), [6, 5]);
    assert.equal(await store.write(({ events }) => events.append(event(7))), 7);
  });
});
