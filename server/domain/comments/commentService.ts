/**
 * The `comments` entries. A comment is told, in the transaction that keeps it,
 * to those who are mentioned, took part in the thread, or follow the thing, as
 * far as they may see the project then; what somebody may no longer see
 * leaves their inbox by itself.
 */
import { randomUUID } from 'node:crypto';
import type {
  AddCommentInput,
  CommentPage,
  CommentTarget,
  CommentThread,
  DeleteCommentInput,
  EditCommentInput,
  FollowInput,
  Inbox,
  InboxInput,
  ListCommentsInput,
  MarkReadInput,
  ResolveThreadInput,
} from '../../../protocol/model/comment.ts';
import type { EventFeed } from '../events/ports.ts';
import type { Visibility } from '../shared/access.ts';
import type { Call, Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { actorOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import type { Store, Stores } from '../shared/store.ts';
import { inboxOf } from './inbox.ts';
import { mentionsIn } from './mentions.ts';
import type { StoredComment } from './ports.ts';
import { requireTarget, subjectOf } from './target.ts';
import { tell, whoMaySee } from './telling.ts';
import { shownThreads } from './threads.ts';

export type CommentServiceDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly visibility: Visibility;
};

type EventType = 'comment.added' | 'comment.edited' | 'comment.deleted' | 'comment.resolved' | 'comment.reopened';

type Change = (stores: Stores) => Promise<StoredComment>;

/** Beyond these a thread is no conversation any more. */
const mostReplies = 500;

export class CommentService {
  readonly #deps: CommentServiceDependencies;

  constructor(deps: CommentServiceDependencies) {
    this.#deps = deps;
  }

  async list({ projectId, target, before, limit }: ListCommentsInput, { caller }: Call): Promise<CommentPage> {
    return this.#deps.store.read(async (stores) => {
      if (target !== undefined) await requireTarget(stores, projectId, target);
      const firsts = await stores.comments.threads({ projectId, target, before, limit: limit + 1 });
      const ids = firsts.slice(0, limit).map(({ id }) => id);
      return {
        threads: await shownThreads(stores, ids, caller.userId),
        next: firsts.length > limit ? (ids.at(-1) ?? null) : null,
        open: await stores.comments.countOpen({ projectId, target }),
        following: await stores.comments.follows(caller.userId, projectId, target ?? { kind: 'project' }),
      };
    });
  }

  async add(input: AddCommentInput, { caller }: Call): Promise<CommentThread> {
    const { projectId, target, text, replyTo } = input;
    return this.#change('comment.added', caller, async (stores) => {
      await requireTarget(stores, projectId, target);
      const thread = replyTo === undefined ? null : await openThread(stores, { projectId, commentId: replyTo });
      const comment = newComment(input, { thread, caller, at: this.#deps.clock.now() });
      const mentions = await whoMaySee(stores, projectId, mentionsIn(text));
      const kept = { ...comment, mentions };
      await stores.comments.insertComment(kept);
      await tell(stores, kept);
      const follow = { userId: caller.userId, projectId, target: kept.target };
      await stores.comments.setFollowing({ ...follow, following: true });
      return kept;
    });
  }

  async edit({ text, ...input }: EditCommentInput, { caller }: Call): Promise<CommentThread> {
    return this.#change('comment.edited', caller, async (stores) => {
      const comment = await existing(stores, input);
      if (comment.authorId !== caller.userId) throw notYours('change');
      if (comment.deletedAt !== null) throw deleted();
      const mentions = await whoMaySee(stores, comment.projectId, mentionsIn(text));
      await stores.comments.updateComment(comment.id, { text, mentions, editedAt: this.#deps.clock.now() });
      const added = mentions.filter((id) => !comment.mentions.includes(id) && id !== caller.userId);
      for (const userId of added) await stores.comments.notify({ userId, commentId: comment.id, reason: 'mention' });
      return { ...comment, text };
    });
  }

  /** A thread without anything left goes whole; null is then answered. */
  async delete(input: DeleteCommentInput, { caller }: Call): Promise<CommentThread | null> {
    return this.#write('comment.deleted', caller, async (stores) => {
      const comment = await existing(stores, input);
      const role = caller.admin ? 'owner' : await stores.access.role(comment.projectId, caller.userId);
      if (comment.authorId !== caller.userId && role !== 'owner') throw notYours('delete');
      await stores.comments.updateComment(comment.id, { text: '', mentions: [], deletedAt: this.#deps.clock.now() });
      const left = await stores.comments.inThreads([comment.threadId]);
      if (left.every(({ deletedAt }) => deletedAt !== null)) await stores.comments.removeThread(comment.threadId);
      return comment;
    });
  }

  async resolve({ resolved, ...input }: ResolveThreadInput, { caller }: Call): Promise<CommentThread> {
    return this.#change(resolved ? 'comment.resolved' : 'comment.reopened', caller, async (stores) => {
      const thread = await openThread(stores, input);
      const resolvedAt = resolved ? this.#deps.clock.now() : null;
      await stores.comments.updateComment(thread.id, { resolvedAt, resolvedById: resolved ? caller.userId : null });
      return thread;
    });
  }

  /** A person's own wish: nobody else is told. */
  async follow({ projectId, target, following }: FollowInput, { caller }: Call): Promise<Record<never, never>> {
    await this.#deps.store.write(async (stores) => {
      await requireTarget(stores, projectId, target);
      await stores.comments.setFollowing({ userId: caller.userId, projectId, target, following });
    });
    return {};
  }

  async inbox(input: InboxInput, { caller }: Call): Promise<Inbox> {
    const projectIds = await this.#deps.visibility.visibleProjects(caller);
    return this.#deps.store.read((stores) => inboxOf(stores, { ...input, userId: caller.userId, projectIds }));
  }

  async markRead({ ids }: MarkReadInput, { caller }: Call): Promise<{ readonly unread: number }> {
    refuseJobs(caller);
    const projectIds = await this.#deps.visibility.visibleProjects(caller);
    const unread = await this.#deps.store.write(async ({ comments }) => {
      await comments.markRead(caller.userId, ids ?? null);
      return comments.countUnread(caller.userId, projectIds);
    });
    return { unread };
  }

  async #change(type: EventType, caller: Caller, change: Change): Promise<CommentThread> {
    const thread = await this.#write(type, caller, change);
    if (thread === null) throw unknownComment();
    return thread;
  }

  /** Answers the thread as it is then; null where nothing of it is left. */
  async #write(type: EventType, caller: Caller, change: Change): Promise<CommentThread | null> {
    const { store, clock, feed } = this.#deps;
    const thread = await store.write(async (stores) => {
      const comment = await change(stores);
      const detail = { commentId: comment.id, threadId: comment.threadId, on: comment.target.kind };
      await stores.events.append({
        type,
        actor: actorOf(caller),
        subject: subjectOf(comment),
        detail,
        at: clock.now(),
      });
      const [shown = null] = await shownThreads(stores, [comment.threadId], caller.userId);
      return shown;
    });
    feed.committed();
    return thread;
  }
}

