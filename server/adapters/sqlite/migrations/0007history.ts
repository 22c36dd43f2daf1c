/** What happened to one run is found without reading what happened to all. */
export const history = `
ALTER TABLE events ADD COLUMN run_id TEXT GENERATED ALWAYS AS (subject ->> '$.runId') VIRTUAL;
CREATE INDEX events_of_run ON events (run_id, clock) WHERE run_id IS NOT NULL;
`;
