/** Sweeps and their trials; and why the server itself stopped a run. */
export const sweeps = `
ALTER TABLE launches ADD COLUMN stop_reason TEXT;

CREATE TABLE sweeps (
  id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES projects (id), experiment_id INTEGER NOT NULL,
  name TEXT NOT NULL, origin TEXT NOT NULL, state TEXT NOT NULL, reason TEXT, detail TEXT,
  created_by_id TEXT NOT NULL, created_at REAL NOT NULL, ended_at REAL,
  active_ms REAL NOT NULL, active_since REAL, definition TEXT, code TEXT, objective TEXT NOT NULL, request_id TEXT
) WITHOUT ROWID;
CREATE INDEX sweeps_of_project ON sweeps (project_id, created_at);
CREATE UNIQUE INDEX sweeps_by_request ON sweeps (project_id, request_id) WHERE request_id IS NOT NULL;
CREATE INDEX sweeps_going_on ON sweeps (created_at) WHERE state <> 'ended';

-- A trial is written before its run: the request id makes sure that it has one run and no second.
CREATE TABLE sweep_trials (
  sweep_id TEXT NOT NULL REFERENCES sweeps (id), number INTEGER NOT NULL, run_id TEXT, request_id TEXT,
  tier_id TEXT, given TEXT NOT NULL, judged REAL, PRIMARY KEY (sweep_id, number)
) WITHOUT ROWID;
CREATE INDEX sweep_trials_by_run ON sweep_trials (run_id) WHERE run_id IS NOT NULL;

-- Up to where the event log was searched for studies of other programs.
CREATE TABLE sweep_cursor (only INTEGER PRIMARY KEY CHECK (only = 1), position REAL NOT NULL);
`;
