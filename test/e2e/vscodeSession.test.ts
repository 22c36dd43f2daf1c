/** Signing in and out in the real VS Code, and where a token goes when the address of the server has changed. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startServer, type TestServer } from '../harness/server.ts';
import { until } from './until.ts';
import { answer, command, dialog, needWorkbench, notification, openWorkbench, shots } from './workbench.ts';

const setting = 'flywheel.serverUrl';

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
