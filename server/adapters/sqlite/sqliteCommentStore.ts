/** Comments, follows and notices in SQLite. What a comment is on stands beside it as one text, by which it is found. */
import type { CommentTarget } from '../../../protocol/model/comment.ts';
import type {
  CommentChange,
  CommentStore,
  StoredComment,
  StoredNotice,
  ThreadQuery,
} from '../../domain/comments/ports.ts';
import type { Row } from './connection.ts';
import type { Session } from './session.ts';
import { json, plain, Table } from './table.ts';

type CommentRecord = StoredComment & { readonly onWhat: string };

const comments = new Table<CommentRecord>('comments', {
  id: plain('id'),
  projectId: plain('project_id'),
  threadId: plain('thread_id'),
  target: json('target'),
  onWhat: plain('on_what'),
  place: json('place'),
  authorId: plain('author_id'),
  text: plain('text'),
  mentions: json('mentions'),
  createdAt: plain('created_at'),
  editedAt: plain('edited_at'),
  deletedAt: plain('deleted_at'),
  resolvedAt: plain('resolved_at'),
  resolvedById: plain('resolved_by_id'),
});

const seen = '(?2 IS NULL OR comments.project_id IN (SELECT value FROM json_each(?2)))';
const onThing = (filtered: boolean) => (filtered ? 'AND on_what = ?2' : 'AND ?2 IS NULL');
const sql = {
  comment: `SELECT ${comments.select} FROM comments WHERE id = ?`,
  threads: (filtered: boolean) => `SELECT ${comments.select} FROM comments
    WHERE project_id = ?1 ${onThing(filtered)} AND id = thread_id
    AND number < coalesce((SELECT number FROM comments WHERE id = ?3), 9e18) ORDER BY number DESC LIMIT ?4`,
  countOpen: (filtered: boolean) => `SELECT count(*) AS total FROM comments
    WHERE project_id = ?1 ${onThing(filtered)} AND id = thread_id AND resolved_at IS NULL`,
  inThreads: `SELECT ${comments.select} FROM json_each(?) AS wanted
    CROSS JOIN comments ON comments.thread_id = wanted.value ORDER BY comments.number`,
  removeThread: 'DELETE FROM comments WHERE thread_id = ?',
  follow: 'INSERT OR IGNORE INTO follows (user_id, project_id, on_what) VALUES (?, ?, ?)',
  unfollow: 'DELETE FROM follows WHERE user_id = ? AND project_id = ? AND on_what = ?',
  follows: 'SELECT 1 AS yes FROM follows WHERE user_id = ? AND project_id = ? AND on_what = ?',
  followers: `SELECT DISTINCT user_id AS id FROM follows WHERE project_id = ? AND on_what IN (?, 'project') ORDER BY id`,
  notify: `INSERT INTO notices (user_id, comment, reason) SELECT ?, number, ? FROM comments WHERE id = ?`,
  notices: `SELECT notices.number AS notice, notices.reason, notices.read, ${comments.select}
    FROM notices JOIN comments ON comments.number = notices.comment
    WHERE notices.user_id = ?1 AND ${seen} AND (?3 = 0 OR notices.read = 0) AND notices.number < ?4
    AND comments.deleted_at IS NULL ORDER BY notices.number DESC LIMIT ?5`,
  countUnread: `SELECT count(*) AS total FROM notices JOIN comments ON comments.number = notices.comment
    WHERE notices.user_id = ?1 AND notices.read = 0 AND ${seen} AND comments.deleted_at IS NULL`,
  markRead: `UPDATE notices SET read = 1
    WHERE user_id = ?1 AND read = 0 AND (?2 IS NULL OR number IN (SELECT value FROM json_each(?2)))`,
} as const;

/** Canonical: two targets are the same thing where these are equal. */
function onWhatOf(target: CommentTarget): string {
  const { kind, ...ids } = target;
  return [kind, ...Object.values(ids)].join(':');
}

export class SqliteCommentStore implements CommentStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async comment(id: string): Promise<StoredComment | null> {
    const row = this.#session.get<Row>(sql.comment, id);
    return row ? toComment(row) : null;
  }

  async threads({ projectId, target, before, limit }: ThreadQuery): Promise<readonly StoredComment[]> {
    const on = target === undefined ? null : onWhatOf(target);
    const rows = this.#session.all<Row>(sql.threads(on !== null), projectId, on, before ?? null, limit);
    return rows.map(toComment);
  }

  async countOpen({ projectId, target }: Pick<ThreadQuery, 'projectId' | 'target'>): Promise<number> {
    const on = target === undefined ? null : onWhatOf(target);
    return this.#session.get<{ total: number }>(sql.countOpen(on !== null), projectId, on)?.total ?? 0;
  }

  async inThreads(threadIds: readonly string[]): Promise<readonly StoredComment[]> {
    return this.#session.all<Row>(sql.inThreads, JSON.stringify(threadIds)).map(toComment);
  }

  async insertComment(comment: StoredComment): Promise<void> {
    comments.insert(this.#session, { ...comment, onWhat: onWhatOf(comment.target) });
  }

  async updateComment(id: string, change: CommentChange): Promise<void> {
    comments.update(this.#session, change, { column: 'id', is: id });
  }

  async removeThread(threadId: string): Promise<void> {
    this.#session.run(sql.removeThread, threadId);
  }

  async setFollowing({ userId, projectId, target, following }: Parameters<CommentStore['setFollowing']>[0]) {
    this.#session.run(following ? sql.follow : sql.unfollow, userId, projectId, onWhatOf(target));
  }

  async follows(userId: string, projectId: string, target: CommentTarget): Promise<boolean> {
    return this.#session.get(sql.follows, userId, projectId, onWhatOf(target)) !== undefined;
  }

  async followers(projectId: string, target: CommentTarget): Promise<readonly string[]> {
    return this.#session.all<{ id: string }>(sql.followers, projectId, onWhatOf(target)).map(({ id }) => id);
  }

  async notify({ userId, commentId, reason }: Parameters<CommentStore['notify']>[0]): Promise<void> {
    this.#session.run(sql.notify, userId, reason, commentId);
  }

  async notices(query: Parameters<CommentStore['notices']>[0]): Promise<readonly StoredNotice[]> {
    const { userId, projectIds, unread, before, limit } = query;
    const ids = projectIds === null ? null : JSON.stringify(projectIds);
    const from = before ?? Number.MAX_SAFE_INTEGER;
    return this.#session.all<Row>(sql.notices, userId, ids, unread ? 1 : 0, from, limit).map(toNotice);
  }

  async countUnread(userId: string, projectIds: readonly string[] | null): Promise<number> {
    const ids = projectIds === null ? null : JSON.stringify(projectIds);
    return this.#session.get<{ total: number }>(sql.countUnread, userId, ids)?.total ?? 0;
  }

  async markRead(userId: string, ids: readonly number[] | null): Promise<void> {
    this.#session.run(sql.markRead, userId, ids === null ? null : JSON.stringify(ids));
  }
}

function toComment(row: Row): StoredComment {
  const { onWhat: _onWhat, ...comment } = comments.read(row);
  return comment;
}

function toNotice(row: Row): StoredNotice {
  const { notice, reason, read } = row as { notice: number; reason: StoredNotice['reason']; read: number };
  return { id: notice, reason, read: read === 1, comment: toComment(row) };
}
