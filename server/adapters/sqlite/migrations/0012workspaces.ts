/** Workspaces, and each time that one ran: what it cost is told by these. */
export const workspaces = `
CREATE TABLE workspaces (
  id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES projects (id), name TEXT NOT NULL, owner_id TEXT NOT NULL,
  tool TEXT NOT NULL, tool_title TEXT NOT NULL, environment_id TEXT NOT NULL, environment_revision INTEGER NOT NULL,
  tier_id TEXT NOT NULL, backend TEXT NOT NULL, price_per_hour REAL NOT NULL, state TEXT NOT NULL, detail TEXT, sharing TEXT NOT NULL,
  starts INTEGER NOT NULL, handle TEXT, output TEXT NOT NULL, created_at REAL NOT NULL, active_at REAL,
  idle_minutes INTEGER, keep_until REAL, warned_at REAL, base_commit TEXT, saved_commit TEXT, saved_at REAL,
  save_problem TEXT, from_run_id TEXT, debug_command TEXT, deleted_at REAL
) WITHOUT ROWID;
CREATE INDEX workspaces_of_project ON workspaces (project_id) WHERE deleted_at IS NULL;
CREATE INDEX active_workspaces ON workspaces (state) WHERE state IN ('starting', 'ready', 'stopping');

CREATE TABLE workspace_sessions (
  workspace_id TEXT NOT NULL REFERENCES workspaces (id), start INTEGER NOT NULL, project_id TEXT NOT NULL,
  owner_id TEXT NOT NULL, tier_id TEXT NOT NULL, price_per_hour REAL NOT NULL, started_at REAL NOT NULL, ended_at REAL,
  PRIMARY KEY (workspace_id, start)
) WITHOUT ROWID;
CREATE INDEX workspace_sessions_by_end ON workspace_sessions (ended_at, started_at);
`;
