/** Where files stand: at default branches and in commits of runs. Within the caller's transaction. */
import type { MissingFile } from '../../../domain/search/ports.ts';
import type { Connection } from '../connection.ts';
import { dropTexts, fileKey } from './texts.ts';

const sql = {
  text: 'SELECT id FROM texts WHERE key = ?',
  generation: 'SELECT coalesce(max(head), 0) + 1 AS next FROM places WHERE project_id = ? AND head >= 1',
  placeAtHead: `INSERT INTO places (project_id, text, head) VALUES (?, ?, ?)
    ON CONFLICT (text, project_id) DO UPDATE SET head = excluded.head`,
  placeOfRuns: `INSERT INTO places (project_id, text, head, first_commit, last_commit) VALUES (?1, ?2, 0, ?3, ?3)
    ON CONFLICT (text, project_id) DO UPDATE SET first_commit = coalesce(first_commit, ?3), last_commit = ?3`,
  stale: 'SELECT text, first_commit AS commitId FROM places WHERE project_id = ? AND head >= 1 AND head < ? LIMIT 1000',
  leaveHead: 'UPDATE places SET head = 0 WHERE text = ? AND project_id = ?',
  removePlace: 'DELETE FROM places WHERE text = ? AND project_id = ?',
  isPlaced: 'SELECT 1 FROM places WHERE text = ? LIMIT 1',
  heads: 'SELECT project_id AS projectId, commit_id AS commitId FROM heads',
  setHead: `INSERT INTO heads VALUES (?, ?) ON CONFLICT (project_id) DO UPDATE SET commit_id = excluded.commit_id`,
  removeHead: 'DELETE FROM heads WHERE project_id = ?',
  addSnapshot: 'INSERT OR IGNORE INTO snapshots VALUES (?, ?)',
  isTaken: 'SELECT 1 FROM snapshots WHERE project_id = ? AND commit_id = ?',
  addRun: 'INSERT OR IGNORE INTO snapshot_runs VALUES (?, ?, ?)',
  launched: `SELECT r.number, r.project_id AS projectId, l.code ->> '$.commit' AS commitId FROM live.launches l
    JOIN live.runs r ON r.number = l.run WHERE l.run > ? ORDER BY l.run LIMIT 500`,
  state: 'SELECT value FROM state WHERE key = ?',
  setState: 'INSERT INTO state VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
} as const;

export function stateOf(connection: Connection, key: 'position' | 'launched'): number | null {
  const value = connection.statement(sql.state).get(key)?.value;
  return value === undefined ? null : Number(value);
}

export function setState(connection: Connection, key: 'position' | 'launched', value: number): void {
  connection.statement(sql.setState).run(key, value);
}

/** Each tree of a default branch is a generation: what it does not name is then older than it. */
export function nextGeneration(connection: Connection, projectId: string): number {
  return Number(connection.statement(sql.generation).get(projectId)?.next);
}

export type Placing = {
  readonly projectId: string;
  readonly files: readonly MissingFile[];
  /** Of a default branch. */
  readonly generation: number | null;
  readonly commit: string;
};

export function placeFiles(connection: Connection, { projectId, files, generation, commit }: Placing): void {
  for (const file of files) {
    const id = connection.statement(sql.text).get(fileKey(file))?.id;
    if (id === undefined) continue;
    if (generation === null) connection.statement(sql.placeOfRuns).run(projectId, Number(id), commit);
    else connection.statement(sql.placeAtHead).run(projectId, Number(id), generation);
  }
}

export type Settling = Omit<Placing, 'files'>;

/** Answers whether there is more to take away. */
export function settleTree(connection: Connection, { projectId, generation, commit }: Settling): boolean {
  if (generation === null) {
    connection.statement(sql.addSnapshot).run(projectId, commit);
    return false;
  }
  const stale = connection.statement(sql.stale).all(projectId, generation);
  for (const { text, commitId } of stale) {
    const id = Number(text);
    connection.statement(commitId === null ? sql.removePlace : sql.leaveHead).run(id, projectId);
    if (connection.statement(sql.isPlaced).get(id) === undefined) dropTexts(connection, [id]);
  }
  if (stale.length > 0) return true;
  if (commit === '') connection.statement(sql.removeHead).run(projectId);
  else connection.statement(sql.setHead).run(projectId, commit);
  return false;
}

export function headCommits(connection: Connection): readonly (readonly [string, string])[] {
  const rows = connection.statement(sql.heads).all();
  return rows.map(({ projectId, commitId }) => [String(projectId), String(commitId)] as const);
}

export type Snapshot = { readonly projectId: string; readonly commit: string };

/** Runs of commits that are known join them on the way; it stops at the first commits that are not. */
export function waitingSnapshots(connection: Connection, limit: number): readonly Snapshot[] {
  for (;;) {
    const after = stateOf(connection, 'launched') ?? 0;
    const { waiting, reached } = joinRuns(connection, after);
    if (reached > after) setState(connection, 'launched', reached);
    if (waiting.length > 0 || reached === after) return waiting.slice(0, limit);
  }
}

/** `reached`: up to where no run waits for its commit. */
function joinRuns(connection: Connection, after: number) {
  const waiting: Snapshot[] = [];
  let reached = after;
  for (const row of connection.statement(sql.launched).all(after)) {
    const [number, projectId, commit] = [Number(row.number), String(row.projectId), String(row.commitId)];
    const isTaken = connection.statement(sql.isTaken).get(projectId, commit) !== undefined;
    if (isTaken) connection.statement(sql.addRun).run(projectId, commit, number);
    else waiting.push({ projectId, commit });
    if (waiting.length === 0) reached = number;
  }
  return { waiting, reached };
}
