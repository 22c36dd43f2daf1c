/** Schedules and what came of their times, in SQLite. */
import type { Firing } from '../../../protocol/model/schedule.ts';
import type { ScheduleStore, StoredFiring, StoredSchedule } from '../../domain/schedules/ports.ts';
import type { Row } from './connection.ts';
import type { Session } from './session.ts';
import { flag, json, plain, Table } from './table.ts';

const schedules = new Table<StoredSchedule>('schedules', {
  id: plain('id'),
  projectId: plain('project_id'),
  name: plain('name'),
  cron: plain('cron'),
  timezone: plain('timezone'),
  overlap: plain('overlap'),
  catchUp: plain('catch_up'),
  work: json('work'),
  ownerId: plain('owner_id'),
  paused: flag('paused'),
  pauseReason: plain('pause_reason'),
  nextAt: plain('next_at'),
  createdAt: plain('created_at'),
  updatedAt: plain('updated_at'),
  deletedAt: plain('deleted_at'),
});

const firings = new Table<StoredFiring>('firings', {
  scheduleId: plain('schedule_id'),
  due: plain('due'),
  at: plain('at'),
  outcome: plain('outcome'),
  count: plain('count'),
  runId: plain('run_id'),
  detail: plain('detail'),
});

const sql = {
  one: `SELECT ${schedules.select} FROM schedules WHERE id = ?`,
  all: `SELECT ${schedules.select} FROM schedules WHERE deleted_at IS NULL ORDER BY name, id`,
  ofProjects: `SELECT ${schedules.select} FROM schedules
    WHERE project_id IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL ORDER BY name, id`,
  due: `SELECT ${schedules.select} FROM schedules WHERE next_at <= ? ORDER BY next_at, id`,
  nextDue: 'SELECT min(next_at) AS at FROM schedules WHERE next_at IS NOT NULL',
  removeFiring: 'DELETE FROM firings WHERE schedule_id = ? AND due = ?',
  firings: `SELECT ${firings.select} FROM firings WHERE schedule_id = ? ORDER BY due DESC LIMIT ?`,
} as const;

export class SqliteScheduleStore implements ScheduleStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async schedule(id: string): Promise<StoredSchedule | null> {
    const row = this.#session.get<Row>(sql.one, id);
    return row ? schedules.read(row) : null;
  }

  async schedules(projectIds: readonly string[] | null): Promise<readonly StoredSchedule[]> {
    const rows =
      projectIds === null
        ? this.#session.all<Row>(sql.all)
        : this.#session.all<Row>(sql.ofProjects, JSON.stringify(projectIds));
    return rows.map((row) => schedules.read(row));
  }

  async due(at: number): Promise<readonly StoredSchedule[]> {
    return this.#session.all<Row>(sql.due, at).map((row) => schedules.read(row));
  }

  async nextDue(): Promise<number | null> {
    return this.#session.get<{ at: number | null }>(sql.nextDue)?.at ?? null;
  }

  async insertSchedule(schedule: StoredSchedule): Promise<void> {
    schedules.insert(this.#session, schedule);
  }

  async updateSchedule(id: string, change: Parameters<ScheduleStore['updateSchedule']>[1]): Promise<void> {
    schedules.update(this.#session, change, { column: 'id', is: id });
  }

  async insertFiring(firing: StoredFiring): Promise<void> {
    this.#session.run(sql.removeFiring, firing.scheduleId, firing.due);
    firings.insert(this.#session, firing);
  }

  async firings(scheduleId: string, limit: number): Promise<readonly Firing[]> {
    return this.#session.all<Row>(sql.firings, scheduleId, limit).map((row) => {
      const { scheduleId: _scheduleId, ...firing } = firings.read(row);
      return firing;
    });
  }
}
