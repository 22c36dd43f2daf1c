/** How soon the server answers, and what it holds when nothing happens. */
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { median, type Reading } from '../figure.ts';
import { serveDirectly, startBenchServer } from './server.ts';

const rounds = 5;

export async function timeToReady(): Promise<readonly Reading[]> {
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await using server = await startBenchServer(['npm', 'start', '--silent']);
    seconds.push(server.startMs / 1000);
  }
  return [
    { name: 'npm start to ready', unit: 's', ours: median(seconds), goal: { kind: 'at-most', value: 1.5, of: 'ours' } },
  ];
}

export function residentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1000;
}

export async function idleMemory(): Promise<readonly Reading[]> {
  await using server = await serveDirectly();
  // A figure at rest: long enough for start-up garbage to be collected.
  await wait(10_000);
  return [
    {
      name: 'idle server memory',
      unit: 'MB',
      ours: residentMegabytes(server.pid),
      goal: { kind: 'at-most', value: 150, of: 'ours' },
    },
  ];
}
