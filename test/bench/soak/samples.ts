/** What the server process holds, looked at once a second from outside. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BenchServer } from '../foundation/server.ts';

export type Sample = {
  readonly hours: number;
  readonly residentMB: number;
  readonly files: number;
  readonly walMB: number;
  /** Nobody has held a snapshot of the database for a while. */
  readonly isSettled: boolean;
};

type SampleOptions = { readonly signal: AbortSignal; readonly isSettled: () => boolean };

export async function sampleUntil(
  server: BenchServer,
  { signal, isSettled }: SampleOptions,
): Promise<readonly Sample[]> {
  const began = performance.now();
  const samples: Sample[] = [];
  while (!signal.aborted) {
    samples.push({ hours: (performance.now() - began) / 3_600_000, isSettled: isSettled(), ...(await look(server)) });
    await delay(1000, undefined, { signal }).catch(() => undefined);
  }
  return samples;
}

async function look({ pid, data }: BenchServer): Promise<Omit<Sample, 'hours' | 'isSettled'>> {
  const [status, files, wal] = await Promise.all([
    readFile(`/proc/${pid}/status`, 'utf8'),
    readdir(`/proc/${pid}/fd`),
    stat(join(data, 'flywheel.db-wal')),
  ]);
  const kibibytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
  return { residentMB: (kibibytes * 1024) / 1e6, files: files.length, walMB: wal.size / 1e6 };
}

/**
 * Growth in an hour by least squares, over the lowest value of each twentieth:
 * between two collections memory rises, which is no growth.
 */
export function growthPerHour(samples: readonly Sample[]): number {
  const size = Math.ceil(samples.length / 20);
  const floors = Map.groupBy(samples, (_, index) => Math.floor(index / size))
    .values()
    .map((group) => group.reduce((lowest, each) => (each.residentMB < lowest.residentMB ? each : lowest)))
    .toArray();
  const mean = (value: (sample: Sample) => number) =>
    floors.reduce((sum, sample) => sum + value(sample), 0) / floors.length;
  const [hours, resident] = [mean((sample) => sample.hours), mean((sample) => sample.residentMB)];
  const spread = floors.reduce((sum, sample) => sum + (sample.hours - hours) ** 2, 0);
  const together = floors.reduce((sum, sample) => sum + (sample.hours - hours) * (sample.residentMB - resident), 0);
  return together / spread;
}
