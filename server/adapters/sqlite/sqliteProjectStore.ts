/** Projects in SQLite. */
import type { ProjectCounts, ProjectStore, StoredProject } from '../../domain/projects/ports.ts';
import type { Row } from './connection.ts';
import type { Session } from './session.ts';
import { flag, json, plain, Table } from './table.ts';

const projects = new Table<StoredProject>('projects', {
  id: plain('id'),
  name: plain('name'),
  description: plain('description'),
  stage: plain('stage'),
  tags: json('tags'),
  ownerId: plain('owner_id'),
  experimentId: plain('experiment_id'),
  archived: flag('archived'),
  createdAt: plain('created_at'),
  lastActivityAt: plain('last_activity_at'),
});

const sql = {
  project: `SELECT ${projects.select} FROM projects WHERE id = ?`,
  all: `SELECT ${projects.select} FROM projects WHERE archived <= ? ORDER BY last_activity_at DESC, id`,
  some: `SELECT ${projects.select} FROM projects WHERE archived <= ? AND id IN (SELECT value FROM json_each(?))
    ORDER BY last_activity_at DESC, id`,
  runCounts: `SELECT count(*) AS total,
    count(*) FILTER (WHERE state IN ('queued', 'preparing', 'starting', 'running')) AS active
    FROM runs WHERE project_id = ? AND deleted_at IS NULL`,
} as const;

export class SqliteProjectStore implements ProjectStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async project(id: string): Promise<StoredProject | null> {
    const row = this.#session.get<Row>(sql.project, id);
    return row ? projects.read(row) : null;
  }

  /** Archived ones only when asked for; then beside the others. */
  async projects(query: {
    readonly ids: readonly string[] | null;
    readonly archived: boolean;
  }): Promise<readonly StoredProject[]> {
    const archived = query.archived ? 1 : 0;
    const rows = query.ids
      ? this.#session.all<Row>(sql.some, archived, JSON.stringify(query.ids))
      : this.#session.all<Row>(sql.all, archived);
    return rows.map((row) => projects.read(row));
  }

  async insertProject(project: StoredProject): Promise<void> {
    projects.insert(this.#session, project);
  }

  async updateProject(id: string, change: Partial<Omit<StoredProject, 'id' | 'createdAt'>>): Promise<void> {
    projects.update(this.#session, change, { column: 'id', is: id });
  }

  async runCounts(projectId: string): Promise<ProjectCounts> {
    const counts = this.#session.get<{ total: number; active: number }>(sql.runCounts, projectId);
    return { total: counts?.total ?? 0, active: counts?.active ?? 0 };
  }
}
