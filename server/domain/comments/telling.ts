/** Who is told of a comment, and why: the first reason that holds counts. */
import type { Notice } from '../../../protocol/model/comment.ts';
import type { Stores } from '../shared/store.ts';
import type { StoredComment } from './ports.ts';

/** Those of the ids who are people that may see the project. */
export async function whoMaySee(stores: Stores, projectId: string, ids: readonly string[]): Promise<readonly string[]> {
  const isForAll = (await stores.projects.standing(projectId))?.visibility === 'internal';
  const seeing: string[] = [];
  for (const id of ids) {
    const user = await stores.access.user(id);
    if (user === null) continue;
    if (user.admin || isForAll || (await stores.access.role(projectId, id)) !== null) seeing.push(id);
  }
  return seeing;
}

export async function tell(stores: Stores, comment: StoredComment): Promise<void> {
  const { projectId, threadId, target } = comment;
  const others = await stores.comments.inThreads([threadId]);
  const reasons = new Map<string, Notice['reason']>();
  for (const id of await stores.comments.followers(projectId, target)) reasons.set(id, 'follow');
  for (const { authorId } of others) reasons.set(authorId, 'reply');
  for (const id of comment.mentions) reasons.set(id, 'mention');
  reasons.delete(comment.authorId);
  for (const userId of await whoMaySee(stores, projectId, [...reasons.keys()])) {
    await stores.comments.notify({ userId, commentId: comment.id, reason: reasons.get(userId) ?? 'follow' });
  }
}
