/**
 * A server that is killed over and over while runs are launched, prepared,
 * started, watched and ended. Afterwards each run happened exactly once, with
 * every line of its output and every metric.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readPortFile } from '../../../client/portFile.ts';
import { prepareLaunch } from '../../../client/snapshot/prepareLaunch.ts';
import { type CodeRef, isFinal } from '../../../protocol/model/run.ts';
import { openClient, type TestClient } from '../../harness/client.ts';
import { dataFolder, spawnServer } from '../../harness/server.ts';

const crashes = 200;
const runs = 40;
const lines = 12;
const root = join(import.meta.dirname, '../../..');

/** Deterministic, so that a failure can be seen again: a linear congruential generator (Numerical Recipes). */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

type Life = { readonly child: ChildProcess; readonly ended: Promise<string> };

/** Starts a life of the server. `ended` tells where it was killed. */
async function startLife(
  data: string,
  port: number,
  after: { readonly steps: number; readonly ms: number },
): Promise<Life> {
  const child = spawn(
    process.execPath,
    ['test/integration/crash/faultyServer.ts', `--data=${data}`, `--port=${port}`, '--log=silent'],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        // Half of a start is reading sources: keep what was compiled.
        NODE_COMPILE_CACHE: join(tmpdir(), 'flywheel-compile-cache'),
        CRASH_AFTER_STEPS: String(after.steps),
        CRASH_AFTER_MS: String(after.ms),
      },
    },
  );
  const exit = once(child, 'exit');
  let where = 'before it was ready';
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  createInterface(child.stdout).on('line', (line) => {
    if (line.startsWith('ready ')) resolve();
    if (line.startsWith('crash ')) where = line.slice(6);
  });
  await Promise.race([ready, exit]);
  return { child, ended: exit.then(() => where) };
}

describe('kill -9', function () {
  this.timeout(900_000);

  it(`at ${crashes} points of the way of ${runs} runs loses and doubles nothing`, async () => {
    await using folder = await dataFolder();
    const port = await freePort();
    const marks = join(folder.path, 'marks.txt');
    const code = await pushJob(folder.path, port);
    const random = generator(20261123);
    const requests = Array.from({ length: runs }, () => randomUUID());
    const launched = new Map<string, string>();
    const places = new Map<string, number>();

    for (let crash = 0; crash < crashes; crash += 1) {
      const life = await startLife(folder.path, port, { steps: random(9), ms: 20 + random(500) });
      const due = requests.slice(0, Math.ceil(((crash + 1) / (crashes - 20)) * runs));
      await launchMissing({
        data: folder.path,
        requests: due,
        launched,
        command: `python3 job.py ${marks} ${lines}`,
        code,
      });
      const where = await life.ended;
      places.set(where, (places.get(where) ?? 0) + 1);
    }

    await using server = await spawnServer({ data: folder.path, port, flags: { log: 'silent' } });
    await launchMissing({ data: folder.path, requests, launched, command: `python3 job.py ${marks} ${lines}`, code });
    assert.equal(launched.size, runs);
    await using client = await openClient(server);
    for (const id of launched.values()) await checkRun(client.api, id);
    const { items } = await client.api.runs.list({ projectId: 'crash', limit: 500 });
    assert.equal(items.length, runs, 'a retried launch made a second run');
    const started = readFileSync(marks, 'utf8').trim().split('\n').sort();
    assert.deepEqual(started, [...launched.values()].sort(), 'each job starts exactly once');
    console.log(`      killed at: ${[...places].map(([place, count]) => `${place} ${count}`).join(', ')}`);
    assert.ok(places.size > 8, 'the kills were spread over the steps');
  });
});

async function pushJob(data: string, port: number): Promise<CodeRef> {
  await using server = await spawnServer({ data, port, flags: { log: 'silent' } });
  await using client = await openClient(server);
  await client.api.projects.create({ id: 'crash' });
  const job = mkdtempSync(join(tmpdir(), 'flywheel-crash-job-'));
  copyFileSync(join(root, 'test/fixtures/crashJob/job.py'), join(job, 'job.py'));
  copyFileSync(join(root, 'examples/digits/tracking.py'), join(job, 'tracking.py'));
  try {
    return await prepareLaunch({ folder: job, projectId: 'crash', url: server.url, token: server.token });
  } finally {
    rmSync(job, { recursive: true });
  }
}

type Launches = {
  readonly data: string;
  readonly requests: readonly string[];
  readonly launched: Map<string, string>;
  readonly command: string;
  readonly code: CodeRef;
};

/** Asks for what was not yet acknowledged, under the same request id; a server that dies meanwhile is met again later. */
async function launchMissing({ data, requests, launched, command, code }: Launches): Promise<void> {
  const port = await readPortFile(data);
  if (!port) return;
  const client = await openClient(port).catch(() => null);
  if (!client) return;
  const gone = once(client.socket, 'close');
  const ask = async () => {
    for (const requestId of requests.filter((each) => !launched.has(each))) {
      const run = await client.api.runs.launch({
        projectId: 'crash',
        environmentId: 'system',
        tierId: await anyTier(client.api),
        command,
        code,
        requestId,
      });
      launched.set(requestId, run.id);
    }
  };
  await Promise.race([ask().catch(() => undefined), gone]);
  client.socket.terminate();
}

async function anyTier(api: TestClient): Promise<string> {
  const { tiers, defaultTierId } = await api.tiers.list();
  return defaultTierId ?? tiers[0]?.id ?? 'none';
}

async function checkRun(api: TestClient, runId: string): Promise<void> {
  let text = '';
  for await (const chunk of await api.runs.logs({ runId })) if (chunk.kind === 'text') text += chunk.text;
  const run = await api.runs.get({ runId });
  assert.ok(isFinal(run.state));
  assert.equal(run.state, 'succeeded', `${run.reason}: ${run.detail}\n${text}`);
  assert.deepEqual(
    text.trim().split('\n'),
    Array.from({ length: lines }, (_, line) => `line ${line}`),
  );
  const [curve] = await api.runs.history({ runIds: [runId], keys: ['progress'] });
  assert.deepEqual(
    curve?.steps,
    Array.from({ length: lines }, (_, line) => line),
    'every metric is there once',
  );
}
