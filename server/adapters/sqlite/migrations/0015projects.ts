/** What a project is to reach, what holds it up, who may know of it, where it came from, and which branches are kept. */
export const projectFacts = `
-- The version of each field is the position of the event that changed it last.
ALTER TABLE projects ADD COLUMN versions TEXT NOT NULL DEFAULT '{}';
ALTER TABLE projects ADD COLUMN visibility TEXT NOT NULL DEFAULT 'private';
ALTER TABLE projects ADD COLUMN template INTEGER NOT NULL DEFAULT 0;
ALTER TABLE projects ADD COLUMN origin TEXT;
ALTER TABLE projects ADD COLUMN deleted_at REAL;
ALTER TABLE projects ADD COLUMN deleted_by_id TEXT;
CREATE INDEX projects_open_to_all ON projects (visibility) WHERE visibility <> 'private';
CREATE INDEX projects_deleted ON projects (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX projects_by_origin ON projects (origin ->> '$.projectId') WHERE origin IS NOT NULL;

CREATE TABLE goals (
  id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES projects (id), title TEXT NOT NULL, progress INTEGER NOT NULL,
  due_at REAL, created_at REAL NOT NULL, version INTEGER NOT NULL, removed INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX goals_of_project ON goals (project_id);

CREATE TABLE blockers (
  id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES projects (id), text TEXT NOT NULL, waiting_for TEXT,
  opened_by_id TEXT NOT NULL, opened_at REAL NOT NULL, closed_by_id TEXT, closed_at REAL, resolution TEXT,
  version INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX blockers_of_project ON blockers (project_id, closed_at);

CREATE TABLE protected_branches (
  project_id TEXT NOT NULL REFERENCES projects (id), branch TEXT NOT NULL, PRIMARY KEY (project_id, branch)
) WITHOUT ROWID;
`;
