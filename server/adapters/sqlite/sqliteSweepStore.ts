/** Sweeps and their trials in SQLite. */
import type { StoredSweep, StoredTrial, SweepChange, SweepStore } from '../../domain/sweeps/ports.ts';
import type { Row } from './connection.ts';
import { experimentNumber } from './runRow.ts';
import type { Session } from './session.ts';
import { json, plain, Table } from './table.ts';

const sweeps = new Table<StoredSweep>('sweeps', {
  id: plain('id'),
  projectId: plain('project_id'),
  experimentId: { name: 'experiment_id', encode: experimentNumber, decode: String },
  name: plain('name'),
  origin: plain('origin'),
  state: plain('state'),
  reason: plain('reason'),
  detail: plain('detail'),
  createdById: plain('created_by_id'),
  createdAt: plain('created_at'),
  endedAt: plain('ended_at'),
  activeMs: plain('active_ms'),
  activeSince: plain('active_since'),
  definition: json('definition'),
  code: json('code'),
  objective: json('objective'),
  requestId: plain('request_id'),
});

const trials = new Table<StoredTrial>('sweep_trials', {
  sweepId: plain('sweep_id'),
  number: plain('number'),
  runId: plain('run_id'),
  requestId: plain('request_id'),
  tierId: plain('tier_id'),
  given: json('given'),
  judged: plain('judged'),
});

const sql = {
  sweep: `SELECT ${sweeps.select} FROM sweeps WHERE id = ?`,
  byRequest: `SELECT ${sweeps.select} FROM sweeps WHERE project_id = ? AND request_id = ?`,
  all: `SELECT ${sweeps.select} FROM sweeps ORDER BY created_at DESC, id LIMIT ?`,
  ofProjects: `SELECT ${sweeps.select} FROM sweeps WHERE project_id IN (SELECT value FROM json_each(?))
    ORDER BY created_at DESC, id LIMIT ?`,
  unfinished: `SELECT ${sweeps.select} FROM sweeps WHERE state <> 'ended' ORDER BY created_at`,
  trials: `SELECT ${trials.select} FROM sweep_trials WHERE sweep_id = ? ORDER BY number`,
  trialOfRun: `SELECT ${trials.select} FROM sweep_trials WHERE run_id = ?`,
  launched: 'UPDATE sweep_trials SET run_id = ? WHERE sweep_id = ? AND number = ?',
  judged: 'UPDATE sweep_trials SET judged = ? WHERE sweep_id = ? AND number = ?',
  given: 'UPDATE sweep_trials SET given = ? WHERE sweep_id = ? AND number = ?',
  deleteUnlaunched: 'DELETE FROM sweep_trials WHERE sweep_id = ? AND run_id IS NULL',
  cursor: 'SELECT position FROM sweep_cursor',
  setCursor: 'INSERT INTO sweep_cursor VALUES (1, ?) ON CONFLICT DO UPDATE SET position = excluded.position',
} as const;

export class SqliteSweepStore implements SweepStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async sweep(id: string): Promise<StoredSweep | null> {
    const row = this.#session.get<Row>(sql.sweep, id);
    return row ? sweeps.read(row) : null;
  }

  async sweepByRequest(projectId: string, requestId: string): Promise<StoredSweep | null> {
    const row = this.#session.get<Row>(sql.byRequest, projectId, requestId);
    return row ? sweeps.read(row) : null;
  }

  async sweeps({ projectIds, limit }: Parameters<SweepStore['sweeps']>[0]): Promise<readonly StoredSweep[]> {
    const rows =
      projectIds === null
        ? this.#session.all<Row>(sql.all, limit)
        : this.#session.all<Row>(sql.ofProjects, JSON.stringify(projectIds), limit);
    return rows.map((row) => sweeps.read(row));
  }

  async unfinishedSweeps(): Promise<readonly StoredSweep[]> {
    return this.#session.all<Row>(sql.unfinished).map((row) => sweeps.read(row));
  }

  async insertSweep(sweep: StoredSweep): Promise<void> {
    sweeps.insert(this.#session, sweep);
  }

  async updateSweep(id: string, change: SweepChange): Promise<void> {
    sweeps.update(this.#session, change, { column: 'id', is: id });
  }

  async trials(sweepId: string): Promise<readonly StoredTrial[]> {
    return this.#session.all<Row>(sql.trials, sweepId).map((row) => trials.read(row));
  }

  async trialOfRun(runId: string): Promise<StoredTrial | null> {
    const row = this.#session.get<Row>(sql.trialOfRun, runId);
    return row ? trials.read(row) : null;
  }

  async insertTrial(trial: StoredTrial): Promise<void> {
    trials.insert(this.#session, trial);
  }

  async updateTrial(
    { sweepId, number }: Parameters<SweepStore['updateTrial']>[0],
    { runId, judged, given }: Parameters<SweepStore['updateTrial']>[1],
  ): Promise<void> {
    if (runId !== undefined) this.#session.run(sql.launched, runId, sweepId, number);
    if (judged !== undefined) this.#session.run(sql.judged, judged, sweepId, number);
    if (given !== undefined) this.#session.run(sql.given, JSON.stringify(given), sweepId, number);
  }

  async deleteUnlaunched(sweepId: string): Promise<void> {
    this.#session.run(sql.deleteUnlaunched, sweepId);
  }

  async studyCursor(): Promise<number | null> {
    return this.#session.get<{ position: number }>(sql.cursor)?.position ?? null;
  }

  async setStudyCursor(position: number): Promise<void> {
    this.#session.run(sql.setCursor, position);
  }
}
