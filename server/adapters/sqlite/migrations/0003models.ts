/**
 * What runs take and make: datasets as inputs, logged models, and the registry
 * that gives models names and versions. Metric values as in the first schema.
 */
export const models = `
CREATE TABLE datasets (
  number INTEGER PRIMARY KEY, experiment_id INTEGER NOT NULL REFERENCES experiments (id), name TEXT NOT NULL,
  digest TEXT NOT NULL, source_type TEXT NOT NULL, source TEXT NOT NULL, schema TEXT, profile TEXT
);
CREATE UNIQUE INDEX datasets_by_name ON datasets (experiment_id, name, digest);

-- The context is one of the tags, apart for searching by it.
CREATE TABLE run_datasets (
  run INTEGER NOT NULL REFERENCES runs (number), dataset INTEGER NOT NULL REFERENCES datasets (number),
  context TEXT, tags TEXT NOT NULL, PRIMARY KEY (run, dataset)
) WITHOUT ROWID;
CREATE INDEX run_datasets_by_dataset ON run_datasets (dataset, run);

CREATE TABLE logged_models (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, experiment_id INTEGER NOT NULL REFERENCES experiments (id),
  name TEXT NOT NULL, model_type TEXT NOT NULL, source_run_id TEXT NOT NULL, status TEXT NOT NULL,
  created_by_id TEXT NOT NULL, created_by_name TEXT NOT NULL, created_at REAL NOT NULL, updated_at REAL NOT NULL,
  deleted_at REAL
);
CREATE INDEX logged_models_of_experiment ON logged_models (experiment_id, created_at, id);

CREATE TABLE logged_model_tags (
  model INTEGER NOT NULL REFERENCES logged_models (number), key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (model, key)
) WITHOUT ROWID;

CREATE TABLE logged_model_parameters (
  model INTEGER NOT NULL REFERENCES logged_models (number), key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (model, key)
) WITHOUT ROWID;

-- The latest of each metric by run and dataset; no dataset is two empty texts. The value is NULL for NaN.
CREATE TABLE logged_model_metrics (
  model INTEGER NOT NULL REFERENCES logged_models (number), key TEXT NOT NULL, run INTEGER NOT NULL REFERENCES runs (number),
  dataset_name TEXT NOT NULL, dataset_digest TEXT NOT NULL, value, step REAL NOT NULL, timestamp REAL NOT NULL,
  PRIMARY KEY (model, key, run, dataset_name, dataset_digest)
) WITHOUT ROWID;

CREATE TABLE run_models (
  run INTEGER NOT NULL REFERENCES runs (number), role TEXT NOT NULL, model INTEGER NOT NULL REFERENCES logged_models (number),
  step REAL NOT NULL, PRIMARY KEY (run, role, model)
) WITHOUT ROWID;

-- Settled once something says which project it belongs to: a token, a tag, or its first version.
CREATE TABLE registered_models (
  number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, project_id TEXT NOT NULL REFERENCES projects (id),
  settled INTEGER NOT NULL, description TEXT NOT NULL, created_by_id TEXT NOT NULL, created_by_name TEXT NOT NULL,
  created_at REAL NOT NULL, updated_at REAL NOT NULL
);
CREATE INDEX registered_models_of_project ON registered_models (project_id, name);

CREATE TABLE registered_model_tags (
  model INTEGER NOT NULL REFERENCES registered_models (number) ON DELETE CASCADE, key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (model, key)
) WITHOUT ROWID;

-- A deleted version keeps its row without its source, so that its number is never used again.
CREATE TABLE model_versions (
  number INTEGER PRIMARY KEY, model INTEGER NOT NULL REFERENCES registered_models (number) ON DELETE CASCADE,
  version INTEGER NOT NULL, description TEXT NOT NULL, stage TEXT NOT NULL, source TEXT NOT NULL,
  location TEXT NOT NULL, run_id TEXT NOT NULL, run_link TEXT NOT NULL, model_id TEXT NOT NULL,
  created_by_id TEXT NOT NULL, created_by_name TEXT NOT NULL, created_at REAL NOT NULL, updated_at REAL NOT NULL,
  deleted_at REAL
);
CREATE UNIQUE INDEX model_versions_of_model ON model_versions (model, version);
CREATE INDEX model_versions_of_run ON model_versions (run_id);
CREATE INDEX model_versions_of_logged_model ON model_versions (model_id);

CREATE TABLE model_version_tags (
  version INTEGER NOT NULL REFERENCES model_versions (number) ON DELETE CASCADE, key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (version, key)
) WITHOUT ROWID;

CREATE TABLE model_aliases (
  model INTEGER NOT NULL REFERENCES registered_models (number) ON DELETE CASCADE, alias TEXT NOT NULL,
  version INTEGER NOT NULL, PRIMARY KEY (model, alias)
) WITHOUT ROWID;
`;
