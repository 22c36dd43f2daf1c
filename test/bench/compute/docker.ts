/** What running under Flywheel costs a container, against the engine's own command line with the same image. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import type { CodeRef } from '../../../protocol/model/run.ts';
import { openClient, type TestClient } from '../../harness/client.ts';
import { type DockerEngine, dockerEngine } from '../../harness/dockerEngine.ts';
import { projectWithCode } from '../../harness/projectWithCode.ts';
import { spawnServer } from '../../harness/server.ts';
import { dockerData } from '../../integration/docker/dockerServer.ts';
import { median, type Reading } from '../figure.ts';
import { benchProject, launch, launchToEnd } from '../launched.ts';

const rounds = 7;
const megabytes = 30;
const image = 'flywheel-test/python';
const printTime = 'date +%s%N';
const writeMuch = `head -c ${megabytes * 1_000_000} /dev/zero | tr '\\0' 'x' | fold -w 99`;

type Bench = AsyncDisposable & {
  readonly engine: DockerEngine;
  readonly api: TestClient;
  readonly code: CodeRef;
  docker(...args: readonly string[]): readonly string[];
};

async function open(): Promise<Bench> {
  await using owned = new AsyncDisposableStack();
  const engine = await dockerEngine();
  if (typeof engine === 'string') throw new Error(engine);
  owned.use(engine);
  const problem = await engine.load('python');
  if (problem !== null) throw new Error(problem);
  const folder = owned.use(await dockerData(engine, { image: 'python', tier: { cpus: 2, memoryMiB: 2048 } }));
  const server = owned.use(await spawnServer({ data: folder.path }));
  const { api } = owned.use(await openClient(server));
  const code = await projectWithCode({ ...server, api }, { id: benchProject });
  // The first one makes the networks.
  await launchToEnd(api, code, 'true');
  const all = owned.move();
  const docker = (...args: readonly string[]) => ['--host', `unix://${engine.socket}`, ...args];
  return { engine, api, code, docker, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

async function whole(api: TestClient, runId: string): Promise<string> {
  let text = '';
  for await (const chunk of await api.runs.logs({ runId })) if (chunk.kind === 'text') text += chunk.text;
  return text;
}

export async function launchDelay(): Promise<readonly Reading[]> {
  await using bench = await open();
  const { api, code, engine } = bench;
  const network = (await engine.docker.listNetworks()).find(({ Name }) => Name.endsWith('-open'))?.Name ?? 'none';
  const [ours, direct]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    const began = Date.now();
    ours.push(Number(await whole(api, await launch(api, code, printTime))) / 1e6 - began);
    const directly = Date.now();
    const args = bench.docker('run', '--rm', '--network', network, image, '/bin/sh', '-c', printTime);
    const { stdout } = await promisify(execFile)('docker', args);
    direct.push(Number(stdout) / 1e6 - directly);
  }
  return [
    {
      name: 'launch to first instruction of a container',
      unit: 'ms',
      ours: median(ours),
      peer: { name: 'docker run', value: median(direct) },
      goal: { kind: 'at-most', value: 1.3, of: 'ratio' },
    },
  ];
}

export async function logThroughput(): Promise<readonly Reading[]> {
  await using bench = await open();
  const { api, code } = bench;
  const [ours, direct]: [number[], number[]] = [[], []];
  for (let round = 0; round < 3; round += 1) {
    const run = await launchToEnd(api, code, writeMuch);
    ours.push(megabytes / ((Date.now() - (run.startedAt ?? 0)) / 1000));
    direct.push(await followedByDocker(bench));
  }
  return [
    {
      name: `log of a container that writes ${megabytes} MB`,
      unit: 'MB/s',
      ours: median(ours),
      peer: { name: 'docker logs --follow', value: median(direct) },
      goal: { kind: 'at-least', value: 0.5, of: 'ratio' },
    },
  ];
}

/** Megabytes a second of the same container followed by the engine's command line. */
async function followedByDocker({ docker }: Bench): Promise<number> {
  const began = performance.now();
  const args = docker('run', '--detach', '--network', 'none', image, '/bin/sh', '-c', writeMuch);
  const { stdout } = await promisify(execFile)('docker', args);
  const follow = spawn('docker', docker('logs', '--follow', stdout.trim()), { stdio: 'ignore' });
  await once(follow, 'exit');
  const seconds = (performance.now() - began) / 1000;
  await promisify(execFile)('docker', docker('rm', stdout.trim()));
  return megabytes / seconds;
}
