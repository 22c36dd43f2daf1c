/** Deleted projects go for good when nobody can restore them any more, with every row and file of theirs and no other. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { GitProjectCode } from '../../../server/adapters/git/gitProjectCode.ts';
import { GitRepositoryStore } from '../../../server/adapters/git/gitRepositoryStore.ts';
import { openMigrated } from '../../../server/adapters/sqlite/migrate.ts';
import { ProjectPurge } from '../../../server/domain/projects/projectPurge.ts';
import { createDomain, type Domain, furnish } from '../../harness/domain.ts';
import { storedLaunch, storedRun } from '../../harness/records.ts';
import { temporaryFolder } from '../../harness/temporaryFolder.ts';

const day = 86_400_000;

/** A project with something in as many tables as a store can be asked to fill. */
async function fill(domain: Domain, projectId: string): Promise<void> {
  await furnish(domain, projectId);
  const { experimentId } = await domain.projects.get({ projectId }, domain.admin);
  const id = `${projectId}-run`;
  await domain.projects.saveGoal({ projectId, title: 'A' }, domain.admin);
  await domain.projects.saveBlocker({ projectId, text: 'B' }, domain.admin);
  const by = { createdById: 'admin', createdByName: 'A', createdAt: 1, updatedAt: 1 };
  await domain.store.write(async ({ runs, tracking, links, registry, projects, loggedModels, views }) => {
    const launch = storedLaunch();
    await runs.insertRun(
      storedRun({ id, projectId, experimentId, launched: true, launch, state: 'failed', endedAt: 2 }),
    );
    const points = Array.from({ length: 600 }, (_, step) => ({ key: 'loss', value: step, step, timestamp: step }));
    await tracking.logMetrics(id, points);
    await tracking.setTags(id, { a: 'b' });
    const dataset = { name: 'd', digest: '1', sourceType: 'x', source: 'x', schema: null, profile: null };
    await links.logDatasets({ id, experimentId }, [{ dataset, tags: {} }]);
    const model = { id: `${projectId}-model`, experimentId, name: 'm', modelType: '', sourceRunId: id };
    await loggedModels.insertModel({ ...model, status: 'READY', deletedAt: null, ...by });
    await links.logModelOutputs(id, [{ modelId: model.id, step: 0 }]);
    await registry.insertModel({ name: projectId, projectId, settled: true, description: '', ...by });
    const version = { source: '', location: '', runId: id, runLink: '', modelId: model.id, ...by };
    await registry.insertVersion({ name: projectId, description: '', stage: 'None', ...version });
    await registry.setAlias(projectId, 'champion', 1);
    await projects.setProtected({ projectId, branch: 'main', protected: true });
    await views.setStar({ userId: 'admin', runId: id, starred: true });
  });
  await domain.logStore.append(id, { kind: 'data', data: Buffer.from('output') });
  await domain.artifacts.put(`${experimentId}/${id}/artifacts`, 'a.txt', bytes('file'));
}

async function* bytes(text: string) {
  yield Buffer.from(text);
}

/** How many rows each table has. */
function countRows(file: string): Readonly<Record<string, number>> {
  const { database } = openMigrated(file);
  const tables = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all();
  const counts = tables.map(({ name }) => [name, database.prepare(`SELECT count(*) AS n FROM ${name}`).get()?.n]);
  database.close();
  return Object.fromEntries(counts) as Record<string, number>;
}

describe('projects that are removed for good', () => {
  it('leave every table as it was before them, and nothing of others', async () => {
    await using folder = await temporaryFolder();
    await using domain = await createDomain();
    await fill(domain, 'kept');
    const file = (name: string) => join(folder.path, name);
    await domain.store.backup(file('before.db'));
    await fill(domain, 'gone');
    const { experimentId } = await domain.projects.get({ projectId: 'gone' }, domain.admin);
    const repositories = new GitRepositoryStore({ folder: file('repos') });
    await repositories.ensureRepository('gone');
    const projectCode = new GitProjectCode({ folder: file('repos'), repositories });
    const purge = new ProjectPurge({ ...domain, logs: domain.logStore, projectCode });

    await domain.projects.delete({ projectId: 'gone', confirm: 'gone' }, domain.admin);
    domain.clock.offset = 29 * day;
    assert.deepEqual(await purge.purge(), []);
    assert.deepEqual(
      (await domain.projects.deleted(undefined, domain.admin)).map(({ id }) => id),
      ['gone'],
    );
    domain.clock.offset = 31 * day;
    assert.deepEqual(await domain.projects.deleted(undefined, domain.admin), []);
    await assert.rejects(domain.projects.restore({ projectId: 'gone' }, domain.admin), { reason: 'not-found' });
    assert.deepEqual(await purge.purge(), ['gone']);

    await domain.store.backup(file('after.db'));
    // What happened stays in the log, and names of metrics are shared by all.
    const { events: _before, ...before } = countRows(file('before.db'));
    const { events: _after, ...after } = countRows(file('after.db'));
    assert.deepEqual(after, before);
    assert.equal(await domain.logStore.size('gone-run'), 0);
    assert.deepEqual(await domain.artifacts.list(experimentId, ''), []);
    assert.equal(await repositories.exists('gone'), false);
    assert.equal(await domain.logStore.size('kept-run'), 6);
    assert.equal(await domain.store.firstBrokenEvent(), null);
    await domain.store.sealIdleTails();
  });
});
