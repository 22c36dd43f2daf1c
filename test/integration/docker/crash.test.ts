/**
 * The server killed with -9 at each step of a run's way to a container and
 * back. Whatever the step, the run happened once, with its whole output and its
 * artifact, and nothing is left on the engine.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readPortFile } from '../../../client/portFile.ts';
import { type CodeRef, isFinal } from '../../../protocol/model/run.ts';
import { type SchedulerStep, schedulerSteps } from '../../../server/domain/compute/schedulerDependencies.ts';
import { openClient, type TestClient } from '../../harness/client.ts';
import { type DockerEngine, dockerEngine } from '../../harness/dockerEngine.ts';
import { projectWithCode } from '../../harness/projectWithCode.ts';
import { skip } from '../../harness/reporter.ts';
import { dockerData } from './dockerServer.ts';

/** The others come with a stop, which the runs here are not asked for. */
const steps = schedulerSteps.filter((step) => step !== 'stop-asked');
const command = 'for i in 1 2 3; do echo line $i; sleep 0.1; done; mkdir outputs; echo kept > outputs/file';
const output = 'line 1\nline 2\nline 3\n';

type Life = AsyncDisposable & {
  readonly url: string;
  readonly token: string;
  /** Where it was killed. */
  readonly crashed: Promise<string>;
};

async function startLife(
  data: string,
  crash: { readonly at: SchedulerStep | null; readonly not: string },
): Promise<Life> {
  const child: ChildProcess = spawn(
    process.execPath,
    ['test/integration/crash/faultyServer.ts', `--data=${data}`, '--port=0', '--log=silent', '--no-open'],
    {
      cwd: join(import.meta.dirname, '../../..'),
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, CRASH_AT: crash.at ?? '', CRASH_NOT: crash.not },
    },
  );
  const exit = once(child, 'exit');
  const ready = Promise.withResolvers<void>();
  let where = 'nowhere';
  createInterface({ input: child.stdout ?? process.stdin }).on('line', (line) => {
    if (line.startsWith('ready ')) ready.resolve();
    if (line.startsWith('crash ')) where = line.slice(6);
  });
  await Promise.race([ready.promise, exit]);
  const port = await readPortFile(data);
  if (port === null) throw new Error('the server did not start');
  const dispose = async () => {
    child.kill('SIGKILL');
    await exit;
  };
  return { url: port.url, token: port.token, crashed: exit.then(() => where), [Symbol.asyncDispose]: dispose };
}

async function untilEnded(api: TestClient, runId: string): Promise<void> {
  for (const deadline = Date.now() + 90_000; ; ) {
    const run = await api.runs.get({ runId });
    if (isFinal(run.state)) return assert.deepEqual([run.state, run.exitCode], ['succeeded', 0], run.detail ?? '');
    if (Date.now() > deadline) throw new Error(`still ${run.state}: ${run.queue?.reason ?? run.detail}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function checkRun(api: TestClient, runId: string): Promise<void> {
  await untilEnded(api, runId);
  let text = '';
  for await (const chunk of await api.runs.logs({ runId })) if (chunk.kind === 'text') text += chunk.text;
  assert.equal(text, output);
  const files = await api.runs.artifacts({ runId, path: 'outputs' });
  assert.deepEqual(
    files.map(({ path }) => path),
    ['outputs/file'],
  );
}

describe('a server with a Docker host, killed at each step', function () {
  this.timeout(400_000);
  let engine: DockerEngine;

  before(async function () {
    const made = await dockerEngine();
    if (typeof made === 'string') return skip(this, made);
    engine = made;
    const problem = await engine.load('busybox');
    if (problem !== null) skip(this, problem);
  });
  after(() => engine?.[Symbol.asyncDispose]());

  it(`runs each once over ${steps.length} kills, whole`, async () => {
    await using folder = await dockerData(engine, { image: 'busybox' });
    let code: CodeRef | null = null;
    let last = '';
    for (const step of steps) {
      await using life = await startLife(folder.path, { at: step, not: last });
      await using client = await openClient(life);
      const { api } = client;
      if (last !== '') await checkRun(api, last);
      code ??= await projectWithCode({ ...life, api }, { id: 'near' });
      const wish = { projectId: 'near', environmentId: 'system', tierId: 'box', code, command };
      // The kill may come before the answer does.
      const launched = await api.runs.launch(wish).catch(() => null);
      assert.equal(await life.crashed, step);
      last = launched?.id ?? '';
      if (last === '') last = await newestRun(folder.path);
    }
    await using life = await startLife(folder.path, { at: null, not: '' });
    await using client = await openClient(life);
    await checkRun(client.api, last);
    for (const deadline = Date.now() + 30_000; ; ) {
      const left = await engine.docker.listContainers({ all: true });
      if (left.length === 0) break;
      assert.ok(Date.now() < deadline, JSON.stringify(left.map(({ Names, State }) => [Names, State])));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
});

async function newestRun(data: string): Promise<string> {
  await using life = await startLife(data, { at: null, not: '' });
  await using client = await openClient(life);
  const { items } = await client.api.runs.list({ limit: 1 });
  return items[0]?.id ?? '';
}
