/** What every way of signing in in a browser shares: the page, a session of its own, and what is wrong. */
import type { Request, Response } from 'express';
import { codeOf } from '../../../protocol/errors.ts';
import type { NewSession } from '../../domain/governance/sessions.ts';
import type { Caller } from '../../domain/shared/call.ts';
import { isDomainError } from '../../domain/shared/errors.ts';
import { addressOf, type FailedSignIns } from '../http/failedSignIns.ts';
import { sendPage } from '../http/html.ts';
import type { AccessControl, SignIn } from '../http/services.ts';
import { useOf } from '../http/tokenUse.ts';
import { cookieDays, type SessionCookie } from './sessionCookie.ts';
import type { SignInCodes } from './signInCodes.ts';
import { type SignInProblem, signInPage } from './signInPage.ts';

export type SignInOptions = {
  readonly access: AccessControl;
  readonly cookie: SessionCookie;
  readonly codes: SignInCodes;
  readonly failures: FailedSignIns;
  readonly signIn: SignIn;
  readonly endSession: (caller: Caller) => Promise<unknown>;
};

export type Exchange = { readonly request: Request; readonly response: Response };
export type Fields = Readonly<Record<string, string>>;

type Shown = {
  readonly next: string;
  readonly problem: SignInProblem | null;
  readonly userId?: string;
  readonly hasLeft?: boolean;
};

export async function answer({ response }: Exchange, shown: Shown, { signIn }: SignInOptions): Promise<void> {
  const ways = { password: await signIn.passwords.isOffered(), provider: signIn.provider?.name ?? null };
  const status = shown.problem === null ? 200 : (shown.problem.status ?? 401);
  sendPage(response, signInPage({ ...shown, status, ways }));
}

type Entering = { readonly userId: string; readonly way: NewSession['way'] };

/** Gives the browser a session of its own. */
export async function enter(
  { request, response }: Exchange,
  { userId, way }: Entering,
  { signIn, cookie }: SignInOptions,
): Promise<void> {
  const session = { way, name: 'Browser', days: cookieDays, use: useOf(request)() };
  response.set('set-cookie', cookie.open(await signIn.sessions.open(userId, session)));
}

export async function holdWrong(request: Request, { failures }: SignInOptions): Promise<void> {
  failures.record(addressOf(request));
  await failures.hold(addressOf(request));
}

export async function isValid(secret: string, access: AccessControl): Promise<boolean> {
  try {
    await access.authenticate(secret);
    return true;
  } catch (error) {
    if (isDomainError(error) && codeOf(error.reason) === 'UNAUTHORIZED') return false;
    throw error;
  }
}

/** Text fields alone: one that is there twice is none. */
export function fieldsOf({ body }: Request): Fields {
  const entries = Object.entries((body ?? {}) as Readonly<Record<string, unknown>>);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** Where to go after signing in: inside this server, whatever the address said. */
export function ownPath(next: unknown): string {
  if (typeof next !== 'string' || !/^\/[^/\\]/.test(next)) return '/';
  const url = URL.parse(next, 'http://own.invalid');
  return url?.origin === 'http://own.invalid' ? `${url.pathname}${url.search}` : '/';
}
