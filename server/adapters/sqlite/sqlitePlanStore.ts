/** Goals and blockers of projects in SQLite. */
import type { PlanStore, StoredBlocker, StoredGoal } from '../../domain/projects/ports.ts';
import type { Row } from './connection.ts';
import type { Session } from './session.ts';
import { flag, plain, Table } from './table.ts';

const goals = new Table<StoredGoal>('goals', {
  id: plain('id'),
  projectId: plain('project_id'),
  title: plain('title'),
  progress: plain('progress'),
  dueAt: plain('due_at'),
  createdAt: plain('created_at'),
  version: plain('version'),
  removed: flag('removed'),
});

const blockers = new Table<StoredBlocker>('blockers', {
  id: plain('id'),
  projectId: plain('project_id'),
  text: plain('text'),
  waitingFor: plain('waiting_for'),
  openedById: plain('opened_by_id'),
  openedAt: plain('opened_at'),
  closedById: plain('closed_by_id'),
  closedAt: plain('closed_at'),
  resolution: plain('resolution'),
  version: plain('version'),
});

const sql = {
  goal: `SELECT ${goals.select} FROM goals WHERE id = ?`,
  goals: `SELECT ${goals.select} FROM goals WHERE project_id = ? AND removed = 0 ORDER BY created_at, id`,
  blocker: `SELECT ${blockers.select} FROM blockers WHERE id = ?`,
  open: `SELECT ${blockers.select} FROM blockers WHERE project_id = ? AND closed_at IS NULL ORDER BY opened_at, id`,
  closed: `SELECT ${blockers.select} FROM blockers WHERE project_id = ? AND closed_at IS NOT NULL
    ORDER BY closed_at DESC, id LIMIT ?`,
} as const;

export class SqlitePlanStore implements PlanStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async goal(id: string): Promise<StoredGoal | null> {
    const row = this.#session.get<Row>(sql.goal, id);
    return row ? goals.read(row) : null;
  }

  async goals(projectId: string): Promise<readonly StoredGoal[]> {
    return this.#session.all<Row>(sql.goals, projectId).map((row) => goals.read(row));
  }

  async insertGoal(goal: StoredGoal): Promise<void> {
    goals.insert(this.#session, goal);
  }

  async updateGoal(id: string, change: Partial<StoredGoal>): Promise<void> {
    goals.update(this.#session, change, { column: 'id', is: id });
  }

  async blocker(id: string): Promise<StoredBlocker | null> {
    const row = this.#session.get<Row>(sql.blocker, id);
    return row ? blockers.read(row) : null;
  }

  async blockers(projectId: string, mostClosed: number): Promise<readonly StoredBlocker[]> {
    const open = this.#session.all<Row>(sql.open, projectId);
    const closed = this.#session.all<Row>(sql.closed, projectId, mostClosed);
    return [...open, ...closed].map((row) => blockers.read(row));
  }

  async insertBlocker(blocker: StoredBlocker): Promise<void> {
    blockers.insert(this.#session, blocker);
  }

  async updateBlocker(id: string, change: Partial<StoredBlocker>): Promise<void> {
    blockers.update(this.#session, change, { column: 'id', is: id });
  }
}
