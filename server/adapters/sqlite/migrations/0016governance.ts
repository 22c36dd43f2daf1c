/**
 * Secrets, budgets, quotas, groups. Values of secrets are sealed by a key that
 * is not in this file. A home of a secret is a project or a person; the other
 * one is the empty text, so that both stand in one key.
 */
export const governance = `
CREATE TABLE secrets (
  project_id TEXT NOT NULL, user_id TEXT NOT NULL, name TEXT NOT NULL, sealed TEXT NOT NULL,
  created_at REAL NOT NULL, updated_at REAL NOT NULL, updated_by_id TEXT NOT NULL,
  PRIMARY KEY (project_id, user_id, name)
) WITHOUT ROWID;

CREATE TABLE run_secrets (
  run INTEGER NOT NULL REFERENCES runs (number), name TEXT NOT NULL, origin TEXT NOT NULL, delivery TEXT NOT NULL,
  sealed TEXT, PRIMARY KEY (run, name)
) WITHOUT ROWID;

-- kind and subject: a project, a person or a group, by id. period: month or total.
CREATE TABLE budgets (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, period TEXT NOT NULL, amount REAL NOT NULL,
  enforcement TEXT NOT NULL, created_at REAL NOT NULL, updated_at REAL NOT NULL,
  -- The highest threshold that was told, and of which period.
  told_percent REAL NOT NULL, told_period REAL NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX budgets_of_subject ON budgets (kind, subject, period);

-- What a launch was expected to cost when it was queued, which counts against budgets until the run has cost more or
-- ended; and the GPUs of its tier then, as tiers change.
CREATE TABLE reserves (
  run INTEGER PRIMARY KEY REFERENCES runs (number), cost REAL NOT NULL, gpus INTEGER NOT NULL
);

CREATE TABLE holds (
  run INTEGER PRIMARY KEY REFERENCES runs (number), state TEXT NOT NULL, reason TEXT NOT NULL, asked_at REAL NOT NULL,
  decided_by_id TEXT, decided_at REAL, note TEXT NOT NULL
);
CREATE INDEX holds_waiting ON holds (state) WHERE state = 'waiting';

CREATE TABLE quotas (
  kind TEXT NOT NULL, subject TEXT NOT NULL, concurrent_runs INTEGER, gpu_hours REAL,
  PRIMARY KEY (kind, subject)
) WITHOUT ROWID;

CREATE TABLE user_groups (id TEXT PRIMARY KEY, name TEXT NOT NULL, created_at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE group_members (
  group_id TEXT NOT NULL REFERENCES user_groups (id), user_id TEXT NOT NULL REFERENCES users (id),
  PRIMARY KEY (group_id, user_id)
) WITHOUT ROWID;
CREATE INDEX groups_of_user ON group_members (user_id);
CREATE TABLE group_roles (
  group_id TEXT NOT NULL REFERENCES user_groups (id), project_id TEXT NOT NULL REFERENCES projects (id),
  role TEXT NOT NULL, PRIMARY KEY (project_id, group_id)
) WITHOUT ROWID;
CREATE INDEX projects_of_group ON group_roles (group_id);
`;
