/** Saved views, and the runs that each person has starred. */
export const views = `
CREATE TABLE views (
  id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES projects (id), experiment_id INTEGER NOT NULL,
  name TEXT NOT NULL, shared INTEGER NOT NULL, owner_id TEXT NOT NULL, content TEXT NOT NULL,
  created_at REAL NOT NULL, updated_at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX views_of_project ON views (project_id, name);

CREATE TABLE stars (
  user_id TEXT NOT NULL, run INTEGER NOT NULL REFERENCES runs (number), PRIMARY KEY (user_id, run)
) WITHOUT ROWID;
`;
