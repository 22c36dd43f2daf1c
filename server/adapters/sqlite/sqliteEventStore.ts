/**
 * The event log in SQLite: appended to, never changed. Positions have no
 * holes, as an event is undone together with the change that it tells of.
 */
import type { FlywheelEvent } from '../../../protocol/events.ts';
import type { EventStore, NewEvent } from '../../domain/events/ports.ts';
import type { Row, SqlValue } from './connection.ts';
import { chainStart, eventHash, type HashedEvent } from './eventHash.ts';
import type { Session } from './session.ts';
import { json, plain, Table } from './table.ts';

const events = new Table<FlywheelEvent>('events', {
  clock: plain('clock'),
  at: plain('at'),
  type: plain('type'),
  actor: json('actor'),
  subject: json('subject'),
  detail: json('detail'),
});

/** What a feed is narrowed by; null means that it is not. */
const narrowed = `(?2 IS NULL OR substr(type, 1, instr(type, '.') - 1) IN (SELECT value FROM json_each(?2)))
    AND (?3 IS NULL OR actor ->> '$.id' = ?3)`;

const sql = {
  insert: 'INSERT INTO events (clock, at, type, actor, subject, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
  newest: 'SELECT clock, hash FROM events ORDER BY clock DESC LIMIT 1',
  oldest: 'SELECT min(clock) - 1 AS oldest FROM events',
  after: `SELECT ${events.select} FROM events WHERE clock > ? ORDER BY clock LIMIT ?`,
  all: `SELECT ${events.select} FROM events WHERE clock < ?4 AND ?1 IS NULL AND ${narrowed}
    ORDER BY clock DESC LIMIT ?5`,
  ofProjects: `SELECT ${events.select} FROM events WHERE project_id IN (SELECT value FROM json_each(?1)) AND clock < ?4
    AND ${narrowed} ORDER BY clock DESC LIMIT ?5`,
  ofRun: `SELECT ${events.select} FROM events WHERE run_id = ?1 AND clock < ?4 AND ${narrowed}
    ORDER BY clock DESC LIMIT ?5`,
  creation: `SELECT ${events.select} FROM events WHERE run_id = ? AND type = 'run.created' ORDER BY clock LIMIT 1`,
  chain: 'SELECT clock, at, type, actor, subject, detail, hash FROM events ORDER BY clock',
  prune: 'DELETE FROM events WHERE clock < ? AND clock < (SELECT max(clock) FROM events)',
} as const;

type ChainRow = readonly [number, number, string, string | null, string, string, string];

export class SqliteEventStore implements EventStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async append(event: NewEvent & { readonly at: number }): Promise<number> {
    const newest = this.#session.get<{ clock: number; hash: string }>(sql.newest);
    const stored: HashedEvent = {
      clock: (newest?.clock ?? 0) + 1,
      at: event.at,
      type: event.type,
      actor: event.actor && JSON.stringify(event.actor),
      subject: JSON.stringify(event.subject),
      detail: JSON.stringify(event.detail ?? {}),
    };
    const { clock, at, type, actor, subject, detail } = stored;
    this.#session.run(
      sql.insert,
      clock,
      at,
      type,
      actor,
      subject,
      detail,
      eventHash(newest?.hash ?? chainStart, stored),
    );
    return clock;
  }

  async clock(): Promise<number> {
    return this.#session.get<{ clock: number }>(sql.newest)?.clock ?? 0;
  }

  async oldest(): Promise<number> {
    return this.#session.get<{ oldest: number | null }>(sql.oldest)?.oldest ?? 0;
  }

  async creationOf(runId: string): Promise<FlywheelEvent | null> {
    const row = this.#session.get<Row>(sql.creation, runId);
    return row ? events.read(row) : null;
  }

  async after(clock: number, limit: number): Promise<readonly FlywheelEvent[]> {
    return this.#session.all<Row>(sql.after, clock, limit).map((row) => events.read(row));
  }

  async list(query: Parameters<EventStore['list']>[0]): Promise<readonly FlywheelEvent[]> {
    const before = query.before ?? Number.MAX_SAFE_INTEGER;
    const kinds = query.kinds === undefined ? null : JSON.stringify(query.kinds);
    const rest = [kinds, query.actorId ?? null, before, query.limit] as const;
    return this.#narrowed(query, rest).map((row) => events.read(row));
  }

  #narrowed({ runId, projectIds }: Parameters<EventStore['list']>[0], rest: readonly SqlValue[]): readonly Row[] {
    if (runId !== undefined) return this.#session.all<Row>(sql.ofRun, runId, ...rest);
    if (projectIds === null) return this.#session.all<Row>(sql.all, null, ...rest);
    return this.#session.all<Row>(sql.ofProjects, JSON.stringify(projectIds), ...rest);
  }

  /** Forgets events before a position; the newest always stays, as the chain continues from it. */
  async prune(before: number): Promise<void> {
    this.#session.run(sql.prune, before);
  }

  /** The first position whose hash does not follow from what is before it; null when the chain holds. */
  async firstBroken(): Promise<number | null> {
    let previous: { readonly clock: number; readonly hash: string } | null = null;
    for (const [clock, at, type, actor, subject, detail, hash] of this.#session.stream<ChainRow>(sql.chain)) {
      const expected: string = eventHash(previous?.hash ?? chainStart, { clock, at, type, actor, subject, detail });
      // What was pruned is not missed: the oldest event that is left is taken as it is.
      const follows: boolean = previous
        ? clock === previous.clock + 1 && hash === expected
        : clock > 1 || hash === expected;
      if (!follows) return clock;
      previous = { clock, hash };
    }
    return null;
  }
}
