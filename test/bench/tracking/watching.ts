/** Sessions that watch an experiment into which points arrive: from the answer to the client until a session knows. */
import { setTimeout as wait } from 'node:timers/promises';
import { openClient } from '../../harness/client.ts';
import { quantile, type Reading } from '../figure.ts';
import type { BenchServer } from '../foundation/server.ts';
import { createRuns, Poster, paths, toBody } from './load.ts';
import { batchOf } from './points.ts';

const sessions = 200;
const batchesPerSecond = 10;
const seconds = 15;

/** When a session first heard of each run. */
async function watch(server: BenchServer) {
  const client = await openClient(server);
  const stream = await client.api.events.subscribe({ projectId: 'default' });
  const heard = new Map<string, number>();
  await stream.next();
  const reading = (async () => {
    for await (const message of stream) {
      if (message.kind !== 'touched') continue;
      for (const { runId } of message.runs) if (!heard.has(runId)) heard.set(runId, performance.now());
    }
  })().catch(() => undefined);
  return { heard, close: async () => [await client.close(), await reading] };
}

/** Each batch goes into a run of its own, so that a session's message tells which it is about. */
async function logSteadily(server: BenchServer, runs: readonly string[]): Promise<ReadonlyMap<string, number>> {
  using poster = new Poster(server, batchesPerSecond);
  const answered = new Map<string, number>();
  const bodies = runs.map((run_id) => [run_id, toBody({ run_id, metrics: batchOf(0) })] as const);
  const began = performance.now();
  const calls: Promise<unknown>[] = [];
  for (const [index, [run, body]] of bodies.entries()) {
    await wait(Math.max(0, began + (index * 1000) / batchesPerSecond - performance.now()));
    calls.push(poster.post(paths.batch, body).then(() => answered.set(run, performance.now())));
  }
  await Promise.all(calls);
  return answered;
}

export async function watching(server: BenchServer): Promise<readonly Reading[]> {
  const runs = await createRuns(server, batchesPerSecond * seconds);
  const watchers = await Promise.all(Array.from({ length: sessions }, () => watch(server)));
  const answered = await logSteadily(server, runs);
  for (const deadline = Date.now() + 5000; Date.now() < deadline; await wait(20)) {
    if (watchers.every(({ heard }) => heard.size >= runs.length)) break;
  }
  const delays = watchers.map(({ heard }) =>
    runs.map((run) => Math.max(0, (heard.get(run) ?? Number.POSITIVE_INFINITY) - (answered.get(run) ?? 0))),
  );
  await Promise.all(watchers.map((watcher) => watcher.close()));
  const name = `10,000 points/s to ${sessions} sessions`;
  return [
    {
      name: `${name}, p99`,
      unit: 'ms',
      ours: quantile(delays.flat(), 0.99),
      goal: { kind: 'at-most', value: 250, of: 'ours' },
    },
    {
      name: `${name}, p99 of the slowest`,
      unit: 'ms',
      ours: Math.max(...delays.map((each) => quantile(each, 0.99))),
    },
  ];
}
