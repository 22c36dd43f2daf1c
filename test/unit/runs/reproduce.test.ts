import assert from 'node:assert/strict';
import type { Difference } from '../../../protocol/model/reproduction.ts';
import { reproducesTag } from '../../../protocol/model/reproduction.ts';
import { compareMetrics } from '../../../server/domain/runs/compareMetrics.ts';
import { artifactRootKey } from '../../../server/domain/shared/artifactRoot.ts';
import { FakeBackend } from '../../fixtures/fakeBackend.ts';
import { commit, createDomain, type Domain, furnish, launchInput, person, runUntil } from '../../harness/domain.ts';
import { storedRun } from '../../harness/records.ts';

async function furnished(): Promise<Domain & { backend: FakeBackend }> {
  const domain = await createDomain({ backend: new FakeBackend(), inMemory: true });
  await furnish(domain);
  return domain as Domain & { backend: FakeBackend };
}

const kinds = (differences: readonly Difference[]) => differences.map(({ what, kind }) => `${what} ${kind}`).sort();
const metric = (key: string, latest: number | 'NaN' | 'Infinity') => ({
  [key]: { key, latest, step: 0, timestamp: 0, count: 1, min: null, max: null },
});

describe('a run made again', () => {
  it('has the same code, environment, tier, command and parameters, and names what it repeats', async () => {
    await using domain = await furnished();
    const input = launchInput({ name: 'first', parameters: { seed: '7', rate: '0.1' }, artifacts: ['out'] });
    const first = await domain.runs.launch(input, domain.admin);
    const plan = await domain.runs.reproducePlan({ runId: first.id }, domain.admin);
    assert.deepEqual([plan.possible, plan.because, plan.pricePerHour], [true, null, 0]);
    assert.deepEqual(plan.same.map(({ what }) => what).sort(), [
      'code',
      'command',
      'hardware',
      'parameters',
      'seed',
      'tier',
    ]);
    assert.deepEqual(kinds(plan.differences), ['data unknown', 'environment unknown']);
    const again = await domain.runs.reproduce({ runId: first.id }, domain.admin);
    assert.equal(again.name, 'first again');
    assert.equal(again.tags[reproducesTag], first.id);
    for (const key of ['command', 'code', 'tierId', 'environmentRevision', 'experimentId', 'parameters'] as const) {
      assert.deepEqual(again[key], first[key], key);
    }
    assert.equal(domain.code.pins.get(again.id), commit);
    const stored = await domain.store.read(({ runs }) => runs.run(again.id));
    assert.deepEqual(stored?.launch?.artifacts, ['out']);
  });

  it('is launched once for one request', async () => {
    await using domain = await furnished();
    const { id: runId } = await domain.runs.launch(launchInput(), domain.admin);
    const requestId = '11111111-1111-4111-8111-111111111111';
    const one = await domain.runs.reproduce({ runId, requestId }, domain.admin);
    assert.equal((await domain.runs.reproduce({ runId, requestId }, domain.admin)).id, one.id);
  });

  it('is not planned where its tier is gone, and can go to another', async () => {
    await using domain = await furnished();
    const { id: runId } = await domain.runs.launch(launchInput(), domain.admin);
    const [small] = domain.catalog.list;
    domain.catalog.change([{ ...small!, id: 'large', cpus: 8 }]);
    const plan = await domain.runs.reproducePlan({ runId }, domain.admin);
    assert.equal(plan.possible, false);
    assert.match(plan.because ?? '', /no hardware tier small/);
    assert.deepEqual(kinds(plan.differences)[4], 'tier blocks');
    await assert.rejects(domain.runs.reproduce({ runId }, domain.admin), { reason: 'not-found', field: 'tierId' });
    const other = await domain.runs.reproducePlan({ runId, tierId: 'large' }, domain.admin);
    assert.equal(other.possible, true);
    assert.ok(kinds(other.differences).includes('tier differs'));
    assert.match(other.differences.find(({ what }) => what === 'hardware')?.text ?? '', /cpus 1 → 8/);
    assert.equal((await domain.runs.reproduce({ runId, tierId: 'large' }, domain.admin)).tierId, 'large');
  });

  it('says that a tier has other hardware than it had', async () => {
    await using domain = await furnished();
    const { id: runId } = await domain.runs.launch(launchInput(), domain.admin);
    domain.catalog.change(domain.catalog.list.map((tier) => ({ ...tier, memoryMiB: 2048, gpus: 1 })));
    const { differences } = await domain.runs.reproducePlan({ runId }, domain.admin);
    assert.match(differences.find(({ what }) => what === 'hardware')?.text ?? '', /memoryMiB 512 → 2048, gpus 0 → 1/);
  });

  it('cannot be made where its commit is gone', async () => {
    await using domain = await furnished();
    const { id: runId } = await domain.runs.launch(launchInput(), domain.admin);
    domain.code.repositories.clear();
    const plan = await domain.runs.reproducePlan({ runId }, domain.admin);
    assert.equal(plan.possible, false);
    assert.deepEqual(kinds(plan.differences)[0], 'code blocks');
    assert.ok(!plan.same.some(({ what }) => what === 'code'));
  });

  it('knows the build of a Python environment, and a newer one', async () => {
    await using domain = await furnished();
    const definition = { kind: 'python', requirements: 'numpy', python: 'python3' } as const;
    await domain.environments.create({ id: 'py', description: '', definition }, domain.admin);
    await domain.scheduler.start();
    const { id: runId } = await domain.runs.launch(launchInput({ environmentId: 'py' }), domain.admin);
    await runUntil(domain, runId, ({ state }) => state === 'running');
    const built = await domain.runs.reproducePlan({ runId }, domain.admin);
    assert.match(built.same.find(({ what }) => what === 'environment')?.text ?? '', /py revision 1, the same build/);
    const revision = await domain.store.read(({ environments }) => environments.revision('py', 1));
    const later = { ...revision!.build, endedAt: Date.now() + 60_000 };
    await domain.store.write(({ environments }) => environments.setBuild(revision!.digest, later));
    const anew = await domain.runs.reproducePlan({ runId }, domain.admin);
    assert.match(anew.differences.find(({ what }) => what === 'environment')?.text ?? '', /built anew since/);
    domain.backend.finish(runId);
  });

  it('of a run that was only logged tells what its client told, and why it cannot be', async () => {
    await using domain = await furnished();
    const project = await domain.projects.get({ projectId: 'iris' }, domain.admin);
    const run = storedRun({ id: 'logged', projectId: 'iris', experimentId: project.experimentId });
    await domain.store.write(async ({ runs, tracking }) => {
      await runs.insertRun(run);
      await tracking.setTags('logged', { 'mlflow.source.name': 'train.py', 'mlflow.source.git.commit': commit });
    });
    const content = async function* () {
      yield Buffer.from('numpy==2.0.0\n');
    };
    await domain.artifacts.put(artifactRootKey(run), 'model/requirements.txt', content());
    const plan = await domain.runs.reproducePlan({ runId: 'logged' }, domain.admin);
    assert.match(plan.because ?? '', /a client logged it/);
    assert.deepEqual(plan.told, { source: 'train.py', commit, requirements: 'model/requirements.txt' });
    await assert.rejects(domain.runs.reproduce({ runId: 'logged' }, domain.admin), {
      reason: 'wrong-state',
      field: 'runId',
    });
  });

  it('is compared with the first by the versions of the datasets that both logged', async () => {
    await using domain = await furnished();
    const first = await domain.runs.launch(launchInput(), domain.admin);
    const log = (run: { id: string; experimentId: string }, digest: string) => {
      const dataset = { name: 'train', digest, sourceType: 'local', source: '{}', schema: null, profile: null };
      return domain.store.write(({ links }) => links.logDatasets(run, [{ dataset, tags: {} }]));
    };
    await log(first, 'd1');
    const plan = await domain.runs.reproducePlan({ runId: first.id }, domain.admin);
    assert.match(plan.differences.find(({ what }) => what === 'data')?.text ?? '', /^It logged train d1;/);
    const again = await domain.runs.reproduce({ runId: first.id }, domain.admin);
    const data = async () => {
      const { differences } = await domain.runs.reproduction({ runId: again.id, tolerance: 0 }, domain.admin);
      const { kind, text } = differences.find(({ what }) => what === 'data') ?? {};
      return kind && `${kind}: ${text}`;
    };
    assert.match((await data()) ?? '', /^unknown: It logged train d1;/);
    await log(again, 'd1');
    assert.equal(await data(), undefined);
    await log(again, 'd2');
    assert.equal(await data(), 'differs: Other data: train d1 and d2 instead of d1.');
  });

  it('is compared with the first by its metrics, from both sides', async () => {
    await using domain = await furnished();
    const first = await domain.runs.launch(launchInput(), domain.admin);
    const again = await domain.runs.reproduce({ runId: first.id }, domain.admin);
    const points = (value: number) => [{ key: 'loss', value, step: 1, timestamp: 1 }];
    await domain.store.write(async ({ tracking }) => {
      await tracking.logMetrics(first.id, points(0.5));
      await tracking.logMetrics(again.id, points(0.52));
    });
    const outcome = await domain.runs.reproduction({ runId: again.id, tolerance: 0.01 }, domain.admin);
    assert.equal(outcome.of?.id, first.id);
    assert.deepEqual(kinds(outcome.differences), ['data unknown', 'environment unknown', 'seed unknown']);
    const [loss] = outcome.metrics;
    assert.deepEqual([loss?.key, loss?.original, loss?.again, loss?.verdict], ['loss', 0.5, 0.52, 'outside']);
    assert.ok(Math.abs((loss?.difference ?? 0) - 0.02 / 0.52) < 1e-12);
    const wide = await domain.runs.reproduction({ runId: again.id, tolerance: 0.05 }, domain.admin);
    assert.equal(wide.metrics[0]?.verdict, 'within');
    const original = await domain.runs.reproduction({ runId: first.id, tolerance: 0.01 }, domain.admin);
    assert.deepEqual([original.of, original.again.map(({ id }) => id)], [null, [again.id]]);
  });

  it('does not show an original of a project that one may not see', async () => {
    await using domain = await furnished();
    await furnish(domain, 'wine');
    const secret = await domain.runs.launch(launchInput({ projectId: 'wine' }), domain.admin);
    const { id: runId } = await domain.runs.launch(launchInput({ tags: { [reproducesTag]: secret.id } }), domain.admin);
    const ada = await person(domain, 'ada');
    await domain.projects.setMember({ projectId: 'iris', userId: 'ada', role: 'viewer' }, domain.admin);
    assert.equal((await domain.runs.reproduction({ runId, tolerance: 0 }, ada)).of, null);
  });
});

