/** A script that uses Optuna itself: its study is a sweep, each of its trials a run of it. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { SweepDetail } from '../../../protocol/model/sweep.ts';
import { type OpenClient, openClient } from '../../harness/client.ts';
import { projectWithCode } from '../../harness/projectWithCode.ts';
import { type Python, pythonWith, runPython } from '../../harness/python.ts';
import { dataFolder, startServer } from '../../harness/server.ts';
import { manyPlaces, sweepUntil } from './sweepServer.ts';

const script = join(import.meta.dirname, 'study.py');
const packages = ['mlflow==3.17.2', 'optuna==5.0.0', 'optuna-integration[mlflow]==5.0.0'];
const quiet = { MLFLOW_DISABLE_TELEMETRY: 'true', GIT_PYTHON_REFRESH: 'quiet' };

describe('a study of Optuna', function () {
  this.timeout(600_000);
  let python: Python;
  before(async () => {
    python = await pythonWith('optuna', packages);
  });

  it('is a sweep: from a laptop, from a job, and after a restart of the server', async function () {
    if ('missing' in python) {
      console.log(`      skipped: ${python.missing}`);
      return this.skip();
    }
    await using folder = await dataFolder();
    await manyPlaces(folder.path);
    let id = '';
    {
      await using server = await startServer({ data: folder.path });
      await using client = await openClient(server);
      const environment = { ...quiet, MLFLOW_TRACKING_URI: server.url, MLFLOW_TRACKING_TOKEN: server.token };
      for (const way of ['callback', 'storage']) {
        const ran = await runPython(python, { args: [script, way], environment });
        assert.equal(ran.code, 0, ran.output);
      }
      checkStudy(await studyOf(client, 'stored'), 'maximize');
      const study = await studyOf(client, 'digits study');
      checkStudy(study, 'maximize');
      await assert.rejects(client.api.sweeps.pause({ sweepId: study.id }), /Optuna, which drives it itself/);
      id = study.id;
    }
    await using server = await startServer({ data: folder.path });
    await using client = await openClient(server);
    checkStudy(await client.api.sweeps.get({ sweepId: id }), 'maximize');
    const files = { 'study.py': await readFile(script, 'utf8') };
    const code = await projectWithCode({ ...server, api: client.api }, { id: 'studies', files });
    const { id: runId } = await client.api.runs.launch({
      projectId: 'studies',
      name: 'the job',
      command: `${python.path} study.py nested`,
      environmentId: 'system',
      tierId: 'small',
      code,
    });
    let output = '';
    for await (const chunk of await client.api.runs.logs({ runId })) output += chunk.kind === 'text' ? chunk.text : '';
    assert.equal((await client.api.runs.get({ runId })).state, 'succeeded', output);
    const study = await studyOf(client, 'the job');
    checkStudy(study, 'minimize');
    assert.deepEqual([study.projectId, study.createdBy.id], ['studies', 'admin']);
  });
});

async function studyOf({ api }: OpenClient, name: string): Promise<SweepDetail> {
  for (const deadline = Date.now() + 60_000; ; await delay(100)) {
    const found = (await api.sweeps.list({})).find((sweep) => sweep.name === name);
    if (found) return sweepUntil(api, found.id, ({ trials }) => trials.length === 5);
    if (Date.now() > deadline) throw new Error(`no sweep ${name}`);
  }
}

function checkStudy(study: SweepDetail, direction: string): void {
  assert.deepEqual([study.origin, study.state, study.reason], ['optuna', 'ended', 'recorded']);
  assert.deepEqual(study.objective, { metric: 'value', direction });
  assert.deepEqual([...study.parameters].sort(), ['kind', 'layers', 'rate']);
  assert.deepEqual(
    study.trials.map(({ number, outcome }) => [number, outcome]),
    [0, 1, 2, 3, 4].map((number) => [number, number === 2 ? 'pruned' : 'complete']),
  );
  for (const { values, value, outcome } of study.trials) {
    const { rate, layers, kind } = values;
    if (outcome !== 'complete') continue;
    const expected = Number(rate) + Number(layers) + (kind === 'sgd' ? 1 : 0);
    assert.ok(Math.abs((value ?? 0) - expected) < 1e-9, JSON.stringify(values));
  }
  const values = study.trials.flatMap(({ value, outcome }) => (outcome === 'complete' ? (value ?? []) : []));
  assert.equal(study.best?.value, direction === 'minimize' ? Math.min(...values) : Math.max(...values));
}
