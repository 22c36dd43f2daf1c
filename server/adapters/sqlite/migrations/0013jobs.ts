/** What the queue keeps of runs beside their launch, and schedules with what came of their times. */
export const jobs = `
CREATE TABLE queue_entries (
  run INTEGER PRIMARY KEY REFERENCES runs (number), run_id TEXT NOT NULL UNIQUE, job TEXT, schedule_id TEXT,
  attempt INTEGER NOT NULL, first_run_id TEXT NOT NULL, retries TEXT, timeout_minutes REAL, concurrency TEXT,
  awaits TEXT NOT NULL, not_before REAL, paused INTEGER NOT NULL, queue_priority INTEGER, place REAL
);
CREATE INDEX queue_entries_of_schedule ON queue_entries (schedule_id, run) WHERE schedule_id IS NOT NULL;

CREATE TABLE schedules (
  id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES projects (id), name TEXT NOT NULL, cron TEXT NOT NULL,
  timezone TEXT NOT NULL, overlap TEXT NOT NULL, catch_up TEXT NOT NULL, work TEXT NOT NULL, owner_id TEXT NOT NULL,
  paused INTEGER NOT NULL, pause_reason TEXT, next_at REAL, created_at REAL NOT NULL, updated_at REAL NOT NULL,
  deleted_at REAL
) WITHOUT ROWID;
CREATE INDEX schedules_due ON schedules (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX schedules_of_project ON schedules (project_id, name);

CREATE TABLE firings (
  schedule_id TEXT NOT NULL, due REAL NOT NULL, at REAL NOT NULL, outcome TEXT NOT NULL, count INTEGER NOT NULL,
  run_id TEXT, detail TEXT, PRIMARY KEY (schedule_id, due)
) WITHOUT ROWID;
`;
