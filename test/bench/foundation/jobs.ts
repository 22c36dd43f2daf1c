/** What running under Flywheel costs a job, against starting the same process directly. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareLaunch } from '../../../client/snapshot/prepareLaunch.ts';
import type { CodeRef, Run } from '../../../protocol/model/run.ts';
import { openClient, type TestClient } from '../../harness/client.ts';
import { median, type Reading } from '../figure.ts';
import { type BenchServer, serveDirectly } from './server.ts';

const megabytes = 100;
const rounds = 5;
const printTime = 'date +%s%N';
const writeMuch = `head -c ${megabytes * 1_000_000} /dev/zero | tr '\\0' 'x' | fold -w 99`;

async function runToEnd(api: TestClient, code: CodeRef, command: string): Promise<Run> {
  const { id } = await api.runs.launch({
    projectId: 'bench',
    command,
    environmentId: 'system',
    tierId: await tierId(api),
    code,
  });
  for await (const chunk of await api.runs.logs({ runId: id, tail: 1 })) if (chunk.kind === 'end') break;
  const run = await api.runs.get({ runId: id });
  if (run.state !== 'succeeded') throw new Error(`the job ended ${run.state}: ${run.detail}`);
  return run;
}

/** The tier with the whole machine: the peer has it too. */
async function tierId(api: TestClient): Promise<string> {
  const { tiers } = await api.tiers.list();
  const [largest] = [...tiers].sort((a, b) => b.cpus - a.cpus);
  if (!largest) throw new Error('no hardware tier');
  return largest.id;
}

async function firstLine(api: TestClient, runId: string): Promise<string> {
  let text = '';
  for await (const chunk of await api.runs.logs({ runId })) if (chunk.kind === 'text') text += chunk.text;
  return text.trim();
}

async function project(api: TestClient, server: BenchServer): Promise<CodeRef & Disposable> {
  const folder = mkdtempSync(join(tmpdir(), 'flywheel-bench-code-'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'job.txt'), 'nothing to see');
  await api.projects.create({ id: 'bench' });
  const code = await prepareLaunch({ folder, projectId: 'bench', url: server.url, token: server.token });
  return { ...code, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Milliseconds from the call to the first instruction, when the shell is started directly. */
async function startDirectly(): Promise<number> {
  const began = Date.now();
  const child = spawn('/bin/sh', ['-c', printTime], { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  for await (const data of child.stdout) text += data;
  return Number(text) / 1e6 - began;
}

export async function launchDelay(): Promise<readonly Reading[]> {
  await using server = await serveDirectly();
  await using client = await openClient(server);
  using code = await project(client.api, server);
  const ours: number[] = [];
  const direct: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const began = Date.now();
    const run = await runToEnd(client.api, code, printTime);
    ours.push(Number(await firstLine(client.api, run.id)) / 1e6 - began);
    direct.push(await startDirectly());
  }
  return [
    {
      name: 'launch to first instruction',
      unit: 'ms',
      ours: median(ours),
      peer: { name: 'the same process started directly', value: median(direct) },
      goal: { kind: 'at-most', value: 150, of: 'difference' },
    },
  ];
}

/** Megabytes a second of the same command writing to a file. */
async function toFile(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'flywheel-bench-out-'));
  const file = openSync(join(folder, 'out.log'), 'w');
  const began = performance.now();
  const child = spawn('/bin/sh', ['-c', writeMuch], { stdio: ['ignore', file, 'ignore'] });
  await new Promise((resolve) => child.once('exit', resolve));
  const seconds = (performance.now() - began) / 1000;
  closeSync(file);
  rmSync(folder, { recursive: true });
  return megabytes / seconds;
}

export async function logThroughput(): Promise<readonly Reading[]> {
  await using server = await serveDirectly();
  await using client = await openClient(server);
  using code = await project(client.api, server);
  const ours: number[] = [];
  const direct: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const run = await runToEnd(client.api, code, writeMuch);
    ours.push(megabytes / (((run.endedAt ?? 0) - (run.startedAt ?? 0)) / 1000));
    direct.push(await toFile());
  }
  return [
    {
      name: `log of a job that writes ${megabytes} MB`,
      unit: 'MB/s',
      ours: median(ours),
      peer: { name: 'the same job writing to a file', value: median(direct) },
      goal: { kind: 'at-least', value: 0.5, of: 'ratio' },
    },
  ];
}
