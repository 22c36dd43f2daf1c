/** Signing in and out in the real VS Code, and where a token goes when the address of the server has changed. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openClient } from '../harness/client.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { until } from './until.ts';
import { answer, command, dialog, needWorkbench, notification, openWorkbench, shots } from './workbench.ts';

const setting = 'flywheel.serverUrl';
const adasPassword = 'correct horse battery';

/** A server that somebody else set up: it keeps every token that reaches it. */
type Thief = { readonly url: string; readonly tokens: string[] };

describe('signing in from VS Code', function () {
  this.timeout(120_000);
  const owned = new AsyncDisposableStack();
  let server: TestServer;
  let thief: Thief;
  let folder: string;
  let page: Page;

  before(async function () {
    needWorkbench(this);
    server = owned.use(await startServer());
    thief = await startThief(owned);
    folder = await mkdtemp(join(tmpdir(), 'flywheel-session-'));
    owned.defer(() => rm(folder, { recursive: true, force: true }));
    const settings = { [setting]: server.url };
    ({ page } = owned.use(await openWorkbench({ workspace: folder, settings, env: { FLYWHEEL_DATA: folder } })));
    await status(page, /signed out/).waitFor();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed' && page)
      await page.screenshot({ path: join(shots, 'vscode-session-failed.png') });
  });
  after(() => owned.disposeAsync());

  const host = () => new URL(server.url).host;

  it('refuses a wrong token with its reason, and does not keep it', async () => {
    await command(page, 'Flywheel: Sign In');
    await answer(page, new RegExp(`Sign in to ${host()}`), 'fw_wrong');
    await notification(page, /token/i).getByRole('button', { name: 'Sign In' }).waitFor();
    await dismissAll(page);
    await command(page, 'Flywheel: Connect');
    await page.locator('.quick-input-title', { hasText: `Sign in to ${host()}` }).waitFor();
    await page.keyboard.press('Escape');
    await status(page, /signed out/).waitFor();
  });

  it('signs in with a right one, and says as whom', async () => {
    await command(page, 'Flywheel: Sign In');
    await answer(page, new RegExp(`Sign in to ${host()}`), server.token);
    await notification(page, /Signed in to .* as Administrator/).waitFor();
    await status(page, /^Flywheel connected/).waitFor();
    await dismissAll(page);
  });

  it('signs out, and forgets the token', async () => {
    await command(page, 'Flywheel: Sign Out');
    await notification(page, new RegExp(`Signed out of ${host()}`)).waitFor();
    await status(page, /not connected/).waitFor();
    await dismissAll(page);
    await command(page, 'Flywheel: Connect');
    await answer(page, new RegExp(`Sign in to ${host()}`), server.token);
    await status(page, /^Flywheel connected/).waitFor();
  });

  it('offers what the server offers, and signs in by password', async () => {
    await addAda(server);
    await command(page, 'Flywheel: Sign Out');
    await dismissAll(page);
    await command(page, 'Flywheel: Connect');
    const choices = page.locator('.quick-input-widget');
    await choices.getByText('With an Access Token').waitFor();
    await page.screenshot({ path: join(shots, 'vscode-sign-in-ways.png') });
    await choices.getByText('With a Password').click();
    await answer(page, new RegExp(`Sign in to ${host()}`), 'ada');
    await page.getByText('The password of ada').waitFor();
    await answer(page, new RegExp(`Sign in to ${host()}`), adasPassword);
    await notification(page, /Signed in to .* as Ada Lovelace/).waitFor();
    await dismissAll(page);
  });

  it('is let in by a browser in which the person is signed in, and ends that session with signing out', async () => {
    await command(page, 'Flywheel: Sign Out');
    await dismissAll(page);
    await command(page, 'Flywheel: Connect');
    const opened = page.context().waitForEvent('page', { timeout: 30_000 });
    await page.locator('.quick-input-widget').getByText('In the Browser').click();
    const code =
      /[A-Z]{4}-[A-Z]{4}/.exec(await notification(page, /Signing in: let VS Code in/).innerText())?.[0] ?? '';
    const tab = await opened;
    await tab.getByLabel('User name').waitFor();
    // An editor in a browser reaches servers beside it through a proxy of its own, which takes no forms.
    const id = /id=([0-9a-f]+)/.exec(decodeURIComponent(tab.url()))?.[1];
    const own = await page.context().browser()?.newContext();
    assert.ok(own);
    const browser = await own.newPage();
    await browser.goto(`${server.url}/sign-in/editor?id=${id}`);
    await tab.close();
    await browser.getByLabel('User name').fill('ada');
    await browser.getByLabel('Password').fill(adasPassword);
    await browser.getByLabel('Password').press('Enter');
    await browser.getByText(code, { exact: true }).waitFor();
    await browser.screenshot({ path: join(shots, 'sign-in-editor.png') });
    await browser.getByRole('button', { name: 'Yes, let it in' }).click();
    await browser.getByText('It is signed in').waitFor();
    await own.close();
    await notification(page, /Signed in to .* as Ada Lovelace/).waitFor();
    await dismissAll(page);
    await command(page, 'Flywheel: Sign Out');
    await dismissAll(page);
    await using admin = await openClient(server);
    const sessions = await admin.api.accounts.tokens({ userId: 'ada' });
    assert.deepEqual(
      sessions.filter(({ name }) => name === 'Flywheel for VS Code'),
      [],
    );
    await command(page, 'Flywheel: Connect');
    await page.locator('.quick-input-widget').getByText('With an Access Token').click();
    await answer(page, new RegExp(`Sign in to ${host()}`), server.token);
    await status(page, /^Flywheel connected/).waitFor();
    await dismissAll(page);
  });

  it('asks before it sends a token to an address that has changed, and takes no for an answer', async () => {
    await changeAddress(folder, thief.url);
    await answer(page, new RegExp(`Sign in to ${new URL(thief.url).host}`), 'fw_for_the_other');
    const question = dialog(page, new RegExp(`Connect to ${thief.url}`));
    await question.getByText(server.url, { exact: false }).waitFor();
    await page.screenshot({ path: join(shots, 'vscode-changed-address.png') });
    await question.getByRole('button', { name: 'Cancel' }).click();
    await status(page, /signed out/).waitFor();
    assert.deepEqual(thief.tokens, []);
  });

  it('keeps no token of a server that was turned down', async () => {
    await command(page, 'Flywheel: Connect');
    await answer(page, new RegExp(`Sign in to ${new URL(thief.url).host}`), 'fw_for_the_other');
    await dialog(page, /Connect to/)
      .getByRole('button', { name: 'Connect' })
      .click();
    await until('the other server gets the token meant for it', async () => thief.tokens.length > 0);
    assert.deepEqual([...new Set(thief.tokens)], ['fw_for_the_other']);
  });

  it('asks on the way back too, and is connected again', async () => {
    await changeAddress(folder, null);
    await dialog(page, new RegExp(`Connect to ${server.url}`))
      .getByRole('button', { name: 'Connect' })
      .click();
    await status(page, /^Flywheel connected/).waitFor();
    assert.ok(!thief.tokens.includes(server.token));
  });
});

