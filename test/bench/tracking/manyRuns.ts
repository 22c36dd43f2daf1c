/**
 * Runs with metrics and parameters, the same ones each time, for whoever is
 * measured: written through our own store, or into the tables of MLflow.
 */
import { DatabaseSync } from 'node:sqlite';
import { openStore } from '../../../server/adapters/sqlite/openStore.ts';
import type { Stores } from '../../../server/domain/shared/store.ts';
import { storedRun } from '../../harness/records.ts';

export type GeneratedRun = {
  readonly id: string;
  readonly createdAt: number;
  readonly metrics: readonly (readonly [key: string, value: number])[];
  readonly parameters: readonly (readonly [key: string, value: string])[];
};

export const columns = 20;
/** Parameter k has 2, 4, 8, ... up to 1024 different values, so that some select much and some little. */
export const valuesOf = (parameter: number) => 2 ** (1 + (parameter % 10));

/** A fraction that looks random and is the same for the same numbers. */
function fraction(run: number, column: number): number {
  let mixed = Math.imul(run + 1, 0x9e3779b1) ^ Math.imul(column + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}

export function generatedRun(index: number): GeneratedRun {
  const each = Array.from({ length: columns }, (_, column) => column);
  return {
    id: `${index.toString(16).padStart(8, '0')}${'0'.repeat(24)}`,
    createdAt: 1_700_000_000_000 + index,
    metrics: each.map((column) => [`m${column}`, fraction(index, column)]),
    parameters: each.map((column) => [
      `p${column}`,
      `v${Math.floor(fraction(index, 100 + column) * valuesOf(column))}`,
    ]),
  };
}

const batch = 500;

/** Into the first experiment of a new database. */
export async function fillStore(file: string, runs: number): Promise<void> {
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
    const { id, createdAt, metrics, parameters } = generatedRun(index);
    const times = { createdAt, startedAt: createdAt, endedAt: createdAt + 1000 };
    await stores.runs.insertRun(storedRun({ id, ...times, state: 'succeeded' }));
    const points = metrics.map(([key, value]) => ({ key, value, step: 0, timestamp: createdAt }));
    await stores.tracking.logMetrics(id, points);
    await stores.tracking.logParameters(id, Object.fromEntries(parameters));
  }
}

const tables = {
  runs: `INSERT INTO runs (run_uuid, name, source_type, user_id, status, start_time, end_time, lifecycle_stage, artifact_uri, experiment_id)
    VALUES (?, ?, 'LOCAL', 'ada', 'FINISHED', ?, ?, 'active', 'mlflow-artifacts:/0', 0)`,
  latest: 'INSERT INTO latest_metrics (run_uuid, key, value, timestamp, step, is_nan) VALUES (?, ?, ?, ?, 0, 0)',
  metrics: 'INSERT INTO metrics (run_uuid, key, value, timestamp, step, is_nan) VALUES (?, ?, ?, ?, 0, 0)',
  parameters: 'INSERT INTO params (run_uuid, key, value) VALUES (?, ?, ?)',
} as const;

/** Into the first experiment of a database that MLflow made. It keeps its own indexes and settings. */
export function fillMlflow(file: string, runs: number): void {
  const database = new DatabaseSync(file);
  const [run, latest, metrics, parameters] = Object.values(tables).map((sql) => database.prepare(sql));
  database.exec('BEGIN');
  for (let index = 0; index < runs; index += 1) {
    const generated = generatedRun(index);
    const { id, createdAt } = generated;
    run?.run(id, id, createdAt, createdAt + 1000);
    for (const [key, value] of generated.metrics) {
      latest?.run(id, key, value, createdAt);
      metrics?.run(id, key, value, createdAt);
    }
    for (const [key, value] of generated.parameters) parameters?.run(id, key, value);
  }
  database.exec('COMMIT');
  database.close();
}
