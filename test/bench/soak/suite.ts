/**
 * A server under steady load for an hour (`--minutes`): what grows without end
 * shows here, and nowhere else. The first third warms up and does not count.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { temporaryFolder } from '../../harness/temporaryFolder.ts';
import { median, type Reading } from '../figure.ts';
import { type BenchServer, root, serveDirectly } from '../foundation/server.ts';
import type { BenchOptions, Suite } from '../suite.ts';
import { startLoad } from './load.ts';
import { growthPerHour, type Sample, sampleUntil } from './samples.ts';

/** For this long a reader holds one snapshot, which keeps the write-ahead log from starting over. */
const heldMs = 30_000;

export const soak: Suite = {
  name: 'soak',
  about: 'an hour of steady load (--minutes N): memory, files, write-ahead log, event loop',
  figures: [{ name: 'steady load', read: steadyLoad }],
};

async function steadyLoad({ minutes }: BenchOptions): Promise<readonly Reading[]> {
  if (!existsSync('/proc/self/fd')) throw new Error('what a process holds is read from /proc, which is not here');
  const probe = join(root, 'test/bench/soak/loopProbe.ts');
  await using folder = await temporaryFolder();
  const probeFile = join(folder.path, 'loop.json');
  const environment = { NODE_OPTIONS: `--import=${probe}`, FLYWHEEL_BENCH_PROBE: probeFile };
  await using server = await serveDirectly({ environment });
  const over = new AbortController();
  const load = startLoad(server, over.signal);
  const reader = new LongReader(server);
  const samples = sampleUntil(server, { signal: over.signal, isSettled: () => reader.isSettled });
  const reading = reader.read(over.signal);
  await Promise.race([delay(minutes * 60_000), load.ended]);
  const loop = JSON.parse(readFileSync(probeFile, 'utf8')) as { readonly p99Ms: number };
  over.abort();
  await Promise.all([load.ended, reading]);
  return readings(await samples, { ...load.done, ...loop, minutes });
}

/** Holds a snapshot, lets go, and again: while it holds one, the log can only grow. */
class LongReader {
  readonly #server: BenchServer;
  #freeSince = performance.now();

  constructor(server: BenchServer) {
    this.#server = server;
  }

  /** Whether it let go long enough ago for the log to have started over. */
  get isSettled(): boolean {
    return performance.now() - this.#freeSince > heldMs / 2;
  }

  async read(signal: AbortSignal): Promise<void> {
    using database = new DatabaseSync(join(this.#server.data, 'flywheel.db'), { readOnly: true });
    while (!signal.aborted) {
      database.exec('BEGIN');
      database.prepare('SELECT count(*) FROM events').get();
      this.#freeSince = Number.POSITIVE_INFINITY;
      await delay(heldMs, undefined, { signal }).catch(() => undefined);
      database.exec('ROLLBACK');
      this.#freeSince = performance.now();
      await delay(heldMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

type Totals = { readonly metrics: number; readonly jobs: number; readonly p99Ms: number; readonly minutes: number };

function readings(samples: readonly Sample[], { metrics, jobs, p99Ms, minutes }: Totals): readonly Reading[] {
  const warm = samples.slice(Math.floor(samples.length / 3));
  const settled = warm.filter(({ isSettled }) => isSettled);
  const largest = (some: readonly Sample[]) => Math.max(...some.map(({ walMB }) => walMB));
  const files = warm.map((sample) => sample.files);
  const quarter = Math.ceil(files.length / 4);
  const grownFiles = median(files.slice(-quarter)) - median(files.slice(0, quarter));
  const atMost = (value: number) => ({ kind: 'at-most', value, of: 'ours' }) as const;
  return [
    { name: 'metrics logged', unit: '/s', ours: metrics / minutes / 60 },
    { name: 'jobs run', unit: '/min', ours: jobs / minutes },
    { name: 'memory at the end', unit: 'MB', ours: warm.at(-1)?.residentMB ?? Number.NaN },
    { name: 'memory grows by', unit: 'MB/h', ours: growthPerHour(warm), goal: atMost(30) },
    { name: 'open files grow by', unit: '', ours: grownFiles, goal: atMost(5) },
    { name: 'write-ahead log, beside a long reader', unit: 'MB', ours: largest(warm) },
    { name: 'write-ahead log, after it', unit: 'MB', ours: largest(settled), goal: atMost(70) },
    { name: 'event loop late, p99', unit: 'ms', ours: p99Ms, goal: atMost(50) },
  ];
}
