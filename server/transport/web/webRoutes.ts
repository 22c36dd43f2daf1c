/**
 * What a person opens in a browser: pages of panels behind a sign-in, the
 * sign-in itself, and the bundles. A session only ever reads pages and opens
 * the socket; it is no credential for the API.
 */
import express, { type Request, type Response, type Router } from 'express';
import { codeOf } from '../../../protocol/errors.ts';
import type { NewSession } from '../../domain/governance/sessions.ts';
import type { Caller } from '../../domain/shared/call.ts';
import { isDomainError } from '../../domain/shared/errors.ts';
import { addressOf, type FailedSignIns } from '../http/failedSignIns.ts';
import { sendPage } from '../http/html.ts';
import type { AccessControl, SignIn } from '../http/services.ts';
import { useOf } from '../http/tokenUse.ts';
import type { Assets } from './assets.ts';
import { panelPage, readPlace } from './panelPage.ts';
import { cookieDays, type SessionCookie } from './sessionCookie.ts';
import type { SignInCodes } from './signInCodes.ts';
import { goOnPage, signInPage } from './signInPage.ts';

export type WebOptions = {
  readonly access: AccessControl;
  readonly cookie: SessionCookie;
  readonly codes: SignInCodes;
  readonly failures: FailedSignIns;
  readonly assets: Assets;
  readonly signIn: SignIn;
  readonly endSession: (caller: Caller) => Promise<unknown>;
};

type Place = Readonly<Record<string, unknown>>;

/** Which panel stands where, and what of the address tells it what to show. */
const places: Readonly<Record<string, (request: Request) => Place>> = {
  '/': () => ({ panel: 'home' }),
  '/runs/:runId': ({ params, query }) => ({
    panel: 'run',
    runId: params.runId,
    ...(query.tab !== undefined && { tab: query.tab }),
  }),
  '/experiments': ({ query }) => ({
    panel: 'experiments',
    ...(query.project !== undefined && { projectId: query.project }),
    ...(query.experiment !== undefined && { experimentId: query.experiment }),
    ...(query.filter !== undefined && { filter: query.filter }),
    ...(query.view !== undefined && { viewId: query.view }),
  }),
  '/compare': ({ query }) => ({
    panel: 'compare',
    runIds: typeof query.runs === 'string' ? query.runs.split(',') : [],
    ...(query.baseline !== undefined && { baseline: query.baseline }),
  }),
  '/environments{/:environmentId}': ({ params, query }) => ({
    panel: 'environments',
    ...(params.environmentId !== undefined && { environmentId: params.environmentId }),
    ...(query.revision !== undefined && { revision: query.revision }),
  }),
  '/jobs': ({ query }) => ({
    panel: 'jobs',
    ...(query.tab !== undefined && { tab: query.tab }),
    ...(query.project !== undefined && { projectId: query.project }),
  }),
  '/costs': () => ({ panel: 'costs' }),
  '/sweeps{/:sweepId}': ({ params, query }) => ({
    panel: 'sweep',
    ...(params.sweepId !== undefined && { sweepId: params.sweepId }),
    ...(query.project !== undefined && { projectId: query.project }),
  }),
  '/projects/:projectId': ({ params }) => ({ panel: 'project', projectId: params.projectId }),
  '/portfolio': () => ({ panel: 'portfolio' }),
  '/governance': ({ query }) => ({
    panel: 'governance',
    ...(query.tab !== undefined && { tab: query.tab }),
    ...(query.project !== undefined && { projectId: query.project }),
  }),
  '/workspaces': ({ query }) => ({
    panel: 'workspaces',
    ...(query.workspace !== undefined && { workspaceId: query.workspace }),
  }),
  '/search': ({ query }) => ({ panel: 'search', ...(query.q !== undefined && { text: query.q }) }),
};

export function createWebRoutes(options: WebOptions): Router {
  const { assets } = options;
  const router = express.Router({ caseSensitive: true, strict: true });
  for (const [address, place] of Object.entries(places)) {
    router.get(address, (request, response) => showPanel({ request, response, place: place(request) }, options));
  }
  router.get('/assets/:name', (request, response) => assets.serve(request, response));
  router.get('/sign-in', (request, response) => showSignIn(request, response, options));
  router.post('/sign-in', express.urlencoded({ extended: false, limit: '4kb' }), (request, response) =>
    signIn(request, response, options),
  );
  router.post('/sign-out', (request, response) => signOut(request, response, options));
  return router;
}

