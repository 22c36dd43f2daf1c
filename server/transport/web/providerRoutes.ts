/**
 * Signing in through the identity provider: there with a state that this
 * browser alone holds the other half of, and back with the provider's answer.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Request, Router } from 'express';
import type { BegunSignIn } from '../../domain/governance/ports.ts';
import { DomainError, isDomainError } from '../../domain/shared/errors.ts';
import { sendPage } from '../http/html.ts';
import type { SignIn } from '../http/services.ts';
import { goOnPage } from './signInPage.ts';
import { answer, type Exchange, enter, holdWrong, ownPath, type SignInOptions } from './signInParts.ts';

type Begun = BegunSignIn & { readonly browser: string; readonly next: string; readonly until: number };
type Provider = NonNullable<SignIn['provider']>;
const cookieName = 'flywheel_provider';
const lifetimeMs = 10 * 60_000;
const mostBegun = 1000;
const callbackPath = '/sign-in/provider/callback';

export function addProviderRoutes(router: Router, options: SignInOptions): void {
  const { provider } = options.signIn;
  if (provider === null) return;
  const open = new Map<string, Begun>();
  router.get('/sign-in/provider', (request, response) => begin({ request, response }, { provider, open }, options));
  router.get('/sign-in/provider/sign-out', async (_request, response) => {
    response.redirect(303, (await provider.signOutUrl(`${options.signIn.publicUrl()}/sign-in`)) ?? '/sign-in');
  });
  router.get(callbackPath, (request, response) => finish({ request, response }, { provider, open }, options));
}

type Signing = { readonly provider: Provider; readonly open: Map<string, Begun> };

async function begin({ request, response }: Exchange, { provider, open }: Signing, options: SignInOptions) {
  const next = ownPath(request.query.next);
  try {
    const begun = await provider.begin(`${options.signIn.publicUrl()}${callbackPath}`);
    const secret = randomBytes(24).toString('base64url');
    const [oldest] = open.keys();
    if (open.size >= mostBegun && oldest !== undefined) open.delete(oldest);
    open.set(begun.state, { ...begun, browser: hashOf(secret), next, until: Date.now() + lifetimeMs });
    response.set('set-cookie', cookie(secret, lifetimeMs / 1000, options)).redirect(303, begun.url);
  } catch (error) {
    await refuse({ request, response }, error, { next, options });
  }
}

async function finish({ request, response }: Exchange, { provider, open }: Signing, options: SignInOptions) {
  const state = String(request.query.state ?? '');
  const begun = open.get(state);
  open.delete(state);
  const next = begun?.next ?? '/';
  try {
    if (begun === undefined || begun.until <= Date.now() || !isSameBrowser(request, begun)) throw notBegunHere();
    const callback = new URL(request.originalUrl, options.signIn.publicUrl());
    const userId = await provider.enter(await provider.finish(callback, begun));
    await enter({ request, response }, { userId, way: 'provider' }, options);
    response.append('set-cookie', cookie('', 0, options));
    sendPage(response, goOnPage(next));
  } catch (error) {
    await refuse({ request, response }, error, { next, options });
  }
}

type Refusal = { readonly next: string; readonly options: SignInOptions };

async function refuse(exchange: Exchange, error: unknown, { next, options }: Refusal): Promise<void> {
  if (!isDomainError(error)) throw error;
  const isAway = error.reason === 'backend-unavailable';
  if (!isAway) await holdWrong(exchange.request, options);
  const text = `${error.message} ${error.remedy ?? ''}`;
  await answer(exchange, { next, problem: { at: 'page', text, status: isAway ? 503 : 401 } }, options);
}

/** Sent back from the provider's site, which a stricter cookie would not be. */
function cookie(value: string, maxAge: number, { signIn }: SignInOptions): string {
  const secure = signIn.publicUrl().startsWith('https:') ? '; Secure' : '';
  return `${cookieName}=${value}; Path=/sign-in; HttpOnly; SameSite=Lax; Max-Age=${maxAge}${secure}`;
}

function isSameBrowser({ headers }: Request, { browser }: Begun): boolean {
  const [, secret = ''] = new RegExp(`(?:^|; )${cookieName}=([\\w-]+)`).exec(headers.cookie ?? '') ?? [];
  return timingSafeEqual(Buffer.from(hashOf(secret)), Buffer.from(browser));
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function notBegunHere(): DomainError {
  return new DomainError('token-unknown', 'This sign-in was not begun in this browser, or too long ago.', {
    remedy: 'Sign in again.',
  });
}