/** A person of the server with a password, as they set it themselves. */
async function addAda(server: TestServer): Promise<void> {
  await using admin = await openClient(server);
  await admin.api.session.createUser({ id: 'ada', name: 'Ada Lovelace' });
  const { path } = await admin.api.accounts.resetPassword({ userId: 'ada' });
  const code = new URL(path, server.url).searchParams.get('code') ?? '';
  const body = new URLSearchParams({ code, password: adasPassword, again: adasPassword });
  const set = await fetch(`${server.url}/sign-in/password`, { method: 'POST', body, redirect: 'manual' });
  assert.equal(set.status, 303);
}

const status = (page: Page, words: RegExp) => page.locator('.statusbar-item').getByRole('button', { name: words });

async function dismissAll(page: Page): Promise<void> {
  await command(page, 'Notifications: Clear All Notifications');
  await page.locator('.notification-list-item').first().waitFor({ state: 'hidden' });
}

/** As a folder of somebody else does that brings its own settings; null is the person's own setting again. */
async function changeAddress(folder: string, url: string | null): Promise<void> {
  await mkdir(join(folder, '.vscode'), { recursive: true });
  await writeFile(join(folder, '.vscode', 'settings.json'), JSON.stringify(url === null ? {} : { [setting]: url }));
}

async function startThief(owned: AsyncDisposableStack): Promise<Thief> {
  const tokens: string[] = [];
  const take = ({ headers }: IncomingMessage) => {
    const offered = `${headers['sec-websocket-protocol'] ?? ''},${headers.authorization ?? ''}`;
    tokens.push(...Array.from(offered.matchAll(/(?:flywheel\.token\.|Bearer )([^\s,]+)/g), ([, token = '']) => token));
  };
  const server = createServer((request, response) => {
    take(request);
    response.writeHead(404).end();
  });
  server.on('upgrade', (request, socket) => {
    take(request);
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  owned.defer(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tokens };
}