type PanelRequest = { readonly request: Request; readonly response: Response; readonly place: Place };

async function showPanel({ request, response, place }: PanelRequest, { access, cookie }: WebOptions): Promise<void> {
  const secret = cookie.read(request);
  // A link on another site brings no cookie; once the page itself goes on, it does.
  if (secret === null && request.get('sec-fetch-site') === 'cross-site') {
    return sendPage(response, goOnPage(request.originalUrl));
  }
  if (secret === null || !(await isValid(secret, access))) {
    const next = request.originalUrl === '/' ? '' : `?next=${encodeURIComponent(request.originalUrl)}`;
    return response.redirect(303, `/sign-in${next}`);
  }
  sendPage(response, panelPage(readPlace(place)));
}

async function showSignIn(request: Request, response: Response, options: WebOptions): Promise<void> {
  const { code } = request.query;
  if (typeof code === 'string') await redeem({ request, response, code }, options);
  else sendPage(response, signInPage({ next: ownPath(request.query.next), problem: null }));
}

type CodeRequest = { readonly request: Request; readonly response: Response; readonly code: string };

async function redeem({ request, response, code }: CodeRequest, options: WebOptions): Promise<void> {
  const next = ownPath(request.query.next);
  const caller = options.codes.redeem(code);
  if (caller === null) {
    options.failures.record(addressOf(request));
    const problem = 'This sign-in link was used already or is too old. Sign in with a token.';
    sendPage(response, signInPage({ next, problem, status: 401 }));
  } else {
    await enter({ request, response, userId: caller.userId, way: 'link' }, options);
    sendPage(response, goOnPage(next));
  }
}

type Entry = {
  readonly request: Request;
  readonly response: Response;
  readonly userId: string;
  readonly way: NewSession['way'];
};

/** Gives the browser a session of its own. */
async function enter({ request, response, userId, way }: Entry, { signIn, cookie }: WebOptions): Promise<void> {
  const session = { way, name: 'Browser', days: cookieDays, use: useOf(request)() };
  response.set('set-cookie', cookie.open(await signIn.sessions.open(userId, session)));
}

async function signIn(request: Request, response: Response, options: WebOptions): Promise<void> {
  const { token, next } = (request.body ?? {}) as Readonly<Record<string, unknown>>;
  const secret = typeof token === 'string' ? token.trim() : '';
  if (secret !== '' && (await isValid(secret, options.access))) {
    response.set('set-cookie', options.cookie.open(secret)).redirect(303, ownPath(next));
    return;
  }
  options.failures.record(addressOf(request));
  await options.failures.hold(addressOf(request));
  const problem = 'That token is not valid. It may have expired or been revoked.';
  sendPage(response, signInPage({ next: ownPath(next), problem, status: 401 }));
}

/** A session of the browser's own ends for good; a token that was pasted stays for what it was made for. */
async function signOut(
  request: Request,
  response: Response,
  { cookie, access, endSession }: WebOptions,
): Promise<void> {
  const secret = cookie.read(request);
  response.set('set-cookie', cookie.close(request));
  if (secret !== null && (await isValid(secret, access))) await endSession(await access.authenticate(secret));
  response.redirect(303, '/sign-in');
}

async function isValid(secret: string, access: AccessControl): Promise<boolean> {
  try {
    await access.authenticate(secret);
    return true;
  } catch (error) {
    if (isDomainError(error) && codeOf(error.reason) === 'UNAUTHORIZED') return false;
    throw error;
  }
}

/** Where to go after signing in: inside this server, whatever the address said. */
function ownPath(next: unknown): string {
  if (typeof next !== 'string' || !/^\/[^/\\]/.test(next)) return '/';
  const url = URL.parse(next, 'http://own.invalid');
  return url?.origin === 'http://own.invalid' ? `${url.pathname}${url.search}` : '/';
}
