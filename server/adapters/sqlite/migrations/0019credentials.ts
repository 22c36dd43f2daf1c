/**
 * What people sign in with: hashes of passwords, hashes of the codes by which they set one, and whom an identity
 * provider knows them as.
 */
export const credentials = `
CREATE TABLE passwords (
  user_id TEXT PRIMARY KEY REFERENCES users (id), hash TEXT NOT NULL, changed_at REAL NOT NULL
) WITHOUT ROWID;

CREATE TABLE password_codes (
  hash TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id), expires_at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX password_codes_of_user ON password_codes (user_id);

CREATE TABLE identities (
  issuer TEXT NOT NULL, subject TEXT NOT NULL, user_id TEXT NOT NULL REFERENCES users (id), created_at REAL NOT NULL,
  PRIMARY KEY (issuer, subject)
) WITHOUT ROWID;
CREATE INDEX identities_of_user ON identities (user_id);
`;
