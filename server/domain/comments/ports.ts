import type { CodeLine, CommentTarget, Notice } from '../../../protocol/model/comment.ts';

export type StoredComment = {
  readonly id: string;
  readonly projectId: string;
  /** The first comment of its thread: itself where it is that. */
  readonly threadId: string;
  readonly target: CommentTarget;
  readonly place: CodeLine | null;
  readonly authorId: string;
  /** Empty once deleted. */
  readonly text: string;
  readonly mentions: readonly string[];
  readonly createdAt: number;
  readonly editedAt: number | null;
  readonly deletedAt: number | null;
  readonly resolvedAt: number | null;
  readonly resolvedById: string | null;
};

export type CommentChange = Partial<
  Pick<StoredComment, 'text' | 'mentions' | 'editedAt' | 'deletedAt' | 'resolvedAt' | 'resolvedById'>
>;

export type StoredNotice = {
  readonly id: number;
  readonly reason: Notice['reason'];
  readonly read: boolean;
  readonly comment: StoredComment;
};

export type ThreadQuery = {
  readonly projectId: string;
  readonly target?: CommentTarget | undefined;
  /** The id of a first comment. */
  readonly before?: string | undefined;
  readonly limit: number;
};

export interface CommentStore {
  comment(id: string): Promise<StoredComment | null>;
  /** First comments, newest first. */
  threads(query: ThreadQuery): Promise<readonly StoredComment[]>;
  /** Of the query's target or project: threads that are neither resolved nor gone. */
  countOpen(query: Pick<ThreadQuery, 'projectId' | 'target'>): Promise<number>;
  /** All comments of these threads, oldest first. */
  inThreads(threadIds: readonly string[]): Promise<readonly StoredComment[]>;
  insertComment(comment: StoredComment): Promise<void>;
  updateComment(id: string, change: CommentChange): Promise<void>;
  removeThread(threadId: string): Promise<void>;
  setFollowing(follow: {
    readonly userId: string;
    readonly projectId: string;
    readonly target: CommentTarget;
    readonly following: boolean;
  }): Promise<void>;
  follows(userId: string, projectId: string, target: CommentTarget): Promise<boolean>;
  /** Who follows the thing, or its whole project. */
  followers(projectId: string, target: CommentTarget): Promise<readonly string[]>;
  notify(notice: {
    readonly userId: string;
    readonly commentId: string;
    readonly reason: Notice['reason'];
  }): Promise<void>;
  /** Newest first; `projectIds` null means all. */
  notices(query: {
    readonly userId: string;
    readonly projectIds: readonly string[] | null;
    readonly unread: boolean;
    readonly before?: number | undefined;
    readonly limit: number;
  }): Promise<readonly StoredNotice[]>;
  countUnread(userId: string, projectIds: readonly string[] | null): Promise<number>;
  markRead(userId: string, ids: readonly number[] | null): Promise<void>;
}
