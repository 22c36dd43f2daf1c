import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { LaunchInput } from '../../../protocol/model/run.ts';
import { FakeBackend } from '../../fixtures/fakeBackend.ts';
import { commit, createDomain, type Domain, furnish, launchInput, person } from '../../harness/domain.ts';

async function furnished(options: Parameters<typeof createDomain>[0] = {}): Promise<Domain & { backend: FakeBackend }> {
  const domain = await createDomain({ backend: new FakeBackend(), ...options });
  await furnish(domain);
  return domain as Domain & { backend: FakeBackend };
}

const code = launchInput().code;

describe('launch', () => {
  it('queues a run with its parameters, tags, pinned code and a readable name', async () => {
    await using domain = await furnished();
    const input = launchInput({ parameters: { depth: '3' }, tags: { team: 'blue' } });
    const run = await domain.runs.launch(input, domain.admin);
    assert.equal(run.state, 'queued');
    assert.match(run.id, /^[0-9a-f]{32}$/);
    assert.ok(run.name.length > 3 && run.name !== run.id);
    assert.deepEqual(run.parameters, { depth: '3' });
    assert.equal(run.tags.team, 'blue');
    assert.equal(run.tags['mlflow.runName'], run.name);
    assert.equal(run.environmentRevision, 1);
    assert.equal(run.artifactRoot, `mlflow-artifacts:/${run.experimentId}/${run.id}/artifacts`);
    assert.equal(domain.code.pins.get(run.id), commit);
    assert.equal((await domain.projects.get({ projectId: 'iris' }, domain.admin)).runs.active, 1);
  });

  const refused: readonly [string, Partial<LaunchInput>, string, string][] = [
    ['an unknown project', { projectId: 'none' }, 'not-found', 'projectId'],
    ['an unknown environment', { environmentId: 'none' }, 'not-found', 'environmentId'],
    ['an unknown revision', { environmentRevision: 7 }, 'not-found', 'environmentRevision'],
    ['an unknown tier', { tierId: 'none' }, 'not-found', 'tierId'],
    ['an experiment of nowhere', { experimentId: '999' }, 'not-found', 'experimentId'],
    ['code that was not pushed', { code: { ...code, commit: 'd'.repeat(40) } }, 'not-found', 'code.commit'],
    ['a folder that is not there', { code: { ...code, folder: 'src' } }, 'invalid-input', 'code.folder'],
    ['a command with a NUL', { command: 'echo \0' }, 'invalid-input', 'command'],
  ];
  for (const [what, change, reason, field] of refused) {
    it(`refuses ${what} and names the field`, async () => {
      await using domain = await furnished();
      await assert.rejects(domain.runs.launch(launchInput(change), domain.admin), { reason, field });
      assert.deepEqual((await domain.runs.list({ limit: 10 }, domain.admin)).items, []);
    });
  }

  it('refuses a retired revision, and an environment whose revisions are all retired', async () => {
    await using domain = await furnished();
    const retired = { environmentId: 'system', revision: 1, state: 'retired' as const, reason: 'too old' };
    await domain.environments.setState(retired, domain.admin);
    const named = domain.runs.launch(launchInput({ environmentRevision: 1 }), domain.admin);
    await assert.rejects(named, {
      reason: 'wrong-state',
      field: 'environmentRevision',
      message: /retired \(too old\)/,
    });
    const unnamed = domain.runs.launch(launchInput(), domain.admin);
    await assert.rejects(unnamed, { reason: 'wrong-state', field: 'environmentId' });
  });

  it('refuses an experiment of another project', async () => {
    await using domain = await furnished();
    await furnish(domain, 'wine');
    const { experimentId } = await domain.projects.get({ projectId: 'wine' }, domain.admin);
    await assert.rejects(domain.runs.launch(launchInput({ experimentId }), domain.admin), { field: 'experimentId' });
  });

  it('hides a tier for administrators from the others', async () => {
    await using domain = await furnished({ tiers: [{ adminOnly: true }] });
    const ada = await person(domain, 'ada');
    await assert.rejects(domain.runs.launch(launchInput(), ada), { reason: 'not-found', field: 'tierId' });
    assert.deepEqual((await domain.tiers.list(undefined, ada)).tiers, []);
    assert.equal((await domain.tiers.list(undefined, domain.admin)).tiers.length, 1);
  });

  it('refuses a tier that its host can never give, but not one whose host is down', async () => {
    await using domain = await furnished();
    domain.backend.misfits.set('small', 'the host has 2 CPUs');
    await assert.rejects(domain.runs.launch(launchInput(), domain.admin), { reason: 'invalid-input', field: 'tierId' });
    domain.backend.available = { ...domain.backend.available, available: false, problem: 'down' };
    assert.equal((await domain.runs.launch(launchInput(), domain.admin)).state, 'queued');
  });

  it('answers the same run for the same request id, also when asked at once', async () => {
    await using domain = await furnished();
    const input = launchInput({ requestId: randomUUID() });
    const launched = await Promise.all([1, 2, 3].map(() => domain.runs.launch(input, domain.admin)));
    const again = await domain.runs.launch(input, domain.admin);
    assert.deepEqual(new Set([...launched, again].map(({ id }) => id)).size, 1);
    assert.equal((await domain.runs.list({ limit: 10 }, domain.admin)).items.length, 1);
  });
});

describe('tiers', () => {
  it('say how many run and wait, and why they cannot be used', async () => {
    await using domain = await furnished({ tiers: [{}, { id: 'odd', name: 'Odd', backend: 'docker' }] });
    await domain.scheduler.start();
    await domain.runs.launch(launchInput(), domain.admin);
    await domain.runs.launch(launchInput(), domain.admin);
    const { tiers, currency, defaultTierId } = await domain.tiers.list(undefined, domain.admin);
    assert.equal((tiers[0]?.running ?? 0) + (tiers[0]?.queued ?? 0), 2);
    assert.deepEqual([tiers[0]?.available, tiers[0]?.problem], [true, null]);
    assert.equal(tiers[1]?.available, false);
    assert.match(tiers[1]?.problem ?? '', /no compute backend docker/);
    assert.deepEqual([currency, defaultTierId], ['EUR', 'small']);
  });
});
