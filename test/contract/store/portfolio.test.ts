/** What a portfolio and a project's home are told. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { openStore, type SqliteStore } from '../../../server/adapters/sqlite/openStore.ts';
import type { PortfolioQuery, StoredProject } from '../../../server/domain/projects/ports.ts';
import { storedLaunch, storedRun } from '../../harness/records.ts';
import { temporaryFolder } from '../../harness/temporaryFolder.ts';

const iris: StoredProject = {
  id: 'iris',
  name: 'Iris',
  description: 'Which flower is it?',
  stage: 'pilot',
  tags: ['vision'],
  ownerId: 'ada',
  experimentId: '0',
  archived: false,
  createdAt: 1,
  lastActivityAt: 9e15,
  visibility: 'discoverable',
  template: true,
  origin: null,
  versions: { stage: 7 },
  deletedAt: null,
  deletedById: null,
};
const query: PortfolioQuery = { projectIds: null, archived: false, lastRuns: 3, purposeLength: 5 };

describe('projects as a portfolio reads them', () => {
  const owned = new AsyncDisposableStack();
  let store: SqliteStore;
  beforeEach(async () => {
    const folder = owned.use(await temporaryFolder());
    store = openStore({ file: join(folder.path, 'flywheel.db') });
    owned.defer(() => store.close());
    await store.write(async ({ projects, access }) => {
      await access.insertUser({ id: 'ada', name: 'Ada', admin: false, createdAt: 1 });
      await projects.insertProject(iris);
    });
  });
  after(() => owned.disposeAsync());

  it('count what is there, look at the newest runs that ended, and cut the purpose', async () => {
    const run = { projectId: 'iris', launched: true, launch: storedLaunch() };
    const done = (id: string, at: number, state: 'failed' | 'succeeded') =>
      storedRun({ ...run, id, createdAt: at, startedAt: at, endedAt: at + 1, state });
    await store.write(async ({ runs, plans }) => {
      for (const [at, state] of (['succeeded', 'failed', 'succeeded', 'failed'] as const).entries()) {
        await runs.insertRun(done(`r${at}`, 10 + at, state));
      }
      await runs.insertRun(storedRun({ ...run, id: 'going', createdAt: 99, state: 'running' }));
      await runs.insertRun({ ...done('gone', 98, 'failed'), deletedAt: 99 });
      const goal = { projectId: 'iris', title: 'A', dueAt: null, createdAt: 1, version: 1, removed: false };
      await plans.insertGoal({ ...goal, id: 'g1', progress: 100 });
      await plans.insertGoal({ ...goal, id: 'g2', progress: 99 });
      await plans.insertGoal({ ...goal, id: 'g3', progress: 100, removed: true });
      const blocker = { projectId: 'iris', text: 'B', waitingFor: null, openedById: 'ada', openedAt: 1, version: 1 };
      const open = { closedById: null, closedAt: null, resolution: null };
      await plans.insertBlocker({ ...blocker, ...open, id: 'b1' });
      await plans.insertBlocker({ ...blocker, id: 'b2', closedById: 'ada', closedAt: 2, resolution: 'done' });
    });
    const [row] = await store.scans.portfolio(query);
    assert.deepEqual(row, {
      id: 'iris',
      name: 'Iris',
      description: 'Which',
      stage: 'pilot',
      tags: ['vision'],
      ownerId: 'ada',
      ownerName: 'Ada',
      archived: false,
      lastActivityAt: 9e15,
      visibility: 'discoverable',
      template: true,
      versions: { stage: 7 },
      openBlockers: 1,
      goals: 2,
      goalsReached: 1,
      runs: 5,
      activeRuns: 1,
      liveModels: 0,
      lastStates: ['failed', 'succeeded', 'failed'],
    });
  });

  it('leave out deleted ones and those that were not asked for', async () => {
    const ids = async (change: Partial<PortfolioQuery>) =>
      (await store.scans.portfolio({ ...query, ...change })).map(({ id }) => id);
    assert.deepEqual(await ids({}), ['iris', 'default']);
    assert.deepEqual(await ids({ projectIds: ['default'] }), ['default']);
    assert.deepEqual(await ids({ projectIds: [] }), []);
    await store.write(({ projects }) => projects.updateProject('iris', { archived: true }));
    assert.deepEqual(await ids({}), ['default']);
    assert.deepEqual(await ids({ archived: true }), ['iris', 'default']);
    await store.write(({ projects }) => projects.updateProject('iris', { deletedAt: 5 }));
    assert.deepEqual(await ids({ archived: true }), ['default']);
  });

  it('count models that are live: by an alias or a version in Production', async () => {
    const by = { createdById: 'ada', createdByName: 'Ada', createdAt: 1, updatedAt: 1 };
    const version = { description: '', source: '', location: '', runId: '', runLink: '', modelId: '', ...by };
    await store.write(async ({ registry }) => {
      for (const name of ['aliased', 'staged', 'plain']) {
        await registry.insertModel({ name, projectId: 'iris', settled: true, description: '', ...by });
        await registry.insertVersion({ ...version, name, stage: name === 'staged' ? 'Production' : 'None' });
      }
      await registry.setAlias('aliased', 'champion', 1);
      await registry.setAlias('aliased', 'next', 1);
    });
    const [row] = await store.scans.portfolio(query);
    assert.equal(row?.liveModels, 2);
    const aliased = await store.read(({ projects }) => projects.aliasedModels('iris'));
    assert.deepEqual(aliased, [{ name: 'aliased', aliases: ['champion', 'next'] }]);
  });

  it('know the ends of each metric and the run that reached one', async () => {
    await store.write(async ({ runs, tracking }) => {
      for (const [id, value] of [
        ['a', 1],
        ['b', 3],
        ['c', Number.NaN],
      ] as const) {
        await runs.insertRun(storedRun({ id, projectId: 'default', experimentId: '0' }));
        await tracking.logMetrics(id, [{ key: 'score', value, step: 0, timestamp: 1 }]);
      }
    });
    const { metrics } = await store.scans.projectUse({ projectId: 'default', experiments: 5, limit: 5 });
    assert.deepEqual(
      metrics.map(({ metric, runs, low, high }) => ({ metric, runs, low, high })),
      [{ metric: 'score', runs: 2, low: 1, high: 3 }],
    );
    const best = await store.read(({ projects }) =>
      projects.runAtEnd({ experimentId: '0', metric: 'score', end: 'high', value: 3 }),
    );
    assert.equal(best?.id, 'b');
  });
});
