/** What a team does to a server all day: logging, launching, watching, searching, coming and going. */
import { setTimeout as delay } from 'node:timers/promises';
import { openClient } from '../../harness/client.ts';
import { projectWithCode } from '../../harness/projectWithCode.ts';
import type { BenchServer } from '../foundation/server.ts';
import { benchProject, launchToEnd } from '../launched.ts';

const writers = 4;
const metricsAtOnce = 20;
const watchers = 10;
/** A megabyte of output, and files. */
const job = 'mkdir -p outputs; head -c 700000 /dev/urandom | base64 | tee outputs/noise.txt';

export type Load = {
  readonly done: { metrics: number; jobs: number; searches: number; sessions: number };
  /** Settles when all is over; rejects as soon as the server answers anything wrong. */
  readonly ended: Promise<void>;
};

export function startLoad(server: BenchServer, signal: AbortSignal): Load {
  const done = { metrics: 0, jobs: 0, searches: 0, sessions: 0 };
  const each = (everyMs: number, work: () => Promise<void>) => repeat(signal, everyMs, work);
  const logging = Array.from({ length: writers }, async (_, writer) => {
    const runId = await newRun(server);
    let step = 0;
    await each(50, async () => {
      await logBatch(server, runId, { writer, step });
      step += 1;
      done.metrics += metricsAtOnce;
    });
  });
  const watching = Array.from({ length: watchers }, async () => {
    await each(5000 + Math.random() * 5000, async () => {
      await watchAWhile(server, signal);
      done.sessions += 1;
    });
  });
  const launching = launchJobs(server, signal, () => {
    done.jobs += 1;
  });
  const searching = each(500, async () => {
    await post(server, 'runs/search', { experiment_ids: ['0'], filter: 'metrics.m0 >= 0', max_results: 100 });
    done.searches += 1;
  });
  const ended = Promise.all([...logging, ...watching, launching, searching]).then(() => undefined);
  return { done, ended };
}

async function repeat(signal: AbortSignal, everyMs: number, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await work();
    await delay(everyMs, undefined, { signal }).catch(() => undefined);
  }
}

async function launchJobs(server: BenchServer, signal: AbortSignal, onEnd: () => void): Promise<void> {
  await using client = await openClient(server);
  const code = await projectWithCode({ ...server, api: client.api }, { id: benchProject });
  await repeat(signal, 5000, async () => {
    await launchToEnd(client.api, code, job);
    onEnd();
  });
}

/** A session that hears a few events and leaves. */
async function watchAWhile(server: BenchServer, signal: AbortSignal): Promise<void> {
  await using client = await openClient(server);
  const events = await client.api.events.subscribe({}, { signal });
  try {
    for (let heard = 0; heard < 20 && !signal.aborted; heard += 1) await events.next();
    await events.return?.();
  } catch (error) {
    // Once the load is over nothing happens any more that could be heard.
    if (!signal.aborted) throw error;
  }
}

async function newRun(server: BenchServer): Promise<string> {
  const { run } = (await post(server, 'runs/create', { experiment_id: '0' })) as {
    readonly run: { readonly info: { readonly run_id: string } };
  };
  return run.info.run_id;
}

type Place = { readonly writer: number; readonly step: number };

async function logBatch(server: BenchServer, runId: string, { writer, step }: Place): Promise<void> {
  const timestamp = Date.now();
  const metrics = Array.from({ length: metricsAtOnce }, (_, index) => ({
    key: `m${index}`,
    value: Math.sin(step / 50 + writer + index),
    step,
    timestamp,
  }));
  await post(server, 'runs/log-batch', { run_id: runId, metrics });
}

async function post(server: BenchServer, path: string, body: unknown): Promise<unknown> {
  const response = await fetch(`${server.url}/api/2.0/mlflow/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
