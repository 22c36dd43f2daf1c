/**
 * The store on one SQLite file. Writes go through one connection that commits
 * many units together; reads see the newest commit through a second one that
 * cannot write; scans have threads with connections of their own. `:memory:`
 * has a single connection, for tests.
 */
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { backup } from 'node:sqlite';
import { DomainError } from '../../domain/shared/errors.ts';
import type { Store, Stores } from '../../domain/shared/store.ts';
import { CommitLane } from './commitLane.ts';
import { Connection } from './connection.ts';
import { openMigrated } from './migrate.ts';
import { ReadLane } from './readLane.ts';
import { type ScanName, scans } from './scans.ts';
import { ScanThreads } from './scanThreads.ts';
import type { Session } from './session.ts';
import { SqliteAccessStore } from './sqliteAccessStore.ts';
import { SqliteEnvironmentStore } from './sqliteEnvironmentStore.ts';
import { SqliteEventStore } from './sqliteEventStore.ts';
import { SqliteProjectStore } from './sqliteProjectStore.ts';
import { SqliteRunStore } from './sqliteRunStore.ts';
import { type ScanRunner, SqliteScans } from './sqliteScans.ts';
import { SqliteTrackingStore } from './sqliteTrackingStore.ts';
import { SqliteViewStore } from './sqliteViewStore.ts';

function storesOf(session: Session) {
  return {
    access: new SqliteAccessStore(session),
    projects: new SqliteProjectStore(session),
    environments: new SqliteEnvironmentStore(session),
    runs: new SqliteRunStore(session),
    tracking: new SqliteTrackingStore(session),
    views: new SqliteViewStore(session),
    events: new SqliteEventStore(session),
  } satisfies Stores;
}

/** Scans on the one connection that a database in memory has. */
function scansWithin(lane: CommitLane): ScanRunner {
  return {
    run: (name: ScanName, input: unknown) => {
      const scan = scans[name] as (session: Session, input: unknown) => unknown;
      return lane.run(async (session) => scan(session, input) as never, 'read');
    },
  };
}

/** Throws a `StartupError` for a file that this server must not open. */
export function openStore(options: { readonly file: string }): SqliteStore {
  return new SqliteStore(options.file, openMigrated(options.file));
}

export class SqliteStore implements Store {
  /** Stable identity of this data, made with the file. */
  readonly serverId: string;
  readonly #file: string;
  readonly #writer: Connection;
  readonly #writes: CommitLane;
  readonly #reader: Connection | null;
  readonly #reads: ReadLane | null;
  readonly #threads: ScanThreads | null;
  readonly scans: SqliteScans;

  constructor(file: string, writer: Connection) {
    this.#file = file;
    this.#writer = writer;
    this.#writes = new CommitLane(writer);
    this.#reader = file === ':memory:' ? null : new Connection(file, 'read');
    this.#reads = this.#reader && new ReadLane(this.#reader);
    this.#threads = this.#reader && new ScanThreads(file);
    this.scans = new SqliteScans(this.#threads ?? scansWithin(this.#writes), () => this.#writes.version);
    this.serverId = String(writer.statement("SELECT value FROM server WHERE key = 'id'").get()?.value);
  }

  write<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    return this.#writes.run((session) => work(storesOf(session)), 'write');
  }

  read<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    const inSession = (session: Session) => work(storesOf(session));
    return this.#reads ? this.#reads.run(inSession) : this.#writes.run(inSession, 'read');
  }

  /** Forgets events before a position; who asks for them then starts over. */
  pruneEvents(before: number): Promise<void> {
    return this.#writes.run((session) => storesOf(session).events.prune(before), 'write');
  }

  /** The first event that was tampered with; null when the log is whole. */
  firstBrokenEvent(): Promise<number | null> {
    return this.#writes.run((session) => storesOf(session).events.firstBroken(), 'read');
  }

  async backup(file: string): Promise<void> {
    if (existsSync(file)) {
      throw new DomainError('already-exists', `${file} exists already`, { field: 'file', remedy: 'Name a new file' });
    }
    const partial = `${file}.partial`;
    await rm(partial, { force: true });
    try {
      await this.#copyTo(partial);
      await rename(partial, file);
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  }

  /** From a connection of its own that holds one snapshot: a copy that followed the writer could begin again for ever. */
  async #copyTo(file: string): Promise<void> {
    if (this.#file === ':memory:') {
      await backup(this.#writer.database, file);
      return;
    }
    const source = new Connection(this.#file, 'read');
    try {
      source.command('BEGIN');
      source.statement('SELECT count(*) FROM server').get();
      await backup(source.database, file, { rate: 1000 });
    } finally {
      source.close();
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#writes.close(), this.#reads?.close(), this.#threads?.close()]);
    this.#reader?.close();
    if (this.#writer.database.isOpen) this.#writer.exec('PRAGMA optimize');
    this.#writer.close();
  }
}
