/**
 * The index in a file of its own: everything in it can be made anew, so a file
 * of another layout is thrown away, and it is no part of a backup. What is
 * alive and who may see it is read from the database itself at each question.
 *
 * The full-text table keeps no text: texts lie compressed beside it, once for
 * each blob and path, however many projects and commits have them.
 */
import { rmSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Connection } from '../connection.ts';

const layout = 2;

const tables = `
CREATE VIRTUAL TABLE words USING fts5(name, body, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, row);

-- Of a record the source says which table holds it, and ref its id there; of a file that is no text the kind is empty.
CREATE TABLE texts (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, source TEXT NOT NULL, ref TEXT NOT NULL,
  title TEXT NOT NULL, lang TEXT, owner TEXT, at REAL, body BLOB, chunk INTEGER, start INTEGER, length INTEGER
);

-- Texts of files that came together, compressed as one (start and length are bytes of it): what they have in common is kept once. It goes with its last text.
CREATE TABLE chunks (id INTEGER PRIMARY KEY, texts INTEGER NOT NULL, body BLOB NOT NULL);

-- Where a file stands: at the default branch or not, and the first and the last commit of runs that have it.
CREATE TABLE places (
  project_id TEXT NOT NULL, text INTEGER NOT NULL, head INTEGER NOT NULL, first_commit TEXT, last_commit TEXT,
  PRIMARY KEY (text, project_id)
) WITHOUT ROWID;
CREATE INDEX places_at_head ON places (project_id, text) WHERE head = 1;

CREATE TABLE heads (project_id TEXT PRIMARY KEY, commit_id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE snapshots (project_id TEXT NOT NULL, commit_id TEXT NOT NULL, PRIMARY KEY (project_id, commit_id)) WITHOUT ROWID;
CREATE TABLE snapshot_runs (
  project_id TEXT NOT NULL, commit_id TEXT NOT NULL, run INTEGER NOT NULL, PRIMARY KEY (project_id, commit_id, run)
) WITHOUT ROWID;
CREATE TABLE state (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
PRAGMA user_version = ${layout};
`;

/** `live` is the server's database, which this connection cannot write. */
export function openIndex(file: string, database: string): Connection {
  let connection = attempt(file);
  if (connection === null) {
    for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
    connection = new Connection(file, 'write');
    connection.exec(`BEGIN; ${tables} COMMIT;`);
  }
  connection.exec('PRAGMA cache_size = -8192');
  connection.database.prepare('ATTACH ? AS live').run(`${pathToFileURL(database).href}?mode=ro`);
  return connection;
}

/** Null for a file that is damaged, new, or of another layout. */
function attempt(file: string): Connection | null {
  let connection: Connection | null = null;
  try {
    connection = new Connection(file, 'write');
    const version = connection.database.prepare('PRAGMA user_version').get()?.user_version;
    const isWhole = connection.database.prepare('SELECT count(*) AS n FROM state').get() !== undefined;
    if (version === layout && isWhole) return connection;
  } catch {
    // Made anew below.
  }
  connection?.close();
  return null;
}
