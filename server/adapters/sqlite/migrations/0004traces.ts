/**
 * Traces and their spans. Spans keep their content as it came, compressed;
 * beside it stands what searches and figures look at. Times are REAL
 * milliseconds: nanoseconds past 2^53 are in the content, as text.
 */
export const traces = `
CREATE TABLE traces (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
  experiment_id INTEGER NOT NULL REFERENCES experiments (id), client_request_id TEXT, state TEXT NOT NULL,
  started_at REAL NOT NULL, duration REAL, request_preview TEXT, response_preview TEXT, described INTEGER NOT NULL,
  span_count INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX traces_of_experiment ON traces (experiment_id, started_at DESC, id);

CREATE TABLE trace_tags (
  trace INTEGER NOT NULL REFERENCES traces (number) ON DELETE CASCADE, name INTEGER NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (trace, name)
) WITHOUT ROWID;
CREATE INDEX trace_tags_by_value ON trace_tags (name, value, trace);

CREATE TABLE trace_metadata (
  trace INTEGER NOT NULL REFERENCES traces (number) ON DELETE CASCADE, name INTEGER NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (trace, name)
) WITHOUT ROWID;
CREATE INDEX trace_metadata_by_value ON trace_metadata (name, value, trace);

-- Runs may be unknown here: a client may name any.
CREATE TABLE trace_runs (
  run_id TEXT NOT NULL, trace INTEGER NOT NULL REFERENCES traces (number) ON DELETE CASCADE, PRIMARY KEY (run_id, trace)
) WITHOUT ROWID;
CREATE INDEX trace_runs_of_trace ON trace_runs (trace);

CREATE TABLE spans (
  number INTEGER PRIMARY KEY, trace INTEGER NOT NULL REFERENCES traces (number) ON DELETE CASCADE, id TEXT NOT NULL,
  name TEXT NOT NULL, type TEXT, status TEXT NOT NULL, started_at REAL NOT NULL, duration REAL,
  codec INTEGER NOT NULL, content BLOB NOT NULL
);
CREATE UNIQUE INDEX spans_of_trace ON spans (trace, id);
CREATE INDEX spans_by_name ON spans (name, trace);
CREATE INDEX spans_by_type ON spans (type, trace);

CREATE TABLE span_attributes (
  span INTEGER NOT NULL REFERENCES spans (number) ON DELETE CASCADE, name INTEGER NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (span, name)
) WITHOUT ROWID;

CREATE TABLE assessments (
  id TEXT PRIMARY KEY, trace INTEGER NOT NULL REFERENCES traces (number) ON DELETE CASCADE, span_id TEXT,
  name TEXT NOT NULL, source_type TEXT NOT NULL, source_id TEXT NOT NULL, created_at REAL NOT NULL,
  updated_at REAL NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, format TEXT, error TEXT, rationale TEXT,
  metadata TEXT NOT NULL, overrides TEXT, valid INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX assessments_of_trace ON assessments (trace);
`;
