/** What the queue keeps of runs, in SQLite. */
import {
  type AwaitedState,
  plainEntry,
  type QueueEntry,
  type QueueState,
  type QueueStore,
} from '../../domain/jobs/ports.ts';
import type { Row } from './connection.ts';
import { runNumber } from './names.ts';
import type { Session } from './session.ts';
import { flag, json, plain, Table } from './table.ts';

const entries = new Table<QueueEntry & { readonly run: number }>('queue_entries', {
  run: plain('run'),
  runId: plain('run_id'),
  job: plain('job'),
  scheduleId: plain('schedule_id'),
  attempt: plain('attempt'),
  firstRunId: plain('first_run_id'),
  retries: json('retries'),
  timeoutMinutes: plain('timeout_minutes'),
  concurrency: json('concurrency'),
  after: json('awaits'),
  notBefore: plain('not_before'),
  paused: flag('paused'),
  priority: plain('queue_priority'),
  place: plain('place'),
});

const unfinished = `runs.launched = 1 AND runs.ended_at IS NULL AND runs.state IN ('queued', 'preparing', 'starting', 'running')`;

const sql = {
  entry: `SELECT ${entries.select} FROM queue_entries WHERE run_id = ?`,
  unfinished: `SELECT ${entries.select} FROM runs JOIN queue_entries ON queue_entries.run = runs.number WHERE ${unfinished}`,
  states: 'SELECT runs.id, runs.name, runs.state FROM json_each(?) AS asked JOIN runs ON runs.id = asked.value',
  ofSchedule: `SELECT runs.id FROM queue_entries JOIN runs ON runs.number = queue_entries.run
    WHERE queue_entries.schedule_id = ? AND ${unfinished} ORDER BY runs.created_at, runs.number`,
} as const;

export class SqliteQueueStore implements QueueStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async entry(runId: string): Promise<QueueEntry | null> {
    const row = this.#session.get<Row>(sql.entry, runId);
    return row ? toEntry(row) : null;
  }

  async setEntry(runId: string, change: Partial<Omit<QueueEntry, 'runId'>>): Promise<void> {
    if (entries.update(this.#session, change, { column: 'run_id', is: runId }) > 0) return;
    entries.insert(this.#session, { ...plainEntry(runId), ...change, runId, run: runNumber(this.#session, runId) });
  }

  async state(): Promise<QueueState> {
    const found = this.#session.all<Row>(sql.unfinished).map(toEntry);
    const ids = new Set(found.flatMap(({ after }) => after.map(({ runId }) => runId)));
    const rows =
      ids.size === 0 ? [] : this.#session.all<AwaitedState & { id: string }>(sql.states, JSON.stringify([...ids]));
    return {
      entries: new Map(found.map((entry) => [entry.runId, entry])),
      awaited: new Map(rows.map(({ id, name, state }) => [id, { name, state }])),
    };
  }

  async awaitInstead(runId: string, nextRunId: string): Promise<void> {
    for (const row of this.#session.all<Row>(sql.unfinished)) {
      const entry = toEntry(row);
      if (!entry.after.some((each) => each.runId === runId)) continue;
      const after = entry.after.map((each) => (each.runId === runId ? { ...each, runId: nextRunId } : each));
      await this.setEntry(entry.runId, { after });
    }
  }

  async unfinishedOf(scheduleId: string): Promise<readonly string[]> {
    return this.#session.all<{ id: string }>(sql.ofSchedule, scheduleId).map(({ id }) => id);
  }
}

function toEntry(row: Row): QueueEntry {
  const { run: _run, ...entry } = entries.read(row);
  return entry;
}
