import * as z from 'zod';
import { passwordState, setPasswordInput } from '../model/password.ts';
import { createdToken, createTokenInput, createUserInput, hello, helloInput, token, user } from '../model/session.ts';
import { adminOnly, signedIn } from './base.ts';

export const session = {
  hello: signedIn
    .route({ method: 'POST', path: '/session/hello', summary: 'Agree on a protocol version and learn who you are' })
    .input(helloInput)
    .output(hello),
  listTokens: signedIn
    .route({ method: 'GET', path: '/session/tokens', summary: 'Your tokens and sessions, without their secrets' })
    .output(z.array(token)),
  createToken: signedIn
    .route({ method: 'POST', path: '/session/tokens', summary: 'Make a token; its secret is shown once' })
    .input(createTokenInput)
    .output(createdToken),
  revokeToken: signedIn
    .route({
      method: 'DELETE',
      path: '/session/tokens/{tokenId}',
      summary: 'End a token or session, of yours or of an account that you look after',
    })
    .input(z.object({ tokenId: z.string() }))
    .output(z.object({})),
  password: signedIn
    .route({ method: 'GET', path: '/session/password', summary: 'Whether you have a password, and since when' })
    .output(passwordState),
  setPassword: signedIn
    .route({
      method: 'PUT',
      path: '/session/password',
      summary: 'Set your password; your other sessions end',
    })
    .input(setPasswordInput)
    .output(passwordState),
  signOut: signedIn
    .route({ method: 'POST', path: '/session/sign-out', summary: 'End the session that asks; a token stays' })
    .output(z.object({})),
  listUsers: signedIn
    .route({ method: 'GET', path: '/session/users', summary: 'The people on this server' })
    .output(z.array(user)),
  createUser: adminOnly
    .route({ method: 'POST', path: '/session/users', summary: 'Add a person, or a service account of the server' })
    .input(createUserInput)
    .output(user),
};
