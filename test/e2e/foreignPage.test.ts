/**
 * What a page of somebody else can do with the server of a person who is
 * signed in, in a real browser: nothing. Cookies do not tell ports apart, so
 * a page on another port of this machine is the worst of them.
 */
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { type OpenClient, openClient } from '../harness/client.ts';
import { skip } from '../harness/reporter.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { hasChromium, openBrowser, openPage, type TestBrowser, type WatchedPage } from './chromium.ts';
import { signIn } from './signIn.ts';
import { until } from './until.ts';

type Answer = { readonly asked: string; readonly status: number };

const places = [
  ['on another port', '127.0.0.1', '/'],
  ['of another site', 'localhost', '/'],
  ['of no origin at all', '127.0.0.1', '/opaque'],
] as const;

/** What is sent in each way: as JSON in a form's clothes, and as the form that the server itself has. */
const project = JSON.stringify({ id: 'evil', name: 'Evil' });
const disguised = { [`${project.slice(0, -1)},"description":"`]: '"}' };
const formTypes = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'] as const;

describe('a page of somebody else', function () {
  this.timeout(60_000);
  const owned = new AsyncDisposableStack();
  let server: TestServer;
  let client: OpenClient;
  let browser: TestBrowser;
  let foreign: number;
  let watched: WatchedPage;
  let answers: Answer[];

  before(async function () {
    if (!hasChromium) skip(this, 'there is no Chromium; set CHROMIUM to its path');
    server = owned.use(await startServer());
    client = owned.use(await openClient(server));
    browser = owned.use(await openBrowser());
    foreign = await serveForeign(owned);
    answers = collectAnswers(owned, server);
  });
  beforeEach(async () => {
    watched = await openPage(browser);
    await signIn(watched.page, server);
  });
  afterEach(() => watched[Symbol.asyncDispose]());
  after(() => owned.disposeAsync());

  const attack = (call: string) => watched.page.evaluate(`window.attacks.${call}`);
  const at = (path: string) => JSON.stringify(`${server.url}${path}`);

  /** What the server answered to an attack, once it has. */
  async function answersTo(call: string): Promise<readonly Answer[]> {
    const before = answers.length;
    await attack(call);
    await until(`the server answers ${call}`, async () => answers.length > before);
    return answers.slice(before);
  }

  /** Nothing is made, and the person is still signed in. */
  async function nothingHappened(): Promise<void> {
    const projects = await client.api.projects.list({});
    assert.deepEqual(
      projects.map(({ id }) => id),
      ['default'],
    );
    await watched.page.goto(server.url);
    await watched.page.getByText('Newest runs').waitFor();
  }

  for (const [where, host, path] of places) {
    describe(where, () => {
      beforeEach(() => watched.page.goto(`http://${host}:${foreign}${path}`));

      it('posts its forms in vain', async () => {
        for (const type of formTypes) {
          for (const to of ['/api/projects', '/sign-out', '/sign-in']) {
            const fields = to === '/sign-in' ? { token: server.token } : disguised;
            const call = `form(${at(to)}, ${JSON.stringify(fields)}, '${type}')`;
            assert.deepEqual(await answersTo(call), [{ asked: `POST ${to}`, status: 403 }], type);
          }
        }
        await nothingHappened();
      });

      it('asks without permission in vain', async () => {
        const [create, signOut, list] = ['POST /api/projects', 'POST /sign-out', 'GET /api/projects'];
        const ask = `request(${at('/api/projects')}`;
        const body = JSON.stringify(project);
        assert.deepEqual(await answersTo(`${ask}, 'POST', ${body})`), [{ asked: create, status: 403 }]);
        assert.deepEqual(await answersTo(`request(${at('/sign-out')}, 'POST', '')`), [{ asked: signOut, status: 403 }]);
        // A plain GET names no origin; the cookie alone is no credential there.
        assert.deepEqual(await answersTo(`${ask}, 'GET')`), [{ asked: list, status: 401 }]);
        // JSON needs a permission that is asked for first.
        assert.deepEqual(await answersTo(`json(${at('/api/projects')}, ${body})`), [
          { asked: 'OPTIONS /api/projects', status: 403 },
        ]);
        await nothingHappened();
      });

      it('opens no socket', async () => {
        const refusals: string[] = [];
        watched.page.on('websocket', (socket) => socket.on('socketerror', (error) => refusals.push(error)));
        const address = JSON.stringify(`${server.url.replace(/^http/, 'ws')}/rpc`);
        assert.equal(await attack(`socket(${address}, ['flywheel.v1'])`), 'refused');
        const known = `['flywheel.v1', 'flywheel.token.${server.token}']`;
        assert.equal(await attack(`socket(${address}, ${known})`), 'refused');
        await until('both refusals are told', async () => refusals.length === 2);
        for (const refusal of refusals) assert.match(refusal, /403/);
        await nothingHappened();
      });
    });
  }

  it('could do all of that if it were a page of the server', async () => {
    const { page } = watched;
    assert.equal(await openSocketFrom(page, server), 'open');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(/sign-in/);
    await page.goto(server.url);
    assert.match(page.url(), /sign-in/);
  });
});

/** As the server gave them: a browser keeps some from the page that asked, and from its tools. */
function collectAnswers(owned: AsyncDisposableStack, { port }: TestServer): Answer[] {
  const answers: Answer[] = [];
  const collect = (message: unknown) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    if (request.socket.localPort === port)
      answers.push({ asked: `${request.method} ${request.url}`, status: response.statusCode });
  };
  subscribe('http.server.response.finish', collect);
  owned.defer(() => void unsubscribe('http.server.response.finish', collect));
  return answers;
}

function openSocketFrom(page: Page, { url }: TestServer): Promise<unknown> {
  const address = JSON.stringify(`${url.replace(/^http/, 'ws')}/rpc`);
  const ends = `socket.onopen = () => resolve('open'); socket.onerror = () => resolve('refused');`;
  return page.evaluate(
    `new Promise((resolve) => { const socket = new WebSocket(${address}, ['flywheel.v1']); ${ends} })`,
  );
}

/** Under `/opaque` the same page has no origin, as in a sandboxed frame. */
async function serveForeign(owned: AsyncDisposableStack): Promise<number> {
  const page = await readFile(join(import.meta.dirname, '..', 'fixtures', 'foreignPage.html'));
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    if (request.url === '/opaque') response.setHeader('content-security-policy', 'sandbox allow-scripts allow-forms');
    response.end(page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  owned.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
