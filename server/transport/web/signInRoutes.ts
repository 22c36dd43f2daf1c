/**
 * Signing in and out in a browser, by whichever way the server offers: a link
 * that works once, a password, or a token. Every wrong one counts against its
 * address, and what is answered tells nothing of who exists.
 */
import express, { type Router } from 'express';
import { codeOf } from '../../../protocol/errors.ts';
import { longestPassword, password as passwordText } from '../../../protocol/model/password.ts';
import { isDomainError } from '../../domain/shared/errors.ts';
import { addressOf } from '../http/failedSignIns.ts';
import { sendPage } from '../http/html.ts';
import { addEditorRoutes } from './editorRoutes.ts';
import { passwordPage } from './passwordPage.ts';
import { addProviderRoutes } from './providerRoutes.ts';
import { goOnPage, type SignInProblem } from './signInPage.ts';
import {
  answer,
  type Exchange,
  enter,
  type Fields,
  fieldsOf,
  holdWrong,
  isValid,
  ownPath,
  type SignInOptions,
} from './signInParts.ts';

export function createSignInRoutes(options: SignInOptions): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  const form = express.urlencoded({ extended: false, limit: '4kb' });
  router.get('/sign-in', (request, response) => showSignIn({ request, response }, options));
  router.post('/sign-in', form, (request, response) => takeForm({ request, response }, options));
  router.get('/sign-in/password', (request, response) => showPassword({ request, response }, options));
  router.post('/sign-in/password', form, (request, response) => setPassword({ request, response }, options));
  addProviderRoutes(router, options);
  addEditorRoutes(router, options);
  router.post('/sign-out', (request, response) => signOut({ request, response }, options));
  return router;
}

async function showSignIn({ request, response }: Exchange, options: SignInOptions): Promise<void> {
  const { code } = request.query;
  if (typeof code === 'string') await redeem({ request, response }, code, options);
  else {
    const hasLeft = request.query['signed-out'] !== undefined;
    await answer({ request, response }, { next: ownPath(request.query.next), problem: null, hasLeft }, options);
  }
}

async function redeem(exchange: Exchange, code: string, options: SignInOptions): Promise<void> {
  const { request, response } = exchange;
  const next = ownPath(request.query.next);
  const caller = options.codes.redeem(code);
  if (caller === null) {
    options.failures.record(addressOf(request));
    const text = 'This sign-in link was used already or is too old. Sign in another way.';
    return answer(exchange, { next, problem: { at: 'page', text } }, options);
  }
  await enter(exchange, { userId: caller.userId, way: 'link' }, options);
  sendPage(response, goOnPage(next));
}

async function takeForm(exchange: Exchange, options: SignInOptions): Promise<void> {
  const fields = fieldsOf(exchange.request);
  if (fields.token === undefined && fields.password !== undefined) await byPassword(exchange, fields, options);
  else await byToken(exchange, fields, options);
}

async function byToken(exchange: Exchange, { token = '', next }: Fields, options: SignInOptions): Promise<void> {
  const { request, response } = exchange;
  const secret = token.trim();
  if (secret !== '' && (await isValid(secret, options.access))) {
    response.set('set-cookie', options.cookie.open(secret)).redirect(303, ownPath(next));
    return;
  }
  await holdWrong(request, options);
  const text = 'That token is not valid. It may have expired or been revoked.';
  await answer(exchange, { next: ownPath(next), problem: { at: 'token', text } }, options);
}

async function byPassword(exchange: Exchange, fields: Fields, options: SignInOptions): Promise<void> {
  const { request, response } = exchange;
  const { username = '', password = '' } = fields;
  const next = ownPath(fields.next);
  const typed = {
    userId: username.trim().toLowerCase().slice(0, 64),
    password: password.slice(0, longestPassword + 1),
  };
  try {
    const userId = await options.signIn.passwords.check({ ...typed, address: addressOf(request) });
    await enter(exchange, { userId, way: 'password' }, options);
    response.redirect(303, next);
  } catch (error) {
    const problem = passwordProblem(error);
    if (problem.status === 401) await holdWrong(request, options);
    await answer(exchange, { next, problem, userId: typed.userId }, options);
  }
}

function passwordProblem(error: unknown): SignInProblem {
  if (!isDomainError(error)) throw error;
  const isWrong = codeOf(error.reason) === 'UNAUTHORIZED';
  const text = isWrong ? error.message : `${error.message} ${error.remedy ?? ''}`;
  return { at: 'password', text, status: isWrong ? 401 : 429 };
}

async function showPassword({ request, response }: Exchange, options: SignInOptions): Promise<void> {
  const { code } = request.query;
  const owner = typeof code === 'string' ? await options.signIn.passwords.ownerOf(code) : null;
  if (owner === null || typeof code !== 'string') return refuseLink({ request, response }, options);
  sendPage(response, passwordPage({ code, name: owner.name, userId: owner.id, problem: null }));
}

async function setPassword(exchange: Exchange, options: SignInOptions): Promise<void> {
  const { passwords } = options.signIn;
  const { code = '', password = '', again = '' } = fieldsOf(exchange.request);
  const owner = await passwords.ownerOf(code);
  if (owner === null) return refuseLink(exchange, options);
  const wrong = passwordText.safeParse(password).error?.issues[0]?.message;
  const problem = wrong
    ? `The password is not taken: ${wrong}.`
    : password === again
      ? null
      : 'The two are not the same.';
  const page = { code, name: owner.name, userId: owner.id };
  if (problem !== null) return sendPage(exchange.response, passwordPage({ ...page, problem }));
  try {
    const userId = await passwords.setByLink(code, password);
    if (userId === null) return refuseLink(exchange, options);
    await enter(exchange, { userId, way: 'password' }, options);
    exchange.response.redirect(303, '/');
  } catch (error) {
    if (!isDomainError(error)) throw error;
    sendPage(exchange.response, passwordPage({ ...page, problem: `${error.message} ${error.remedy ?? ''}` }));
  }
}

async function refuseLink(exchange: Exchange, options: SignInOptions): Promise<void> {
  await holdWrong(exchange.request, options);
  const text = 'This link was used already or is too old. Ask an administrator for a new one.';
  await answer(exchange, { next: '/', problem: { at: 'page', text } }, options);
}

/** A session of the browser's own ends for good; a token that was pasted stays for what it was made for. */
async function signOut({ request, response }: Exchange, options: SignInOptions): Promise<void> {
  const { cookie, access, endSession } = options;
  const secret = cookie.read(request);
  response.set('set-cookie', cookie.close(request));
  if (secret !== null && (await isValid(secret, access))) await endSession(await access.authenticate(secret));
  response.redirect(303, options.signIn.provider === null ? '/sign-in' : '/sign-in?signed-out');
}
