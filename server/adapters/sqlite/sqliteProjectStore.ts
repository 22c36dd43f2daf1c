/** Projects in SQLite. */
import type { MetricEnd, ProjectCounts, ProjectStore, Standing, StoredProject } from '../../domain/projects/ports.ts';
import type { Row } from './connection.ts';
import { purgeProject, purgeRuns } from './purgeProject.ts';
import { experimentNumber } from './runRow.ts';
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
  visibility: plain('visibility'),
  template: flag('template'),
  origin: json('origin'),
  versions: json('versions'),
  deletedAt: plain('deleted_at'),
  deletedById: plain('deleted_by_id'),
});

const sql = {
  project: `SELECT ${projects.select} FROM projects WHERE id = ?`,
  standing: 'SELECT visibility, deleted_at AS deletedAt FROM projects WHERE id = ?',
  all: `SELECT ${projects.select} FROM projects WHERE archived <= ? AND deleted_at IS NULL
    ORDER BY last_activity_at DESC, id`,
  some: `SELECT ${projects.select} FROM projects WHERE archived <= ? AND deleted_at IS NULL
    AND id IN (SELECT value FROM json_each(?)) ORDER BY last_activity_at DESC, id`,
  runCounts: `SELECT count(*) AS total,
    count(*) FILTER (WHERE state IN ('queued', 'preparing', 'starting', 'running')) AS active
    FROM runs WHERE project_id = ? AND deleted_at IS NULL`,
  internal: "SELECT id FROM projects WHERE visibility <> 'private' AND visibility = 'internal' AND deleted_at IS NULL",
  discoverable: `SELECT ${projects.select} FROM projects WHERE visibility <> 'private' AND visibility = 'discoverable'
    AND deleted_at IS NULL AND archived = 0 ORDER BY name, id LIMIT ?`,
  deleted: `SELECT ${projects.select} FROM projects WHERE deleted_at IS NOT NULL ORDER BY deleted_at DESC, id`,
  copies: `SELECT ${projects.select} FROM projects WHERE origin IS NOT NULL AND origin ->> '$.projectId' = ?
    AND deleted_at IS NULL ORDER BY name, id`,
  runsOf: 'SELECT id FROM runs WHERE project_id = ? ORDER BY number LIMIT ?',
  branches: 'SELECT branch FROM protected_branches WHERE project_id = ?',
  protect: 'INSERT OR IGNORE INTO protected_branches (project_id, branch) VALUES (?, ?)',
  unprotect: 'DELETE FROM protected_branches WHERE project_id = ? AND branch = ?',
  low: `SELECT runs.id, runs.name FROM series JOIN runs ON runs.number = series.run
    WHERE series.name = (SELECT id FROM names WHERE text = ?) AND series.low = ? AND runs.experiment_id = ?
    AND runs.deleted_at IS NULL ORDER BY runs.number LIMIT 1`,
  high: `SELECT runs.id, runs.name FROM series JOIN runs ON runs.number = series.run
    WHERE series.name = (SELECT id FROM names WHERE text = ?) AND series.high = ? AND runs.experiment_id = ?
    AND runs.deleted_at IS NULL ORDER BY runs.number LIMIT 1`,
  aliased: `SELECT registered_models.name, json_group_array(alias) AS aliases FROM registered_models
    JOIN model_aliases ON model_aliases.model = registered_models.number
    WHERE project_id = ? GROUP BY registered_models.number ORDER BY registered_models.name`,
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

  async standing(id: string): Promise<Standing | null> {
    return this.#session.get<Standing>(sql.standing, id) ?? null;
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

  async internal(): Promise<readonly string[]> {
    return this.#session.all<{ id: string }>(sql.internal).map(({ id }) => id);
  }

  async discoverable(limit: number): Promise<readonly StoredProject[]> {
    return this.#session.all<Row>(sql.discoverable, limit).map((row) => projects.read(row));
  }

  async deleted(): Promise<readonly StoredProject[]> {
    return this.#session.all<Row>(sql.deleted).map((row) => projects.read(row));
  }

  async copiesOf(id: string): Promise<readonly StoredProject[]> {
    return this.#session.all<Row>(sql.copies, id).map((row) => projects.read(row));
  }

  async runsOf(projectId: string, most: number): Promise<readonly string[]> {
    return this.#session.all<{ id: string }>(sql.runsOf, projectId, most).map(({ id }) => id);
  }

  async purgeRuns(projectId: string, most: number): Promise<number> {
    return purgeRuns(this.#session, projectId, most);
  }

  async purge(projectId: string): Promise<void> {
    purgeProject(this.#session, projectId);
  }

  async protectedBranches(projectId: string): Promise<ReadonlySet<string>> {
    return new Set(this.#session.all<{ branch: string }>(sql.branches, projectId).map(({ branch }) => branch));
  }

  async setProtected(of: Parameters<ProjectStore['setProtected']>[0]): Promise<boolean> {
    return this.#session.run(of.protected ? sql.protect : sql.unprotect, of.projectId, of.branch) > 0;
  }

  async runAtEnd({ experimentId, metric, end, value }: MetricEnd) {
    const found = this.#session.get<{ id: string; name: string }>(
      sql[end],
      metric,
      value,
      experimentNumber(experimentId),
    );
    return found ?? null;
  }

  async aliasedModels(projectId: string) {
    const rows = this.#session.all<{ name: string; aliases: string }>(sql.aliased, projectId);
    return rows.map(({ name, aliases }) => ({ name, aliases: JSON.parse(aliases) as string[] }));
  }
}
