/** A server whose runs are containers on a real engine: from the launch to metrics, output and artifacts. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readPortFile } from '../../../client/portFile.ts';
import { isFinal, type Run } from '../../../protocol/model/run.ts';
import { openClient, type TestClient } from '../../harness/client.ts';
import { type DockerEngine, dockerEngine } from '../../harness/dockerEngine.ts';
import { projectWithCode } from '../../harness/projectWithCode.ts';
import { skip } from '../../harness/reporter.ts';
import { startServer } from '../../harness/server.ts';
import { catalogOf, dockerData } from './dockerServer.ts';

/** Logs a metric over the MLflow wire with what the run was given, and nothing but Python. */
const job = `
import json, os, socket, urllib.request
url = os.environ['MLFLOW_TRACKING_URI'] + '/api/2.0/mlflow/runs/log-metric'
body = {'run_id': os.environ['MLFLOW_RUN_ID'], 'key': 'loss', 'value': 0.25, 'timestamp': 1, 'step': 0}
headers = {'Authorization': 'Bearer ' + os.environ['MLFLOW_TRACKING_TOKEN'], 'Content-Type': 'application/json'}
urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers), timeout=20).read()
os.makedirs('outputs'); open('outputs/model.txt', 'w').write('weights')
print('logged as', os.getuid())
`;

/** Logs as soon as it can, after the server has gone once. */
const patientJob = `
import time, urllib.request, os
print('up', flush=True)
def answers():
    try: return urllib.request.urlopen(os.environ['MLFLOW_TRACKING_URI'] + '/', timeout=1).status
    except urllib.error.HTTPError: return True
    except Exception: return False
while answers(): time.sleep(0.05)
while not answers(): time.sleep(0.05)
${job}`;

