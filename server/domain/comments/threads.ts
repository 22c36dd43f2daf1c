/** Comments as clients see them: threads, with people by name. */
import type { Comment, CommentThread } from '../../../protocol/model/comment.ts';
import { personOf } from '../shared/people.ts';
import type { Stores } from '../shared/store.ts';
import type { StoredComment } from './ports.ts';

export async function shownComment(stores: Stores, stored: StoredComment, userId: string): Promise<Comment> {
  const { id, text, createdAt, editedAt } = stored;
  const mentions = [];
  for (const mentioned of stored.mentions) mentions.push(await personOf(stores, mentioned));
  return {
    id,
    author: await personOf(stores, stored.authorId),
    text,
    mentions,
    createdAt,
    editedAt,
    deleted: stored.deletedAt !== null,
    mine: stored.authorId === userId,
  };
}

/** In the order of the first comments; what has no first comment any more is left out. */
export async function shownThreads(
  stores: Stores,
  threadIds: readonly string[],
  userId: string,
): Promise<readonly CommentThread[]> {
  const byThread = Map.groupBy(await stores.comments.inThreads(threadIds), ({ threadId }) => threadId);
  const threads: CommentThread[] = [];
  for (const id of threadIds) {
    const [first, ...replies] = byThread.get(id) ?? [];
    if (first !== undefined) threads.push(await shownThread(stores, { first, replies, userId }));
  }
  return threads;
}

type Thread = { readonly first: StoredComment; readonly replies: readonly StoredComment[]; readonly userId: string };

async function shownThread(stores: Stores, { first, replies, userId }: Thread): Promise<CommentThread> {
  const { projectId, target, place, resolvedAt, resolvedById } = first;
  const by = await personOf(stores, resolvedById ?? '');
  const said: Comment[] = [];
  for (const each of replies) said.push(await shownComment(stores, each, userId));
  return {
    projectId,
    target,
    place,
    first: await shownComment(stores, first, userId),
    replies: said,
    resolved: resolvedAt === null ? null : { at: resolvedAt, by },
  };
}
