/** Saved views and stars in SQLite. */
import type { StoredView, ViewStore } from '../../domain/views/ports.ts';
import type { Row } from './connection.ts';
import { runNumber } from './names.ts';
import { experimentNumber } from './runRow.ts';
import type { Session } from './session.ts';
import { flag, json, plain, Table } from './table.ts';

const views = new Table<StoredView>('views', {
  id: plain('id'),
  projectId: plain('project_id'),
  experimentId: { name: 'experiment_id', encode: experimentNumber, decode: String },
  name: plain('name'),
  shared: flag('shared'),
  ownerId: plain('owner_id'),
  content: json('content'),
  createdAt: plain('created_at'),
  updatedAt: plain('updated_at'),
});

const sql = {
  view: `SELECT ${views.select} FROM views WHERE id = ?`,
  views: `SELECT ${views.select} FROM views WHERE project_id = ? AND (shared = 1 OR owner_id = ?) ORDER BY name, id`,
  deleteView: 'DELETE FROM views WHERE id = ?',
  star: 'INSERT OR IGNORE INTO stars (user_id, run) VALUES (?, ?)',
  unstar: 'DELETE FROM stars WHERE user_id = ? AND run = ?',
  starred: `SELECT runs.id FROM json_each(?) AS asked JOIN runs ON runs.id = asked.value
    JOIN stars ON stars.user_id = ? AND stars.run = runs.number`,
} as const;

export class SqliteViewStore implements ViewStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async view(id: string): Promise<StoredView | null> {
    const row = this.#session.get<Row>(sql.view, id);
    return row ? views.read(row) : null;
  }

  async views(projectId: string, userId: string): Promise<readonly StoredView[]> {
    return this.#session.all<Row>(sql.views, projectId, userId).map((row) => views.read(row));
  }

  async insertView(view: StoredView): Promise<void> {
    views.insert(this.#session, view);
  }

  async updateView(id: string, change: Parameters<ViewStore['updateView']>[1]): Promise<void> {
    views.update(this.#session, change, { column: 'id', is: id });
  }

  async deleteView(id: string): Promise<void> {
    this.#session.run(sql.deleteView, id);
  }

  async setStar({ userId, runId, starred }: Parameters<ViewStore['setStar']>[0]): Promise<void> {
    this.#session.run(starred ? sql.star : sql.unstar, userId, runNumber(this.#session, runId));
  }

  async starred(userId: string, runIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = this.#session.all<{ id: string }>(sql.starred, JSON.stringify(runIds), userId);
    return new Set(rows.map(({ id }) => id));
  }
}