async function ended(api: TestClient, runId: string): Promise<Run> {
  for (const deadline = Date.now() + 60_000; ; ) {
    const run = await api.runs.get({ runId });
    if (isFinal(run.state)) return run;
    if (Date.now() > deadline) throw new Error(`still ${run.state}: ${run.queue?.reason ?? run.detail}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function outputOf(api: TestClient, runId: string): Promise<string> {
  let text = '';
  for await (const chunk of await api.runs.logs({ runId })) if (chunk.kind === 'text') text += chunk.text;
  return text;
}

describe('runs on a Docker host', function () {
  this.timeout(180_000);
  let engine: DockerEngine;

  before(async function () {
    const made = await dockerEngine({ resources: ['NVIDIA-GPU=GPU-7'] });
    if (typeof made === 'string') return skip(this, made);
    engine = made;
    const problem = await engine.load('python');
    if (problem !== null) skip(this, problem);
  });
  after(() => engine?.[Symbol.asyncDispose]());

  it('log metrics to the server, print, and leave artifacts', async () => {
    await using folder = await dockerData(engine, { image: 'python', tier: { internet: false } });
    await using server = await startServer({ data: folder.path });
    await using client = await openClient(server);
    const code = await projectWithCode({ ...server, api: client.api }, { id: 'near', files: { 'job.py': job } });
    const wish = { projectId: 'near', environmentId: 'system', tierId: 'box', code };
    const { id } = await client.api.runs.launch({ ...wish, command: 'python3 job.py' });
    const run = await ended(client.api, id);
    assert.deepEqual([run.state, await outputOf(client.api, id)], ['succeeded', 'logged as 1000\n'], run.detail ?? '');
    assert.equal(run.metrics.find(({ key }) => key === 'loss')?.latest, 0.25);
    const files = await client.api.runs.artifacts({ runId: id, path: 'outputs' });
    assert.deepEqual(
      files.map(({ path }) => path),
      ['outputs/model.txt'],
    );
    const [host] = await client.api.compute.hosts();
    assert.deepEqual([host?.name, host?.problem, host?.facts?.gpus, host?.runs], ['Near', null, ['GPU-7'], 0]);
    assert.match(host?.advice.join(' ') ?? '', /live-restore/);
    assert.deepEqual(await engine.docker.listContainers({ all: true }), []);
  });

  it('reach a server that was started again elsewhere, and each GPU has one of them at a time', async () => {
    const tier = { internet: false, gpus: 1, concurrency: 2 };
    await using folder = await dockerData(engine, { image: 'python', tier });
    const first = await startServer({ data: folder.path });
    const before = await openClient(first);
    const code = await projectWithCode({ ...first, api: before.api }, { id: 'near', files: { 'job.py': patientJob } });
    const wish = { projectId: 'near', environmentId: 'system', tierId: 'box', code, command: 'python3 job.py' };
    const { id } = await before.api.runs.launch(wish);
    for await (const chunk of await before.api.runs.logs({ runId: id })) if (chunk.kind === 'text') break;
    const next = await before.api.runs.launch({ ...wish, command: 'echo next' });
    await waitsFor(before.api, next.id, /are taken.*1 GPU/);
    await before.close();
    await first.stop();
    await using second = await startServer({ data: folder.path });
    await using client = await openClient(second);
    assert.notEqual(second.port, first.port);
    const run = await ended(client.api, id);
    assert.deepEqual([run.state, run.detail], ['succeeded', null]);
    assert.equal(run.metrics.find(({ key }) => key === 'loss')?.latest, 0.25);
    assert.equal((await ended(client.api, next.id)).state, 'succeeded');
  });

  it('run under the server as it ships, in one file', async () => {
    await using folder = await dockerData(engine, { image: 'python' });
    const program = join(import.meta.dirname, '../../../dist/server/flywheel.mjs');
    const args = [program, 'serve', '--no-open', '--port=0', `--data=${folder.path}`];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await using owned = new AsyncDisposableStack();
    owned.defer(() => void child.kill());
    for await (const line of createInterface(child.stdout)) if (line.startsWith('ready ')) break;
    const server = await readPortFile(folder.path);
    assert.ok(server !== null, 'it did not start');
    const { api } = owned.use(await openClient(server));
    const code = await projectWithCode({ ...server, api }, { id: 'near' });
    const wish = { projectId: 'near', environmentId: 'system', tierId: 'box', code };
    const { id } = await api.runs.launch({ ...wish, command: 'echo shipped' });
    assert.equal((await ended(api, id)).state, 'succeeded');
    assert.equal(await outputOf(api, id), 'shipped\n');
  });

  it('wait with a reason while their host is drained, lacks a label or a GPU', async () => {
    await using folder = await dockerData(engine, { image: 'python', tier: { gpus: 1, gpuKind: 'NVIDIA-GPU' } });
    await using server = await startServer({ data: folder.path });
    await using client = await openClient(server);
    const { api } = client;
    const code = await projectWithCode({ ...server, api }, { id: 'near' });
    const wish = { projectId: 'near', environmentId: 'system', tierId: 'box', code };
    await api.compute.drain({ hostId: 'near', drain: true });
    const { id } = await api.runs.launch({ ...wish, command: 'echo on $NVIDIA_VISIBLE_DEVICES' });
    await waitsFor(api, id, /being drained/);
    assert.equal((await api.compute.drain({ hostId: 'near', drain: false })).drained, null);
    assert.equal((await ended(api, id)).state, 'succeeded');
    assert.equal(await outputOf(api, id), 'on GPU-7\n');
    const other = catalogOf(engine, { image: 'python', tier: { hostLabels: { disk: 'slow' } } });
    await writeFile(join(folder.path, 'catalog.json'), other);
    const problem = async () => (await api.tiers.list()).tiers[0]?.problem ?? '';
    for (const deadline = Date.now() + 20_000; !/labels disk=slow/.test(await problem()); ) {
      assert.ok(Date.now() < deadline, await problem());
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await assert.rejects(api.runs.launch({ ...wish, command: 'true' }), /labels disk=slow/);
  });
});

async function waitsFor(api: TestClient, runId: string, reason: RegExp): Promise<void> {
  for (const deadline = Date.now() + 20_000; ; ) {
    const { queue, state, detail } = await api.runs.get({ runId });
    if (reason.test(queue?.reason ?? '')) return;
    if (Date.now() > deadline) throw new Error(`${state} for another reason: ${queue?.reason ?? detail}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
