/** People who talk about a run, in a browser: one in the page, one by another client. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { type OpenClient, openClient } from '../harness/client.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { hasChromium, openBrowser, openPage, type TestBrowser } from './chromium.ts';
import { logRun } from './loggedRuns.ts';
import { signIn } from './signIn.ts';
import { until } from './until.ts';

const shots = join(import.meta.dirname, '..', 'output', 'screenshots');
const projectId = 'talk';

describe('comments in a browser', function () {
  this.timeout(120_000);
  const owned = new AsyncDisposableStack();
  let server: TestServer;
  let ada: OpenClient;
  let browser: TestBrowser;
  let runId: string;
  let target: { readonly kind: 'run'; readonly runId: string };

  before(async function () {
    if (!hasChromium) {
      console.log('      skipped: there is no Chromium; set CHROMIUM to its path');
      this.skip();
    }
    await mkdir(shots, { recursive: true });
    server = owned.use(await startServer());
    const { api } = owned.use(await openClient(server));
    await api.projects.create({ id: projectId, name: 'Talk' });
    await api.session.createUser({ id: 'ada', name: 'Ada Lovelace' });
    await api.projects.setMember({ projectId, userId: 'ada', role: 'contributor' });
    const { secret } = await api.session.createToken({ name: 'ada', userId: 'ada' });
    ada = owned.use(await openClient({ url: server.url, token: secret }));
    const [experiment] = await api.experiments.list({ projectId });
    runId = await logRun(server, experiment?.id ?? '', { name: 'first-forest', metrics: { loss: [1, 0.5] } });
    target = { kind: 'run', runId };
    browser = owned.use(await openBrowser());
  });
  after(() => owned.disposeAsync());

  async function openComments(options: Parameters<typeof openPage>[1] = {}) {
    const watched = await openPage(browser, options);
    watched.page.setDefaultTimeout(15_000);
    await signIn(watched.page, server);
    await watched.page.goto(`${server.url}/runs/${runId}`);
    await watched.page.getByRole('tab', { name: 'Comments' }).click();
    await watched.page.getByRole('textbox', { name: 'Start a conversation' }).waitFor();
    return watched;
  }
  const conversation = (page: Page, text: string) => page.getByRole('article').filter({ hasText: text });

  it('completes a name, sends by keyboard, and shows an answer as it comes', async () => {
    await using watched = await openComments();
    const { page, complaints } = watched;
    await page.getByText('Nothing was said yet').waitFor();
    await page.screenshot({ path: join(shots, 'comments-empty.png') });
    const box = page.getByRole('textbox', { name: 'Start a conversation' });
    await box.fill('');
    await box.pressSequentially('Why is the loss **so** low, @love');
    await page.getByRole('option', { name: /Ada Lovelace/ }).waitFor();
    await page.keyboard.press('Enter');
    assert.equal(await box.inputValue(), 'Why is the loss **so** low, @ada ');
    await page.keyboard.press('Control+Enter');
    await conversation(page, 'Why is the loss so low').waitFor();
    assert.equal(await box.inputValue(), '');
    const { notices } = await ada.api.comments.inbox({});
    assert.equal(notices[0]?.reason, 'mention');
    const replyTo = notices[0]?.threadId ?? '';
    await ada.api.comments.add({ projectId, target, replyTo, text: 'The labels were in the `features`.' });
    await page.getByText('The labels were in the features.').waitFor();
    assert.deepEqual(complaints, []);
  });

  it('replies, edits, settles and deletes', async () => {
    await ada.api.comments.add({ projectId, target, text: 'Seed it?' });
    await using watched = await openComments();
    const { page } = watched;
    const thread = conversation(page, 'Seed it?');
    await thread.getByRole('button', { name: 'Reply' }).click();
    const reply = thread.getByRole('textbox', { name: 'Reply' });
    await until('the reply has the focus', () => reply.evaluate((field) => field.matches(':focus')));
    await page.keyboard.type('Yse');
    await page.keyboard.press('Control+Enter');
    await thread.getByText('Yse').waitFor();
    await thread.getByRole('button', { name: 'Edit this comment' }).click();
    await thread.getByRole('textbox', { name: 'Edit the comment' }).fill('Yes, with 7');
    await page.keyboard.press('Control+Enter');
    await thread.getByText('edited').waitFor();
    await thread.getByRole('button', { name: 'Settle' }).click();
    await thread.waitFor({ state: 'detached' });
    await page.getByText('Settled too').click();
    await thread.getByText(/^Settled by/).waitFor();
    await thread.getByRole('button', { name: 'Delete this comment' }).click();
    await thread.getByText('Deleted', { exact: true }).waitFor();
    assert.equal(await thread.getByRole('button', { name: 'Delete this comment' }).count(), 0, 'none of others’');
  });

  for (const [name, options] of [
    ['dark', { colorScheme: 'dark' }],
    ['light', { colorScheme: 'light' }],
    ['contrast', { colorScheme: 'dark', forcedColors: 'active' }],
  ] as const) {
    it(`looks as it should: ${name}`, async () => {
      await using watched = await openComments(options);
      const { page } = watched;
      await page.getByText('Settled too').click();
      await page.getByRole('button', { name: 'Open again' }).waitFor();
      await page.getByRole('textbox', { name: 'Start a conversation' }).pressSequentially('Thanks @');
      await page.getByRole('option', { name: /Ada Lovelace/ }).waitFor();
      await page.screenshot({ path: join(shots, `comments-${name}.png`) });
    });
  }
});
