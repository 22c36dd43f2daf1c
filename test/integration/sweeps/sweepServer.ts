/** Sweeps on a real server: code that is pushed, what a sweep is asked for, and waiting until it is as it should be. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CodeRef } from '../../../protocol/model/run.ts';
import type { CreateSweepInput, SweepDetail } from '../../../protocol/model/sweep.ts';
import type { TestClient } from '../../harness/client.ts';
import { projectWithCode } from '../../harness/projectWithCode.ts';

const root = join(import.meta.dirname, '../../..');

export async function sweepCode(place: { url: string; token: string; api: TestClient }, id: string): Promise<CodeRef> {
  const job = await readFile(join(import.meta.dirname, 'job.py'), 'utf8');
  const tracking = await readFile(join(root, 'examples/digits/tracking.py'), 'utf8');
  return projectWithCode(place, { id, files: { 'job.py': job, 'tracking.py': tracking } });
}

/** Tiers with many places and a price, read by the server when it starts. */
export async function manyPlaces(data: string, pricePerHour = 0): Promise<void> {
  const tier = { cpus: 0.2, memoryMiB: 1024, concurrency: 8, pricePerHour };
  const tiers = [
    { id: 'small', name: 'Small', ...tier },
    { id: 'other', name: 'Other', ...tier },
  ];
  await writeFile(join(data, 'catalog.json'), JSON.stringify({ currency: 'EUR', tiers }));
}

export type Asked = Partial<CreateSweepInput> & Pick<CreateSweepInput, 'projectId' | 'code'>;

export function sweepInput(change: Asked): CreateSweepInput {
  return {
    command: 'python3 job.py',
    parameters: {},
    environmentId: 'system',
    tierIds: ['small'],
    artifacts: [],
    space: [{ kind: 'float', name: 'x', low: -10, high: 10, log: false, step: null, when: null }],
    objective: { metric: 'loss', direction: 'minimize', reading: 'last' },
    sampler: { kind: 'random', seed: 7 },
    pruner: { kind: 'none' },
    budget: { trials: 6, minutes: null, cost: null },
    parallel: 3,
    failuresInARow: 5,
    ...change,
  };
}

export async function sweepUntil(
  api: TestClient,
  sweepId: string,
  isSo: (sweep: SweepDetail) => boolean,
): Promise<SweepDetail> {
  for (const deadline = Date.now() + 120_000; ; await delay(50)) {
    const sweep = await api.sweeps.get({ sweepId });
    if (isSo(sweep)) return sweep;
    if (Date.now() > deadline) throw new Error(`the sweep is still ${sweep.state}: ${JSON.stringify(sweep.counts)}`);
  }
}

export const hasEnded = ({ state }: SweepDetail) => state === 'ended';
