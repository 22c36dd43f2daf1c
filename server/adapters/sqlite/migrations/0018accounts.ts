/**
 * Service accounts, auditors and disabled accounts; which program used a token last, and who made it. What browsers
 * signed in with before becomes a session.
 */
export const accounts = `
ALTER TABLE users ADD COLUMN auditor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN kind TEXT NOT NULL DEFAULT 'person';
-- Of a service account: the project whose owners look after it.
ALTER TABLE users ADD COLUMN project_id TEXT;
ALTER TABLE users ADD COLUMN created_by_id TEXT;
ALTER TABLE users ADD COLUMN disabled_at REAL;
CREATE INDEX users_of_project ON users (project_id) WHERE project_id IS NOT NULL;

ALTER TABLE tokens ADD COLUMN kind TEXT NOT NULL DEFAULT 'token';
ALTER TABLE tokens ADD COLUMN made_by_id TEXT;
ALTER TABLE tokens ADD COLUMN client TEXT;
ALTER TABLE tokens ADD COLUMN address TEXT;
UPDATE tokens SET kind = 'session' WHERE name = 'Browser';
`;
