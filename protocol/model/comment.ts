/** What people say beside the work: threads on a project, a run, an experiment, a model or a line of code. */
import * as z from 'zod';
import { commitId, experimentId, person, projectId, relativePath, runId, timestamp } from './common.ts';

export const longestComment = 10_000;
export const mostMentions = 50;

export const commentId = z.uuid().describe('Comment id');
const commentText = z
  .string()
  .max(longestComment, `at most ${longestComment} characters`)
  .refine((text) => text.trim() !== '', 'write something')
  .describe('Markdown; @user-id tells that person, where they may see the project');

export const commentTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('project') }),
  z.object({ kind: z.literal('run'), runId }),
  z.object({ kind: z.literal('experiment'), experimentId }),
  z.object({ kind: z.literal('model'), modelName: z.string().min(1).max(256) }),
  z.object({ kind: z.literal('code'), path: relativePath.min(1, 'a comment on code is in a file') }),
]);
export type CommentTarget = z.infer<typeof commentTarget>;

/** Where in a file: code moves, so the line is kept as it read and is looked for again. */
export const codeLine = z.object({
  line: z.int().positive().describe('From 1'),
  quote: z.string().max(1000).describe('The line as it read'),
  commit: commitId.nullable().describe('Where it was read; null where that was no commit'),
});
export type CodeLine = z.infer<typeof codeLine>;

export const comment = z.object({
  id: commentId,
  author: person,
  text: z.string().describe('Empty once deleted'),
  mentions: z.array(person).readonly().describe('Whom it told'),
  createdAt: timestamp,
  editedAt: timestamp.nullable(),
  deleted: z.boolean(),
  mine: z.boolean(),
});
export type Comment = z.infer<typeof comment>;

export const commentThread = z.object({
  projectId,
  target: commentTarget,
  place: codeLine.nullable().describe('Of a thread on code'),
  first: comment,
  replies: z.array(comment).readonly().describe('Oldest first'),
  resolved: z.object({ at: timestamp, by: person }).nullable(),
});
export type CommentThread = z.infer<typeof commentThread>;

export const listCommentsInput = z.object({
  projectId,
  target: commentTarget.optional().describe('Absent means all of the project'),
  before: commentId.optional().describe('The thread after which to go on'),
  limit: z.int().min(1).max(200).default(50),
});
export type ListCommentsInput = z.infer<typeof listCommentsInput>;

export const commentPage = z.object({
  threads: z.array(commentThread).readonly().describe('Newest first'),
  next: commentId.nullable(),
  open: z.int().describe('Threads of all pages that are not resolved'),
  following: z.boolean().describe('Whether you are told of what is said here'),
});
export type CommentPage = z.infer<typeof commentPage>;

export const addCommentInput = z.object({
  projectId,
  target: commentTarget,
  text: commentText,
  replyTo: commentId.optional().describe('The first comment of the thread'),
  place: codeLine.optional().describe('Of a new thread on code'),
});
export type AddCommentInput = z.infer<typeof addCommentInput>;

const one = z.object({ projectId, commentId });
export const editCommentInput = one.extend({ text: commentText });
export const deleteCommentInput = one;
export const resolveThreadInput = one.extend({ resolved: z.boolean() });
export const followInput = z.object({ projectId, target: commentTarget, following: z.boolean() });
export type EditCommentInput = z.infer<typeof editCommentInput>;
export type DeleteCommentInput = z.infer<typeof deleteCommentInput>;
export type ResolveThreadInput = z.infer<typeof resolveThreadInput>;
export type FollowInput = z.infer<typeof followInput>;

export const noticeReasons = ['mention', 'reply', 'follow'] as const;
export const notice = z.object({
  id: z.int(),
  reason: z.enum(noticeReasons),
  projectId,
  projectName: z.string(),
  target: commentTarget,
  place: codeLine.nullable(),
  threadId: commentId,
  comment,
  read: z.boolean(),
});
export type Notice = z.infer<typeof notice>;

export const inboxInput = z.object({
  unread: z.boolean().default(false).describe('Only what was not read'),
  before: z.int().optional().describe('The notice after which to go on'),
  limit: z.int().min(1).max(200).default(50),
});
export type InboxInput = z.infer<typeof inboxInput>;
export const inbox = z.object({
  notices: z.array(notice).readonly().describe('Newest first'),
  unread: z.int().describe('In all'),
});
export type Inbox = z.infer<typeof inbox>;

export const markReadInput = z.object({
  ids: z.array(z.int()).min(1).max(1000).optional().describe('Absent means all that there are'),
});
export type MarkReadInput = z.infer<typeof markReadInput>;