type Making = { readonly thread: StoredComment | null; readonly caller: Caller; readonly at: number };

/** A reply stands where its thread does. */
function newComment(
  { projectId, target, text, place }: AddCommentInput,
  { thread, caller, at }: Making,
): StoredComment {
  const id = randomUUID();
  const on: { target: CommentTarget; place: StoredComment['place'] } =
    thread === null ? { target, place: target.kind === 'code' ? (place ?? null) : null } : thread;
  return {
    id,
    projectId,
    threadId: thread?.id ?? id,
    target: on.target,
    place: on.place,
    authorId: caller.userId,
    text,
    mentions: [],
    createdAt: at,
    editedAt: null,
    deletedAt: null,
    resolvedAt: null,
    resolvedById: null,
  };
}

type Named = { readonly projectId: string; readonly commentId: string };

async function existing(stores: Stores, { projectId, commentId }: Named): Promise<StoredComment> {
  const comment = await stores.comments.comment(commentId);
  if (comment === null || comment.projectId !== projectId) throw unknownComment();
  return comment;
}

/** The first comment of a thread, with room for more. */
async function openThread(stores: Stores, named: Named): Promise<StoredComment> {
  const { threadId } = await existing(stores, named);
  const comments = await stores.comments.inThreads([threadId]);
  if (comments.length > mostReplies) {
    throw new DomainError('too-large', `A thread takes ${mostReplies} replies.`, { remedy: 'Begin a new one.' });
  }
  return existing(stores, { ...named, commentId: threadId });
}

/** A job has no eyes: what it would mark, its person has not read. */
function refuseJobs({ scope }: Caller): void {
  if (scope.kind !== 'run') return;
  throw new DomainError('scope-missing', 'A job has no inbox.', { remedy: 'Use a token of your own.' });
}

function notYours(act: string): DomainError {
  return new DomainError('role-missing', `Only its author can ${act} this comment.`, {
    remedy: 'Reply to it instead.',
  });
}

function deleted(): DomainError {
  return new DomainError('wrong-state', 'The comment was deleted.', { remedy: 'Write a new one.' });
}

function unknownComment(): DomainError {
  return new DomainError('not-found', 'There is no such comment.', {
    field: 'commentId',
    remedy: 'It may be deleted.',
  });
}
