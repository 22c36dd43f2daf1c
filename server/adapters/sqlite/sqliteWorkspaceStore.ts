/** Workspaces and the times that they ran, in SQLite. */
import type {
  StoredWorkspace,
  WorkspaceSession,
  WorkspaceStore,
  WorkspaceUsage,
} from '../../domain/workspaces/ports.ts';
import type { Row } from './connection.ts';
import type { Session } from './session.ts';
import { plain, Table } from './table.ts';

const workspaces = new Table<StoredWorkspace>('workspaces', {
  id: plain('id'),
  projectId: plain('project_id'),
  name: plain('name'),
  ownerId: plain('owner_id'),
  tool: plain('tool'),
  toolTitle: plain('tool_title'),
  environmentId: plain('environment_id'),
  environmentRevision: plain('environment_revision'),
  tierId: plain('tier_id'),
  backend: plain('backend'),
  folderAt: plain('folder_at'),
  pricePerHour: plain('price_per_hour'),
  state: plain('state'),
  detail: plain('detail'),
  sharing: plain('sharing'),
  starts: plain('starts'),
  handle: plain('handle'),
  output: plain('output'),
  createdAt: plain('created_at'),
  activeAt: plain('active_at'),
  idleMinutes: plain('idle_minutes'),
  keepUntil: plain('keep_until'),
  warnedAt: plain('warned_at'),
  baseCommit: plain('base_commit'),
  savedCommit: plain('saved_commit'),
  savedAt: plain('saved_at'),
  saveProblem: plain('save_problem'),
  fromRunId: plain('from_run_id'),
  debugCommand: plain('debug_command'),
  deletedAt: plain('deleted_at'),
});

const active = "state IN ('starting', 'ready', 'stopping')";

const sql = {
  workspace: `SELECT ${workspaces.select} FROM workspaces WHERE id = ? AND deleted_at IS NULL`,
  all: `SELECT ${workspaces.select} FROM workspaces WHERE deleted_at IS NULL
    AND (?1 IS NULL OR project_id IN (SELECT value FROM json_each(?1))) ORDER BY NOT (${active}), name, id`,
  active: `SELECT ${workspaces.select} FROM workspaces WHERE ${active} ORDER BY created_at, id`,
  startSession: `INSERT OR IGNORE INTO workspace_sessions
    (workspace_id, start, project_id, owner_id, tier_id, price_per_hour, started_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  endSessions:
    'UPDATE workspace_sessions SET ended_at = max(?, started_at) WHERE workspace_id = ? AND ended_at IS NULL',
  newestCommit: `SELECT json_extract(launches.code, '$.commit') AS id FROM runs JOIN launches ON launches.run = runs.number
    WHERE runs.project_id = ? ORDER BY runs.created_at DESC, runs.id DESC LIMIT 1`,
  usage: `SELECT coalesce(sum(took), 0) / 1000.0 AS seconds, coalesce(sum(took * price_per_hour), 0) / 3600000.0 AS cost,
    max(CASE WHEN ended_at IS NULL THEN started_at END) AS startedAt
    FROM (SELECT *, max(0, coalesce(ended_at, ?2) - started_at) AS took FROM workspace_sessions WHERE workspace_id = ?1)`,
} as const;

export class SqliteWorkspaceStore implements WorkspaceStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async workspace(id: string): Promise<StoredWorkspace | null> {
    const row = this.#session.get<Row>(sql.workspace, id);
    return row ? workspaces.read(row) : null;
  }

  async workspaces(projectIds: readonly string[] | null): Promise<readonly StoredWorkspace[]> {
    const projects = projectIds === null ? null : JSON.stringify(projectIds);
    return this.#session.all<Row>(sql.all, projects).map((row) => workspaces.read(row));
  }

  async active(): Promise<readonly StoredWorkspace[]> {
    return this.#session.all<Row>(sql.active).map((row) => workspaces.read(row));
  }

  async insertWorkspace(workspace: StoredWorkspace): Promise<void> {
    workspaces.insert(this.#session, workspace);
  }

  async updateWorkspace(id: string, change: Partial<Omit<StoredWorkspace, 'id'>>): Promise<void> {
    workspaces.update(this.#session, change, { column: 'id', is: id });
  }

  async startSession(session: Omit<WorkspaceSession, 'endedAt'>): Promise<void> {
    const { workspaceId, start, projectId, ownerId, tierId, pricePerHour, startedAt } = session;
    this.#session.run(sql.startSession, workspaceId, start, projectId, ownerId, tierId, pricePerHour, startedAt);
  }

  async endSessions(workspaceId: string, at: number): Promise<void> {
    this.#session.run(sql.endSessions, at, workspaceId);
  }

  async newestCommit(projectId: string): Promise<string | null> {
    return this.#session.get<{ id: string }>(sql.newestCommit, projectId)?.id ?? null;
  }

  async usage(workspaceId: string, now: number): Promise<WorkspaceUsage> {
    const row = this.#session.get<WorkspaceUsage>(sql.usage, workspaceId, now);
    return { seconds: row?.seconds ?? 0, cost: row?.cost ?? 0, startedAt: row?.startedAt ?? null };
  }
}
