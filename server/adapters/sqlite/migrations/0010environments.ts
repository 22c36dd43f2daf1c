/** Revisions have a state, environments a default; builds know what they take, and are tried anew on request. */
export const environmentStates = `
ALTER TABLE environments ADD COLUMN default_revision INTEGER;
ALTER TABLE revisions ADD COLUMN state TEXT NOT NULL DEFAULT 'active';
ALTER TABLE revisions ADD COLUMN state_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE builds ADD COLUMN python TEXT;
ALTER TABLE builds ADD COLUMN bytes REAL;

-- The last one of each digest; what came before is in the events.
CREATE TABLE build_checks (
  digest TEXT PRIMARY KEY, state TEXT NOT NULL, started_at REAL NOT NULL, ended_at REAL, error TEXT, lock TEXT
) WITHOUT ROWID;
`;
