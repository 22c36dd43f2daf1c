import * as z from 'zod';
import { account, createServiceInput, updateAccountInput } from '../model/account.ts';
import { userId } from '../model/common.ts';
import { passwordLink, resetPasswordInput } from '../model/password.ts';
import { token } from '../model/session.ts';
import { adminOnly, ofAccount, signedIn, withRole } from './base.ts';

export const accounts = {
  list: signedIn
    .route({ method: 'GET', path: '/accounts', summary: 'Accounts that you look after' })
    .output(z.array(account)),
  createService: withRole('owner', 'projectId')
    .route({
      method: 'POST',
      path: '/projects/{projectId}/accounts',
      summary: 'Add a service account that the owners of the project look after',
    })
    .input(createServiceInput)
    .output(account),
  update: ofAccount
    .route({
      method: 'PATCH',
      path: '/accounts/{userId}',
      summary: 'Rename, disable or enable one, or change its rights',
    })
    .input(updateAccountInput)
    .output(account),
  resetPassword: adminOnly
    .route({
      method: 'POST',
      path: '/accounts/{userId}/password-link',
      summary: 'A link by which its person sets a password, once; the present one counts until then',
    })
    .input(resetPasswordInput)
    .output(passwordLink),
  tokens: ofAccount
    .route({ method: 'GET', path: '/accounts/{userId}/tokens', summary: 'Its tokens and sessions, without secrets' })
    .input(z.object({ userId }))
    .output(z.array(token)),
  endSessions: ofAccount
    .route({ method: 'DELETE', path: '/accounts/{userId}/tokens', summary: 'End all its tokens and sessions' })
    .input(z.object({ userId }))
    .output(z.object({ ended: z.int() })),
};