describe('metrics side by side', () => {
  const verdicts = (one: object, other: object, tolerance = 0.01) =>
    compareMetrics(one as never, other as never, tolerance).map(({ key, verdict }) => `${key} ${verdict}`);

  it('are within the tolerance up to it, and outside past it', () => {
    assert.deepEqual(verdicts(metric('a', 100), metric('a', 99)), ['a within']);
    assert.deepEqual(verdicts(metric('a', 100), metric('a', 98.9)), ['a outside']);
    assert.deepEqual(verdicts(metric('a', 0), metric('a', 0), 0), ['a within']);
    assert.deepEqual(verdicts(metric('a', 0), metric('a', 1e-300), 0.5), ['a outside']);
    assert.deepEqual(verdicts(metric('a', 1e308), metric('a', -1e308), 1), ['a outside']);
  });

  it('are equal where both are NaN or the same infinity', () => {
    assert.deepEqual(verdicts(metric('a', 'NaN'), metric('a', 'NaN')), ['a within']);
    assert.deepEqual(verdicts(metric('a', 'Infinity'), metric('a', 'NaN')), ['a outside']);
    assert.deepEqual(verdicts(metric('a', 'Infinity'), metric('a', 1)), ['a outside']);
  });

  it('name what is missing, and do not judge times', () => {
    const one = { ...metric('a', 1), ...metric('seconds', 1), ...metric('system/cpu', 1) };
    assert.deepEqual(verdicts(one, metric('seconds', 9)), ['a missing', 'seconds time']);
  });
});
