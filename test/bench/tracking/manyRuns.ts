/**
 * Runs with metrics and parameters, the same ones each time, for whoever is
 * measured: written by our own store, or into the tables of MLflow. Both get
 * them in one transaction, and their indexes once everything is there: built
 * row by row these take ten times as long as all the rest.
 */
import { DatabaseSync } from 'node:sqlite';
import type { Connection } from '../../../server/adapters/sqlite/connection.ts';
import { openMigrated } from '../../../server/adapters/sqlite/migrate.ts';
import { Session } from '../../../server/adapters/sqlite/session.ts';
import { SqliteRunStore } from '../../../server/adapters/sqlite/sqliteRunStore.ts';
import { SqliteTrackingStore } from '../../../server/adapters/sqlite/sqliteTrackingStore.ts';
import { storedRun } from '../../harness/records.ts';

export type GeneratedRun = {
  readonly id: string;
  readonly createdAt: number;
  /** How long it took is another order than when it began. */
  readonly endedAt: number;
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
  const createdAt = 1_700_000_000_000 + index;
  return {
    id: `${index.toString(16).padStart(8, '0')}${'0'.repeat(24)}`,
    createdAt,
    endedAt: createdAt + Math.floor(fraction(index, 200) * 3_600_000),
    metrics: each.map((column) => [`m${column}`, fraction(index, column)]),
    parameters: each.map((column) => [
      `p${column}`,
      `v${Math.floor(fraction(index, 100 + column) * valuesOf(column))}`,
    ]),
  };
}

/** Into the first experiment of a new database. */
export async function fillStore(file: string, runs: number): Promise<void> {
  const connection = openMigrated(file);
  try {
    connection.exec(forFilling);
    const build = setAsideIndexes(connection.database);
    connection.command('BEGIN');
    await insertRuns(new Session(connection, 'write'), runs);
    connection.command('COMMIT');
    build();
  } finally {
    connection.close();
  }
}

async function insertRuns(session: Session, count: number): Promise<void> {
  const [runs, tracking] = [new SqliteRunStore(session), new SqliteTrackingStore(session)];
  for (let index = 0; index < count; index += 1) {
    const { id, createdAt, endedAt, metrics, parameters } = generatedRun(index);
    const name = `run ${(index * 7919) % count}`;
    await runs.insertRun(storedRun({ id, name, createdAt, startedAt: createdAt, endedAt, state: 'succeeded' }));
    const points = metrics.map(([key, value]) => ({ key, value, step: 0, timestamp: createdAt }));
    await tracking.logMetrics(id, points);
    await tracking.logParameters(id, Object.fromEntries(parameters));
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
  using database = new DatabaseSync(file);
  database.exec(forFilling);
  const build = setAsideIndexes(database);
  const [run, latest, metrics, parameters] = Object.values(tables).map((sql) => database.prepare(sql));
  database.exec('BEGIN');
  for (let index = 0; index < runs; index += 1) {
    const generated = generatedRun(index);
    const { id, createdAt, endedAt } = generated;
    run?.run(id, id, createdAt, endedAt);
    for (const [key, value] of generated.metrics) {
      latest?.run(id, key, value, createdAt);
      metrics?.run(id, key, value, createdAt);
    }
    for (const [key, value] of generated.parameters) parameters?.run(id, key, value);
  }
  database.exec('COMMIT');
  build();
  // MLflow never does this, and then takes minutes for a search that is ordered: by statistics it takes about a second.
  database.exec('ANALYZE');
}

/** A file that is half made is made anew, so nothing needs to reach the disk early. */
const forFilling = 'PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA foreign_keys = OFF;';

/** Those of the keys themselves stay. Answers how to build the others. */
function setAsideIndexes(database: Connection['database']): () => void {
  const indexes = database
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql NOT LIKE 'CREATE UNIQUE%'")
    .all() as { readonly name: string; readonly sql: string }[];
  for (const { name } of indexes) database.exec(`DROP INDEX "${name}"`);
  return () => {
    for (const { sql } of indexes) database.exec(sql);
  };
}
