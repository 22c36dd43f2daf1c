/** Looks at a database file without changing it, also while a server works on it. */
import { Connection } from './connection.ts';
import { migrations, schemaVersion } from './migrate.ts';
import { Session } from './session.ts';
import { SqliteEventStore } from './sqliteEventStore.ts';

export type EventAudit = {
  readonly events: number;
  /** The first and newest position; 0 without events. */
  readonly from: number;
  readonly to: number;
  /** Noted elsewhere, it proves later that nothing before it was changed or cut off since. */
  readonly newestHash: string | null;
  readonly firstBroken: number | null;
};

const summary = 'SELECT count(*) AS events, ifnull(min(clock), 0) AS "from", ifnull(max(clock), 0) AS "to" FROM events';
const newest = 'SELECT hash FROM events ORDER BY clock DESC LIMIT 1';

export async function auditEvents(file: string): Promise<EventAudit> {
  using source = opened(file);
  const { session } = source;
  const counted = session.get<Pick<EventAudit, 'events' | 'from' | 'to'>>(summary);
  return {
    ...(counted ?? { events: 0, from: 0, to: 0 }),
    newestHash: session.get<{ readonly hash: string }>(newest)?.hash ?? null,
    firstBroken: await new SqliteEventStore(session).firstBroken(),
  };
}

/** What is wrong with a copy, in words; null when it can be used. */
export function problemOfCopy(file: string): string | null {
  using source = opened(file);
  const { connection } = source;
  const [found] = Object.values(connection.database.prepare('PRAGMA quick_check(1)').get() ?? {});
  if (found !== 'ok') return `the database is damaged: ${String(found)}`;
  const version = schemaVersion(connection);
  if (version <= migrations.length) return null;
  return `it is of a newer Flywheel (schema ${version}, this one knows up to ${migrations.length})`;
}

/** All questions see one state. */
function opened(file: string): Disposable & { readonly connection: Connection; readonly session: Session } {
  const connection = new Connection(file, 'read');
  connection.command('BEGIN');
  return {
    connection,
    session: new Session(connection, 'read'),
    [Symbol.dispose]: () => connection.close(),
  };
}
