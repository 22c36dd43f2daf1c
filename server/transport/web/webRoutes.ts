/**
 * What a person opens in a browser: pages of panels behind the sign-in, and
 * the bundles. A session only ever reads pages and opens
 * the socket; it is no credential for the API.
 */
import express, { type Request, type Response, type Router } from 'express';
import { sendPage } from '../http/html.ts';
import type { Assets } from './assets.ts';
import { panelPage, readPlace } from './panelPage.ts';
import { goOnPage } from './signInPage.ts';
import { isValid, type SignInOptions } from './signInParts.ts';
import { createSignInRoutes } from './signInRoutes.ts';

export type WebOptions = SignInOptions & { readonly assets: Assets };

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
  router.use(createSignInRoutes(options));
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
