/** Threads of comments, who follows what, and what people were told. */
export const comments = `
CREATE TABLE comments (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, project_id TEXT NOT NULL REFERENCES projects (id),
  thread_id TEXT NOT NULL, target TEXT NOT NULL, on_what TEXT NOT NULL, place TEXT, author_id TEXT NOT NULL,
  text TEXT NOT NULL, mentions TEXT NOT NULL, created_at REAL NOT NULL, edited_at REAL, deleted_at REAL,
  resolved_at REAL, resolved_by_id TEXT
);
CREATE INDEX comments_of_thread ON comments (thread_id, number);
CREATE INDEX threads_on ON comments (project_id, on_what, number) WHERE id = thread_id;
CREATE INDEX threads_of_project ON comments (project_id, number) WHERE id = thread_id;

CREATE TABLE follows (
  project_id TEXT NOT NULL, on_what TEXT NOT NULL, user_id TEXT NOT NULL, PRIMARY KEY (project_id, on_what, user_id)
) WITHOUT ROWID;

CREATE TABLE notices (
  number INTEGER PRIMARY KEY, user_id TEXT NOT NULL, comment INTEGER NOT NULL REFERENCES comments (number)
  ON DELETE CASCADE, reason TEXT NOT NULL, read INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX notices_of_user ON notices (user_id, read, number);
CREATE INDEX notices_of_comment ON notices (comment);
`;
