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
import { copyDatabase } from './copyDatabase.ts';
import { openMigrated } from './migrate.ts';
import { IdleTails } from './points/idleTails.ts';
import { ReadLane } from './readLane.ts';
import { type ScanName, scans } from './scans.ts';
import { ScanThreads } from './scanThreads.ts';
import type { Session } from './session.ts';
import { SqliteAccessStore } from './sqliteAccessStore.ts';
import { SqliteBudgetStore } from './sqliteBudgetStore.ts';
import { SqliteCommentStore } from './sqliteCommentStore.ts';
import { SqliteCostStore } from './sqliteCostStore.ts';
import { SqliteCredentialStore } from './sqliteCredentialStore.ts';
import { SqliteEnvironmentStore } from './sqliteEnvironmentStore.ts';
import { SqliteEventStore } from './sqliteEventStore.ts';
import { SqliteGroupStore } from './sqliteGroupStore.ts';
import { SqliteHostStore } from './sqliteHostStore.ts';
import { SqliteLinkStore } from './sqliteLinkStore.ts';
import { SqliteLoggedModelStore } from './sqliteLoggedModelStore.ts';
import { SqlitePlanStore } from './sqlitePlanStore.ts';
import { SqliteProjectStore } from './sqliteProjectStore.ts';
import { SqliteQueueStore } from './sqliteQueueStore.ts';
import { SqliteRegistryStore } from './sqliteRegistryStore.ts';
import { SqliteRunStore } from './sqliteRunStore.ts';
import { type ScanRunner, SqliteScans } from './sqliteScans.ts';
import { SqliteScheduleStore } from './sqliteScheduleStore.ts';
import { SqliteScriptStore } from './sqliteScriptStore.ts';
import { SqliteSecretStore } from './sqliteSecretStore.ts';
import { SqliteSweepStore } from './sqliteSweepStore.ts';
import { SqliteTraceStore } from './sqliteTraceStore.ts';
import { SqliteTrackingStore } from './sqliteTrackingStore.ts';
import { SqliteViewStore } from './sqliteViewStore.ts';
import { SqliteWebhookStore } from './sqliteWebhookStore.ts';
import { SqliteWorkspaceStore } from './sqliteWorkspaceStore.ts';
import { WalFlush } from './walFlush.ts';

function storesOf(session: Session) {
  return {
    access: new SqliteAccessStore(session),
    projects: new SqliteProjectStore(session),
    plans: new SqlitePlanStore(session),
    environments: new SqliteEnvironmentStore(session),
    runs: new SqliteRunStore(session),
    tracking: new SqliteTrackingStore(session),
    links: new SqliteLinkStore(session),
    loggedModels: new SqliteLoggedModelStore(session),
    registry: new SqliteRegistryStore(session),
    traces: new SqliteTraceStore(session),
    webhooks: new SqliteWebhookStore(session),
    views: new SqliteViewStore(session),
    events: new SqliteEventStore(session),
    scripts: new SqliteScriptStore(session),
    costs: new SqliteCostStore(session),
    hosts: new SqliteHostStore(session),
    comments: new SqliteCommentStore(session),
    sweeps: new SqliteSweepStore(session),
    queue: new SqliteQueueStore(session),
    schedules: new SqliteScheduleStore(session),
    secrets: new SqliteSecretStore(session),
    budgets: new SqliteBudgetStore(session),
    credentials: new SqliteCredentialStore(session),
    groups: new SqliteGroupStore(session),
    workspaces: new SqliteWorkspaceStore(session),
  } satisfies Stores;
}

const sealEveryMs = 30_000;
/** Scans on the one connection that a database in memory has. */
function scansWithin(lane: CommitLane): ScanRunner {
  return {
    warm: () => undefined,
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
  readonly #flush: WalFlush | null;
  readonly #reader: Connection | null;
  readonly #reads: ReadLane | null;
  readonly #tails = new IdleTails();
  readonly #sealing: NodeJS.Timeout;
  readonly #threads: ScanThreads | null;
  readonly scans: SqliteScans;

  constructor(file: string, writer: Connection) {
    this.#file = file;
    this.#writer = writer;
    this.#flush = file === ':memory:' ? null : new WalFlush(file);
    this.#writes = new CommitLane(writer, async () => this.#flush?.flush());
    this.#reader = file === ':memory:' ? null : new Connection(file, 'read');
    this.#reads = this.#reader && new ReadLane(this.#reader);
    this.#threads = this.#reader && new ScanThreads(file);
    this.scans = new SqliteScans(this.#threads ?? scansWithin(this.#writes), () => this.#writes.version);
    this.serverId = String(writer.statement("SELECT value FROM server WHERE key = 'id'").get()?.value);
    // What fails, on a full disk say, is tried again the next time.
    this.#sealing = setInterval(() => void this.sealIdleTails().catch(() => undefined), sealEveryMs).unref();
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

  /** Packs points of series that have not grown since the last call; answers of how many. */
  sealIdleTails(): Promise<number> {
    return this.#writes.run(async (session) => this.#tails.seal(session), 'write');
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

  async #copyTo(file: string): Promise<void> {
    if (this.#file === ':memory:') await backup(this.#writer.database, file);
    else await copyDatabase(this.#file, file);
  }

  async close(): Promise<void> {
    clearInterval(this.#sealing);
    await Promise.all([this.#writes.close(), this.#reads?.close(), this.#threads?.close()]);
    await this.#flush?.close();
    this.#reader?.close();
    if (this.#writer.database.isOpen) this.#writer.exec('PRAGMA optimize');
    this.#writer.close();
  }
}
