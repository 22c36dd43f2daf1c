/**
 * The first schema. Times, steps and metric values are REAL or untyped: a
 * client may log any number, and an integer column gives back none past 2^53.
 */
export const foundation = `
CREATE TABLE server (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE users (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, admin INTEGER NOT NULL, created_at REAL NOT NULL
) WITHOUT ROWID;

CREATE TABLE tokens (
  id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id), name TEXT NOT NULL, scope TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE, created_at REAL NOT NULL, expires_at REAL, last_used_at REAL
) WITHOUT ROWID;
CREATE INDEX tokens_of_user ON tokens (user_id);

CREATE TABLE projects (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, description TEXT NOT NULL, stage TEXT NOT NULL, tags TEXT NOT NULL,
  owner_id TEXT NOT NULL, experiment_id TEXT NOT NULL, archived INTEGER NOT NULL,
  created_at REAL NOT NULL, last_activity_at REAL NOT NULL
) WITHOUT ROWID;

CREATE TABLE members (
  project_id TEXT NOT NULL REFERENCES projects (id), user_id TEXT NOT NULL REFERENCES users (id), role TEXT NOT NULL,
  PRIMARY KEY (project_id, user_id)
) WITHOUT ROWID;
CREATE INDEX members_of_user ON members (user_id);

CREATE TABLE environments (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, description TEXT NOT NULL, created_at REAL NOT NULL
) WITHOUT ROWID;

CREATE TABLE revisions (
  environment_id TEXT NOT NULL REFERENCES environments (id), revision INTEGER NOT NULL, definition TEXT NOT NULL,
  digest TEXT NOT NULL, message TEXT NOT NULL, created_by_id TEXT NOT NULL, created_at REAL NOT NULL,
  PRIMARY KEY (environment_id, revision)
) WITHOUT ROWID;

-- Of a digest, not of a revision: equal definitions share one build.
CREATE TABLE builds (
  digest TEXT PRIMARY KEY, state TEXT NOT NULL, started_at REAL, ended_at REAL, error TEXT, lock TEXT
) WITHOUT ROWID;

CREATE TABLE experiments (
  id INTEGER PRIMARY KEY AUTOINCREMENT, project_id TEXT NOT NULL, name TEXT NOT NULL,
  created_at REAL NOT NULL, updated_at REAL NOT NULL, deleted_at REAL
);
CREATE UNIQUE INDEX experiments_by_name ON experiments (name) WHERE deleted_at IS NULL;
CREATE INDEX experiments_of_project ON experiments (project_id);

CREATE TABLE experiment_tags (
  experiment_id INTEGER NOT NULL REFERENCES experiments (id), key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (experiment_id, key)
) WITHOUT ROWID;

CREATE TABLE runs (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, project_id TEXT NOT NULL REFERENCES projects (id),
  experiment_id INTEGER NOT NULL REFERENCES experiments (id), name TEXT NOT NULL, note TEXT NOT NULL,
  state TEXT NOT NULL, reason TEXT, detail TEXT, launched INTEGER NOT NULL, request_id TEXT,
  created_by_id TEXT NOT NULL, created_by_name TEXT NOT NULL, created_at REAL NOT NULL,
  started_at REAL, ended_at REAL, deleted_at REAL, exit_code INTEGER, usage TEXT
);
CREATE INDEX runs_by_age ON runs (created_at, id);
CREATE INDEX runs_of_project ON runs (project_id, created_at, id);
CREATE INDEX runs_of_experiment ON runs (experiment_id, created_at, id);
CREATE UNIQUE INDEX runs_by_request ON runs (project_id, request_id) WHERE request_id IS NOT NULL;
CREATE INDEX runs_unfinished ON runs (state) WHERE launched = 1 AND ended_at IS NULL;

CREATE TABLE launches (
  run INTEGER PRIMARY KEY REFERENCES runs (number), command TEXT NOT NULL, parameters TEXT NOT NULL,
  environment_id TEXT NOT NULL, environment_revision INTEGER NOT NULL, tier_id TEXT NOT NULL, backend TEXT NOT NULL,
  price_per_hour REAL NOT NULL, priority INTEGER NOT NULL, code TEXT NOT NULL, artifacts TEXT NOT NULL,
  handle TEXT, stop_requested_at REAL, stop_requested_by_id TEXT
);
CREATE INDEX launches_of_environment ON launches (environment_id, environment_revision);

-- Keys of metrics, parameters and tags, written once and referred to by number.
CREATE TABLE names (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);

CREATE TABLE parameters (
  run INTEGER NOT NULL REFERENCES runs (number), name INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (run, name)
) WITHOUT ROWID;
CREATE INDEX parameters_by_value ON parameters (name, value, run);

CREATE TABLE tags (
  run INTEGER NOT NULL REFERENCES runs (number), name INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (run, name)
) WITHOUT ROWID;
CREATE INDEX tags_by_value ON tags (name, value, run);

-- One metric of one run with its summary. A value of NaN is NULL here, as SQLite has none.
CREATE TABLE series (
  id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES runs (number), name INTEGER NOT NULL,
  value, step REAL NOT NULL, timestamp REAL NOT NULL, points INTEGER NOT NULL, low, high
);
CREATE UNIQUE INDEX series_of_run ON series (run, name);
CREATE INDEX series_by_value ON series (name, value, run);

-- Clustered by series in the order of reading. The value has no type, as REAL would turn -0 into 0;
-- nan = 1 stands for NaN, which is neither storable nor allowed in a key.
CREATE TABLE points (
  series INTEGER NOT NULL, step REAL NOT NULL, timestamp REAL NOT NULL, nan INTEGER NOT NULL, value NOT NULL,
  PRIMARY KEY (series, step, timestamp, nan, value)
) WITHOUT ROWID;

CREATE TABLE events (
  clock INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, type TEXT NOT NULL, actor TEXT, subject TEXT NOT NULL,
  detail TEXT NOT NULL, hash TEXT NOT NULL,
  project_id TEXT GENERATED ALWAYS AS (subject ->> '$.projectId') VIRTUAL
);
CREATE INDEX events_of_project ON events (project_id, clock);

INSERT INTO server VALUES ('id', lower(hex(randomblob(16))));
INSERT INTO projects VALUES ('default', 'Default', 'Where runs are logged that name no project', 'exploration', '[]',
  'admin', '0', 0, round(unixepoch('subsec') * 1000), round(unixepoch('subsec') * 1000));
INSERT INTO experiments (id, project_id, name, created_at, updated_at)
  VALUES (0, 'default', 'Default', round(unixepoch('subsec') * 1000), round(unixepoch('subsec') * 1000));
INSERT INTO environments VALUES ('system', 'System', 'The tools that the machine itself has',
  round(unixepoch('subsec') * 1000));
`;
