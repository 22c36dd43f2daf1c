import * as z from 'zod';
import {
  addCommentInput,
  commentPage,
  commentThread,
  deleteCommentInput,
  editCommentInput,
  followInput,
  inbox,
  inboxInput,
  listCommentsInput,
  markReadInput,
  resolveThreadInput,
} from '../model/comment.ts';
import { signedIn, withRole } from './base.ts';

/** The service besides: a comment is edited by its author, and deleted by its author and owners of the project. */
export const comments = {
  list: withRole('viewer', 'projectId')
    .meta({ reads: true })
    .route({ method: 'POST', path: '/comments/list', summary: 'Threads on a thing, or in a whole project' })
    .input(listCommentsInput)
    .output(commentPage),
  add: withRole('viewer', 'projectId')
    .route({ method: 'POST', path: '/comments', summary: 'Begin a thread or reply, and tell those it concerns' })
    .input(addCommentInput)
    .output(commentThread),
  edit: withRole('viewer', 'projectId')
    .route({ method: 'PATCH', path: '/comments/{commentId}', summary: 'Change what you said' })
    .input(editCommentInput)
    .output(commentThread),
  delete: withRole('viewer', 'projectId')
    .route({ method: 'DELETE', path: '/comments/{commentId}', summary: 'Take back what was said; replies stay' })
    .input(deleteCommentInput)
    .output(commentThread.nullable()),
  resolve: withRole('viewer', 'projectId')
    .route({ method: 'PUT', path: '/comments/{commentId}/resolved', summary: 'Settle a thread, or open it again' })
    .input(resolveThreadInput)
    .output(commentThread),
  follow: withRole('viewer', 'projectId')
    .route({ method: 'PUT', path: '/comments/follow', summary: 'Be told of what is said on a thing, or no longer' })
    .input(followInput)
    .output(z.object({})),
  inbox: signedIn
    .route({ method: 'GET', path: '/inbox', summary: 'What was said to you and on what you follow' })
    .input(inboxInput)
    .output(inbox),
  markRead: signedIn
    .route({ method: 'POST', path: '/inbox/read', summary: 'Mark notices as read' })
    .input(markReadInput)
    .output(z.object({ unread: z.int() })),
};
