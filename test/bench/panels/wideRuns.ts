/**
 * Runs of one experiment that has a thousand columns, of which each run has
 * forty, as they gather over years: written through our own store.
 */
import { openStore } from '../../../server/adapters/sqlite/openStore.ts';
import type { Stores } from '../../../server/domain/shared/store.ts';
import { storedRun } from '../../harness/records.ts';

export const columnsOfKind = 500;
const valuesOfKind = 20;
const batch = 500;

/** Metrics `metric-0` … and parameters `param-0` …; the first five of each are in every run. */
export async function fillWide(file: string, runs: number): Promise<void> {
  const store = openStore({ file });
  try {
    for (let from = 0; from < runs; from += batch) {
      await store.write((stores) => insertRuns(stores, from, Math.min(runs, from + batch)));
    }
  } finally {
    await store.close();
  }
}

async function insertRuns(stores: Stores, from: number, to: number): Promise<void> {
  for (let index = from; index < to; index += 1) {
    const id = `${index.toString(16).padStart(8, '0')}${'0'.repeat(24)}`;
    const createdAt = 1_700_000_000_000 + index * 1000;
    const times = { createdAt, startedAt: createdAt, endedAt: createdAt + 60_000 };
    await stores.runs.insertRun(storedRun({ id, name: `run-${index}`, ...times, state: 'succeeded' }));
    const keys = keysOf(index);
    const points = keys.map((key) => ({
      key: `metric-${key}`,
      value: mixed(index, key),
      step: 0,
      timestamp: createdAt,
    }));
    await stores.tracking.logMetrics(id, points);
    const parameters = keys.map((key) => [`param-${key}`, `v${Math.floor(mixed(key, index) * 8)}`] as const);
    await stores.tracking.logParameters(id, Object.fromEntries(parameters));
  }
}

function keysOf(run: number): readonly number[] {
  const rest = columnsOfKind - 5;
  return Array.from({ length: valuesOfKind }, (_, at) => (at < 5 ? at : 5 + ((run * 37 + at * 33) % rest)));
}

/** A fraction that looks random and is the same for the same numbers. */
function mixed(one: number, other: number): number {
  const sine = Math.sin(one * 12.9898 + other * 78.233) * 43_758.5453;
  return sine - Math.floor(sine);
}
