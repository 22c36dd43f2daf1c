/** What running under Flywheel costs a job, against starting the same process directly. */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CodeRef } from '../../../protocol/model/run.ts';
import { openClient, type TestClient } from '../../harness/client.ts';
import { projectWithCode } from '../../harness/projectWithCode.ts';
import { median, type Reading } from '../figure.ts';
import { benchProject, launch, launchToEnd } from '../launched.ts';
import { serveDirectly } from './server.ts';

const megabytes = 100;
const rounds = 7;
const printTime = 'date +%s%N';
const writeMuch = `head -c ${megabytes * 1_000_000} /dev/zero | tr '\\0' 'x' | fold -w 99`;

async function wholeLog(api: TestClient, runId: string): Promise<string> {
  let text = '';
  for await (const chunk of await api.runs.logs({ runId })) if (chunk.kind === 'text') text += chunk.text;
  return text;
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
  const code = await projectWithCode({ ...server, api: client.api }, { id: benchProject });
  const ours: number[] = [];
  const direct: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const began = Date.now();
    const runId = await launch(client.api, code, printTime);
    ours.push(Number(await wholeLog(client.api, runId)) / 1e6 - began);
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

type Pair = { readonly ours: number; readonly direct: number };

/** The pair in the middle by what is compared. */
function middle(pairs: readonly Pair[]): Pair {
  const ratio = ({ ours, direct }: Pair) => ours / direct;
  const at = median(pairs.map(ratio));
  return pairs.find((pair) => ratio(pair) === at) ?? { ours: Number.NaN, direct: Number.NaN };
}

/** From the job's start until all it wrote can be read from the server. */
async function toServer(api: TestClient, code: CodeRef): Promise<number> {
  const run = await launchToEnd(api, code, writeMuch);
  return megabytes / ((Date.now() - (run.startedAt ?? 0)) / 1000);
}

export async function logThroughput(): Promise<readonly Reading[]> {
  await using server = await serveDirectly();
  await using client = await openClient(server);
  const code = await projectWithCode({ ...server, api: client.api }, { id: benchProject });
  const pairs: Pair[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const ours = await toServer(client.api, code);
    pairs.push({ ours, direct: await toFile() });
  }
  const { ours, direct } = middle(pairs);
  return [
    {
      name: `log of a job that writes ${megabytes} MB`,
      unit: 'MB/s',
      ours,
      peer: { name: 'the same job writing to a file', value: direct },
      goal: { kind: 'at-least', value: 0.5, of: 'ratio' },
    },
  ];
}
