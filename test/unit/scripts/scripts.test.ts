import assert from 'node:assert/strict';
import { parseFilter } from '../../../server/domain/tracking/filter/parseFilter.ts';
import { createDomain, type Domain, furnish, launchInput, person } from '../../harness/domain.ts';
import { storedRun } from '../../harness/records.ts';

async function furnished(): Promise<Domain> {
  const domain = await createDomain({ inMemory: true });
  await furnish(domain);
  return domain;
}

type Made = { readonly rate: string; readonly accuracy?: number; readonly command?: string; readonly folder?: string };

async function launched(domain: Domain, { rate, accuracy, command = 'python3 train.py', folder = '' }: Made) {
  const code = { ...launchInput().code, folder };
  if (folder !== '') domain.code.contents.set(`${folder}/train.py`, Buffer.from('print(2)\n'));
  const run = await domain.runs.launch(launchInput({ command, code, parameters: { rate } }), domain.admin);
  if (accuracy === undefined) return run;
  const point = { value: accuracy, step: 1, timestamp: 1 };
  const points = [
    { ...point, key: 'accuracy' },
    { ...point, key: 'seconds' },
  ];
  await domain.store.write(({ tracking }) => tracking.logMetrics(run.id, points));
  return run;
}

async function matching(domain: Domain, filter: string, experimentId: string): Promise<number> {
  const where = parseFilter(filter);
  return (await domain.store.scans.count({ experimentIds: [experimentId], view: 'active', where })).total;
}

describe('runs of a script', () => {
  it('are counted with the best, the last and the parameters', async () => {
    await using domain = await furnished();
    await launched(domain, { rate: '0.1', accuracy: 0.7 });
    const best = await launched(domain, { rate: '0.2', accuracy: 0.9 });
    await launched(domain, { rate: '0.3', accuracy: Number.POSITIVE_INFINITY });
    const last = await launched(domain, { rate: '0.1' });
    await launched(domain, { rate: '9', accuracy: 1, command: 'python3 other.py' });
    await launched(domain, { rate: '9', accuracy: 1, folder: 'sub' });
    const found = await domain.scripts.summary({ path: 'train.py' }, domain.admin);
    assert.deepEqual([found.runs, found.considered], [4, 4]);
    assert.deepEqual(
      [found.best?.runId, found.best?.metric, found.best?.value, found.best?.direction],
      [best.id, 'accuracy', 0.9, 'max'],
    );
    assert.equal(found.last?.runId, last.id);
    assert.deepEqual(found.parameters, [{ key: 'rate', values: 3, best: '0.2' }]);
    assert.deepEqual(found.experiments, [{ experimentId: best.experimentId, runs: 4 }]);
    assert.equal(found.filter, "tags.`mlflow.source.name` = 'python3 train.py'");
    // The filter cannot tell folders apart.
    assert.equal(await matching(domain, found.filter, best.experimentId), 5);
  });

  it('are judged by the end that their experiment says is best', async () => {
    await using domain = await furnished();
    const least = await launched(domain, { rate: '0.1', accuracy: 0.2 });
    await launched(domain, { rate: '0.2', accuracy: 0.9 });
    await domain.store.write(({ tracking }) =>
      tracking.updateExperiment(least.experimentId, { setTags: { 'flywheel.direction.accuracy': 'min' } }),
    );
    const { best } = await domain.scripts.summary({ path: 'train.py' }, domain.admin);
    assert.deepEqual([best?.runId, best?.direction, best?.value], [least.id, 'min', 0.2]);
    const effect = await domain.scripts.effect({ path: 'train.py', parameters: ['rate'] }, domain.admin);
    assert.equal(effect.direction, 'min');
  });

  it('in a folder are not those at the root', async () => {
    await using domain = await furnished();
    await launched(domain, { rate: '1', folder: 'sub' });
    await launched(domain, { rate: '1' });
    assert.equal((await domain.scripts.summary({ path: 'sub/train.py' }, domain.admin)).runs, 1);
  });

  it('take in what clients logged from a laptop, and find all by the name they share', async () => {
    await using domain = await furnished();
    await launched(domain, { rate: '1' });
    const { experimentId } = await domain.projects.get({ projectId: 'iris' }, domain.admin);
    await domain.store.write(async ({ runs, tracking }) => {
      await runs.insertRun(storedRun({ id: 'laptop', projectId: 'iris', experimentId }));
      await tracking.setTags('laptop', { 'mlflow.source.name': "/home/o'hara/demo/train.py" });
    });
    const found = await domain.scripts.summary({ path: 'train.py' }, domain.admin);
    assert.equal(found.runs, 2);
    assert.equal(found.filter, "tags.`mlflow.source.name` LIKE '%train.py%'");
    assert.equal(await matching(domain, found.filter, experimentId), 2);
  });

  it('tell what values of a parameter led to', async () => {
    await using domain = await furnished();
    for (const accuracy of [0.6, 0.8]) await launched(domain, { rate: '0.1', accuracy });
    await launched(domain, { rate: '0.2', accuracy: Number.NaN });
    const input = { path: 'train.py', parameters: ['learning-rate', 'rate'] };
    const effect = await domain.scripts.effect(input, domain.admin);
    assert.deepEqual(
      [effect.parameter, effect.metric, effect.distinct, effect.direction],
      ['rate', 'accuracy', 2, 'max'],
    );
    const [first, second] = effect.values;
    assert.deepEqual([first?.value, first?.runs, first?.measured, first?.low, first?.high], ['0.1', 2, 2, 0.6, 0.8]);
    assert.ok(Math.abs((first?.mean ?? 0) - 0.7) < 1e-12);
    assert.deepEqual([second?.value, second?.measured, second?.mean], ['0.2', 0, null]);
    const none = await domain.scripts.effect({ path: 'train.py', parameters: ['depth'] }, domain.admin);
    assert.deepEqual([none.parameter, none.values], [null, []]);
    const everything = await domain.scripts.effect({ projectId: 'iris', parameters: ['rate'] }, domain.admin);
    assert.equal(everything.distinct, 2);
  });

  it('are only those that one may see', async () => {
    await using domain = await furnished();
    await launched(domain, { rate: '1', accuracy: 1 });
    const ada = await person(domain, 'ada');
    const hidden = await domain.scripts.summary({ path: 'train.py' }, ada);
    assert.deepEqual([hidden.runs, hidden.best, hidden.filter, hidden.experiments], [0, null, '', []]);
    await assert.rejects(domain.scripts.summary({ path: 'train.py', projectId: 'iris' }, ada), { field: 'projectId' });
    await domain.projects.setMember({ projectId: 'iris', userId: 'ada', role: 'viewer' }, domain.admin);
    assert.equal((await domain.scripts.summary({ path: 'train.py' }, ada)).runs, 1);
  });

  it('are none where nothing was ever recorded', async () => {
    await using domain = await furnished();
    assert.equal((await domain.scripts.summary({ path: 'train.py' }, domain.admin)).runs, 0);
    assert.equal((await domain.scripts.summary({ projectId: 'iris' }, domain.admin)).runs, 0);
  });
});
