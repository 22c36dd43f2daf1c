/**
 * Brings a database file to the schema of this server: numbered steps, forward
 * only, each in one transaction together with its number. A file of a newer
 * server is refused before anything in it is touched.
 */
import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { StartupError } from '../../platform/startupError.ts';
import { Connection } from './connection.ts';
import { foundation } from './migrations/0001foundation.ts';
import { segmentTables } from './migrations/0002segments.ts';
import { models } from './migrations/0003models.ts';
import { traces } from './migrations/0004traces.ts';
import { webhooks } from './migrations/0005webhooks.ts';
import { views } from './migrations/0006views.ts';
import { history } from './migrations/0007history.ts';
import { orders } from './migrations/0008orders.ts';
import { spending } from './migrations/0009spending.ts';
import { environmentStates } from './migrations/0010environments.ts';
import { drainedHosts } from './migrations/0011hosts.ts';
import { workspaces } from './migrations/0012workspaces.ts';
import { jobs } from './migrations/0013jobs.ts';
import { sweeps } from './migrations/0014sweeps.ts';
import { projectFacts } from './migrations/0015projects.ts';
import { governance } from './migrations/0016governance.ts';
import { comments } from './migrations/0017comments.ts';
import { accounts } from './migrations/0018accounts.ts';
import { credentials } from './migrations/0019credentials.ts';
import { workspaceFolders } from './migrations/0020workspaceFolders.ts';
import { moveToSegments } from './points/moveToSegments.ts';
import { isDamaged } from './sqliteError.ts';

export type Migration = (connection: Connection) => void;

/** In order; the position counted from 1 is the version. A released one is never edited. */
export const migrations: readonly Migration[] = [
  createFoundation,
  createSegments,
  (connection) => connection.exec(models),
  (connection) => connection.exec(traces),
  (connection) => connection.exec(webhooks),
  (connection) => connection.exec(views),
  (connection) => connection.exec(history),
  (connection) => connection.exec(orders),
  (connection) => connection.exec(spending),
  (connection) => connection.exec(environmentStates),
  (connection) => connection.exec(drainedHosts),
  (connection) => connection.exec(workspaces),
  (connection) => connection.exec(jobs),
  (connection) => connection.exec(sweeps),
  (connection) => connection.exec(projectFacts),
  (connection) => connection.exec(governance),
  (connection) => connection.exec(comments),
  (connection) => connection.exec(accounts),
  (connection) => connection.exec(credentials),
  (connection) => connection.exec(workspaceFolders),
];

function createFoundation(connection: Connection): void {
  connection.exec(foundation);
  const definition = JSON.stringify({ kind: 'system' });
  const digest = createHash('sha256').update(definition).digest('hex');
  connection.database
    .prepare(
      `INSERT INTO revisions VALUES ('system', 1, ?, ?, 'Ships with the server', 'admin', round(unixepoch('subsec') * 1000))`,
    )
    .run(definition, digest);
}

function createSegments(connection: Connection): void {
  connection.exec(segmentTables);
  moveToSegments(connection);
}

/** Opens the file for writing with the newest schema. */
export function openMigrated(file: string, steps: readonly Migration[] = migrations): Connection {
  refuseNewer(file, steps.length);
  const connection = guarded(file, () => new Connection(file, 'write'));
  try {
    for (let version = schemaVersion(connection); version < steps.length; version += 1) {
      takeStep(connection, steps, version);
    }
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function takeStep(connection: Connection, steps: readonly Migration[], version: number): void {
  connection.exec('BEGIN IMMEDIATE');
  try {
    steps[version]?.(connection);
    connection.exec(`PRAGMA user_version = ${version + 1}`);
    connection.exec('COMMIT');
  } catch (error) {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}

export function schemaVersion(connection: Connection): number {
  return Number(connection.database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}

function refuseNewer(file: string, known: number): void {
  if (file === ':memory:' || !existsSync(file) || statSync(file).size === 0) return;
  const version = guarded(file, () => {
    const connection = new Connection(file, 'read');
    try {
      return schemaVersion(connection);
    } finally {
      connection.close();
    }
  });
  if (version <= known) return;
  throw new StartupError(
    `${file} was written by a newer Flywheel (schema ${version}; this server knows up to ${known})`,
    'Start the newer version, or restore the backup that was made before the upgrade',
  );
}

function guarded<T>(file: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (!isDamaged(error)) throw error;
    throw new StartupError(`${file} is damaged or no Flywheel database`, 'Restore it from a backup', error);
  }
}
