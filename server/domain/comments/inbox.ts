/** What somebody was told, as they see it. */
import type { Inbox, Notice } from '../../../protocol/model/comment.ts';
import type { Stores } from '../shared/store.ts';
import type { StoredNotice } from './ports.ts';
import { shownComment } from './threads.ts';

type InboxQuery = Parameters<Stores['comments']['notices']>[0];

export async function inboxOf(stores: Stores, query: InboxQuery): Promise<Inbox> {
  const notices: Notice[] = [];
  for (const stored of await stores.comments.notices(query)) notices.push(await shown(stores, stored, query.userId));
  return { notices, unread: await stores.comments.countUnread(query.userId, query.projectIds) };
}

async function shown(stores: Stores, { id, reason, read, comment }: StoredNotice, userId: string): Promise<Notice> {
  const { projectId, target, place, threadId } = comment;
  const project = await stores.projects.project(projectId);
  const projectName = project?.name ?? projectId;
  const said = await shownComment(stores, comment, userId);
  return { id, reason, projectId, projectName, target, place, threadId, comment: said, read };
}
