/** People who talk about code, in the real VS Code: one in the editor, one by another client. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { type OpenClient, openClient } from '../harness/client.ts';
import { frameWith } from './chromium.ts';
import { startTrainingServer, type TrainingServer } from './trainingServer.ts';
import { until } from './until.ts';
import { chooseRun, chooseTheme, command, needWorkbench, notification, openWorkbench, shots } from './workbench.ts';

const projectId = 'digits';
const target = { kind: 'code', path: 'train.py' } as const;

describe('comments in VS Code', function () {
  this.timeout(240_000);
  const owned = new AsyncDisposableStack();
  let training: TrainingServer;
  let ada: OpenClient;
  let page: Page;

  before(async function () {
    needWorkbench(this);
    training = owned.use(await startTrainingServer());
    const { api, server } = training;
    await training.launch({ name: 'talked-about', parameters: { epochs: 1 } });
    await api.session.createUser({ id: 'ada', name: 'Ada Lovelace' });
    await api.projects.setMember({ projectId, userId: 'ada', role: 'contributor' });
    const { secret } = await api.session.createToken({ name: 'ada', userId: 'ada' });
    ada = owned.use(await openClient({ url: server.url, token: secret }));
    // Where it stood once: it is found where it stands now.
    const place = { line: 5, quote: 'def main():', commit: null };
    await ada.api.comments.add({ projectId, target, place, text: 'Is this the **entry**?' });
    const env = { FLYWHEEL_URL: server.url, FLYWHEEL_TOKEN: server.token };
    ({ page } = owned.use(await openWorkbench({ workspace: training.folder, env })));
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed' && page)
      await page.screenshot({ path: join(shots, 'vscode-comments-failed.png') });
  });
  after(() => owned.disposeAsync());

  const said = async () => {
    const { threads } = await ada.api.comments.list({ projectId, target });
    return threads.map(({ first, replies, resolved }) => [first.text, ...replies.map(({ text }) => text), !!resolved]);
  };
  const thread = () => page.locator('.review-widget').filter({ hasText: 'Is this the entry?' });

  it('shows what was said at a line where it stands now, and takes an answer', async () => {
    await openScript(page);
    await until('the thread is listed', async () => {
      await command(page, 'Comments: Focus on Comments View');
      return page.getByText('Is this the entry?').first().isVisible();
    });
    await page.getByText('[Ln 90]').waitFor();
    await page.getByText('[Ln 90]').click();
    await thread().waitFor();
    await thread().getByRole('button', { name: /Reply/ }).first().click();
    await page.keyboard.type('It is');
    await thread().getByRole('button', { name: 'Say It' }).click();
    await until('the answer is kept', async () => (await said()).some((words) => words.includes('It is')));
    await thread().getByText('It is').waitFor();
    await page.screenshot({ path: join(shots, 'vscode-comments.png') });
  });

  it('tells in a message what others say, and leads to it from the inbox', async () => {
    const [first] = (await ada.api.comments.list({ projectId, target })).threads;
    await ada.api.comments.add({ projectId, target, text: 'Thank you, @admin', replyTo: first?.first.id ?? '' });
    await notification(page, /Ada Lovelace mentioned you in Handwritten digits: Thank you/).waitFor({
      timeout: 30_000,
    });
    await page.locator('#flywheel\\.flywheel\\.flywheel\\.inbox, [id*="flywheel.inbox"]').first().waitFor();
    await command(page, 'Flywheel: Open Inbox');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Thank you, @admin' }).waitFor();
    await page.screenshot({ path: join(shots, 'vscode-inbox.png') });
    await page.keyboard.press('Escape');
    assert.equal((await training.api.comments.inbox({ unread: true })).unread, 1);
  });

  it('settles a thread', async () => {
    await openScript(page);
    await thread().getByRole('button', { name: 'Settle or Open Again' }).click();
    await until('it is settled', async () => (await said()).some((words) => words.at(-1) === true));
  });

  for (const [name, theme] of [
    ['light', 'Light Modern'],
    ['hc-dark', 'Dark High Contrast'],
  ] as const) {
    it(`shows the comments of a run, in ${theme}`, async () => {
      await chooseTheme(page, theme);
      await chooseRun(page, 'Flywheel: Open Run', 'talked-about');
      const run = await frameWith(page, 'fw-run-panel');
      await run.getByRole('tab', { name: 'Comments' }).click();
      await run.getByText('Nothing was said yet').waitFor();
      await page.screenshot({ path: join(shots, `vscode-run-comments-${name}.png`) });
    });
  }
});

/** The script of the run, read-only, as it ran. */
async function openScript(page: Page): Promise<void> {
  await chooseRun(page, 'Flywheel: Open Run', 'talked-about');
  const run = await frameWith(page, 'fw-run-panel');
  await run.getByRole('tab', { name: 'Code' }).click();
  await run.getByRole('treeitem', { name: /train\.py/ }).click();
  await run.getByRole('button', { name: 'Open', exact: true }).click();
  await page.locator('.tab', { hasText: 'train.py' }).first().waitFor();
}
