/** Both example projects, launched from a folder of their own as a person does it, and what they leave behind. */
import assert from 'node:assert/strict';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { prepareLaunch } from '../../../client/snapshot/prepareLaunch.ts';
import type { LogChunk, Run } from '../../../protocol/model/run.ts';
import { openClient, type TestClient } from '../../harness/client.ts';
import { skip } from '../../harness/reporter.ts';
import { startServer } from '../../harness/server.ts';
import { temporaryFolder } from '../../harness/temporaryFolder.ts';

const examples = join(import.meta.dirname, '../../../examples');

type Example = {
  readonly name: string;
  readonly command: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly environmentId: string;
};
type Server = { readonly url: string; readonly token: string };
type Ended = { readonly run: Run; readonly output: string };

/** Launches an example from a copy of its folder and follows its output to the end. */
async function runExample(server: Server, api: TestClient, example: Example): Promise<Ended> {
  await using copy = await temporaryFolder();
  await cp(join(examples, example.name), copy.path, { recursive: true });
  await api.projects.create({ id: example.name });
  const code = await prepareLaunch({ folder: copy.path, projectId: example.name, ...server });
  const { name: projectId, command, parameters, environmentId } = example;
  const { id } = await api.runs.launch({ projectId, command, parameters, environmentId, tierId: 'standard', code });
  const output = textOf(await collect(await api.runs.logs({ runId: id })));
  const run = await api.runs.get({ runId: id });
  assert.deepEqual([run.state, run.exitCode], ['succeeded', 0], `${run.reason}: ${run.detail}\n${output}`);
  return { run, output };
}

async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/** The whole text; what is missing from it is a failure. */
function textOf(chunks: readonly LogChunk[]): string {
  assert.equal(chunks.at(-1)?.kind, 'end');
  return chunks
    .slice(0, -1)
    .map((chunk) => (chunk.kind === 'text' ? chunk.text : `<${chunk.kind}>`))
    .join('');
}

async function curve(api: TestClient, runId: string, key: string) {
  const [found] = await api.runs.history({ runIds: [runId], keys: [key] });
  assert.ok(found, `there is no curve ${key}`);
  return found;
}

const count = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

async function reachesPyPI(): Promise<boolean> {
  const answer = await fetch('https://pypi.org/simple/mlflow-skinny/', {
    method: 'HEAD',
    signal: AbortSignal.timeout(10_000),
  }).catch(() => null);
  return answer?.ok ?? false;
}

describe('examples', function () {
  this.timeout(600_000);

  it('digits learns to read, logs each epoch and keeps what it made', async () => {
    await using server = await startServer();
    await using client = await openClient(server);
    const epochs = 4;
    const { run, output } = await runExample(server, client.api, {
      name: 'digits',
      command: 'python3 train.py',
      parameters: { epochs: String(epochs), hidden: '24', rate: '0.02', seed: '1' },
      environmentId: 'system',
    });
    const lines = output.trim().split('\n');
    assert.equal(lines.length, epochs + 2);
    assert.match(lines[0] ?? '', /^\d+ digits to learn from/);
    assert.match(lines.at(-1) ?? '', /see missed\.png and confusion\.csv/);
    const accuracy = await curve(client.api, run.id, 'accuracy');
    assert.deepEqual(accuracy.steps, count(1, epochs));
    assert.ok(
      accuracy.values.every((value) => Number(value) > 0.8),
      `accuracy ${accuracy.values.join(', ')}`,
    );
    await hasPreviews(client.api, run.id);
  });

  it('breast-cancer tracks itself with stock MLflow in an environment made for it', async function () {
    if (!(await reachesPyPI())) skip(this, 'PyPI is not reachable');
    await using server = await startServer();
    await using client = await openClient(server);
    const requirements = await readFile(join(examples, 'breast-cancer/requirements.txt'), 'utf8');
    const definition = { kind: 'python', python: 'python3', requirements } as const;
    await client.api.environments.create({ id: 'sklearn', definition });
    const trees = 30;
    const { run, output } = await runExample(server, client.api, {
      name: 'breast-cancer',
      command: 'python train.py',
      parameters: { trees: String(trees), depth: '2' },
      environmentId: 'sklearn',
    });
    assert.match(output, /^accuracy 0\.9\d+ on 143 held-out tumours$/m);
    assert.doesNotMatch(output, /warning|error|traceback|404/i);
    await isTracked(client.api, run, trees);
    const { build } = (await client.api.environments.get({ environmentId: 'sklearn' })).latest;
    assert.equal(build.state, 'ready');
    assert.match(build.lock ?? '', /^scikit-learn==1\./m);
  });
});

async function hasPreviews(api: TestClient, runId: string): Promise<void> {
  const found = await api.runs.artifacts({ runId, path: 'outputs' });
  const expected = { 'confusion.csv': 'text/csv', 'missed.csv': 'text/csv', 'missed.png': 'image/png' };
  const names = [...Object.keys(expected), 'model.json'].map((name) => `outputs/${name}`).sort();
  assert.deepEqual(found.map(({ path }) => path).sort(), names);
  for (const [name, mediaType] of Object.entries(expected)) {
    const preview = await api.runs.previewArtifact({ runId, path: `outputs/${name}` });
    assert.deepEqual([preview.mediaType.split(';')[0], preview.truncated], [mediaType, false]);
  }
  const model = await api.runs.previewArtifact({ runId, path: 'outputs/model.json' });
  assert.ok(model.content.encoding === 'text' && model.content.text.startsWith('{"w1": [['));
}

/** Autologging's own parameters and metrics, and what the script adds to them. */
async function isTracked(api: TestClient, run: Run, trees: number): Promise<void> {
  const { n_estimators, max_depth, trees: given } = run.parameters;
  assert.deepEqual([n_estimators, max_depth, given], [String(trees), '2', String(trees)]);
  const training = run.metrics.find(({ key }) => key === 'training_accuracy_score');
  assert.ok(Number(training?.latest) > 0.9, `metrics: ${run.metrics.map(({ key }) => key).join(', ')}`);
  const auc = await curve(api, run.id, 'test_auc');
  assert.deepEqual(auc.steps, count(1, trees));
  assert.ok(Number(auc.values.at(-1)) > 0.9);
  const names = (await api.runs.artifacts({ runId: run.id })).map(({ path }) => path);
  assert.ok(names.includes('importances.json'), names.join(', '));
}
