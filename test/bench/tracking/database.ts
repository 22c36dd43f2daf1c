/** What the database alone takes: the same points, the same layout, one durable commit a batch, no server around it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '../../../server/adapters/sqlite/connection.ts';
import { logMetrics } from '../../../server/adapters/sqlite/metricRows.ts';
import { openMigrated } from '../../../server/adapters/sqlite/migrate.ts';
import { Session } from '../../../server/adapters/sqlite/session.ts';
import { SqliteRunStore } from '../../../server/adapters/sqlite/sqliteRunStore.ts';
import type { MetricPoint } from '../../../server/domain/tracking/ports.ts';
import { storedRun } from '../../harness/records.ts';

export class BareDatabase implements Disposable {
  readonly #folder = mkdtempSync('/tmp/flywheel-bench-database-');
  readonly #connection: Connection;
  readonly #session: Session;

  constructor() {
    this.#connection = openMigrated(join(this.#folder, 'alone.db'));
    // A commit waits for the disk by itself.
    this.#connection.exec('PRAGMA synchronous = FULL');
    this.#session = new Session(this.#connection, 'write');
  }

  async addRuns(ids: readonly string[]): Promise<void> {
    for (const id of ids) await new SqliteRunStore(this.#session).insertRun(storedRun({ id }));
  }

  /** Batches a second. */
  insert(batches: readonly { readonly run: string; readonly points: readonly MetricPoint[] }[]): number {
    const began = performance.now();
    for (const { run, points } of batches) {
      this.#connection.command('BEGIN IMMEDIATE');
      logMetrics(this.#session, run, points);
      this.#connection.command('COMMIT');
    }
    return (batches.length / (performance.now() - began)) * 1000;
  }

  [Symbol.dispose](): void {
    this.#connection.close();
    rmSync(this.#folder, { recursive: true });
  }
}
