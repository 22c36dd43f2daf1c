/**
 * Signing in to a server without a token: which ways it offers, by a password,
 * or by a browser that lets this program in. Nothing is sent on to where a
 * server redirects to.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { errorDetails } from '../protocol/errors.ts';
import {
  type BegunEditorSignIn,
  begunEditorSignIn,
  editorSession,
  type SignInWays,
  signInWays,
} from '../protocol/model/signIn.ts';
import { ClientError, offline } from './clientError.ts';

const answerMs = 20_000;
const askEveryMs = 1500;

/** A server that does not know the question takes tokens alone. */
export async function waysToSignIn(url: string): Promise<SignInWays> {
  const answer = await ask(url, '/sign-in/ways', null);
  const ways = answer.ok ? signInWays.safeParse(await answer.json().catch(() => null)) : null;
  return ways?.data ?? { password: false, provider: null };
}

export type PasswordSignIn = { readonly userId: string; readonly password: string; readonly client: string };

/** The token of a new session. */
export async function signInByPassword(url: string, typed: PasswordSignIn): Promise<string> {
  const session = await read(editorSession, await ask(url, '/sign-in/session', typed));
  if (session.state !== 'allowed') throw new ClientError('unexpected', 'The server gave no session.');
  return session.token;
}

export async function beginInBrowser(url: string, client: string): Promise<BegunEditorSignIn> {
  return read(begunEditorSignIn, await ask(url, '/sign-in/editor', { client }));
}

/** The token of a new session, once somebody has let this program in. */
export async function untilLetIn(url: string, { id, secret }: BegunEditorSignIn, signal: AbortSignal): Promise<string> {
  for (;;) {
    const session = await read(editorSession, await ask(url, '/sign-in/editor/claim', { id, secret }));
    if (session.state === 'allowed') return session.token;
    if (session.state === 'denied') {
      throw new ClientError('signed-out', 'The browser said no.', { remedy: 'Sign in again if you want to.' });
    }
    await sleep(askEveryMs, undefined, { signal });
  }
}

async function ask(url: string, path: string, body: object | null): Promise<Response> {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const options = { redirect: 'error', signal: AbortSignal.timeout(answerMs), ...(body && post) } as const;
  return fetch(new URL(path, url), options).catch((error: unknown) => {
    throw offline(`${new URL(url).host} does not answer.`, error);
  });
}

const refusal = z.object({ message: z.string(), data: errorDetails });

async function read<T>(schema: z.ZodType<T>, answer: Response): Promise<T> {
  const body: unknown = await answer.json().catch(() => null);
  const parsed = answer.ok ? schema.safeParse(body) : null;
  if (parsed?.success) return parsed.data;
  const refused = refusal.safeParse(body).data;
  if (refused === undefined) throw new ClientError('unexpected', `The server answered with status ${answer.status}.`);
  const { reason, remedy } = refused.data;
  throw new ClientError(reason, refused.message, remedy === undefined ? {} : { remedy });
}
