/** Jobs in the real VS Code: what stands in flywheel.yaml, the panel, and a clone of a run. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { frameWith } from './chromium.ts';
import { startTrainingServer, type TrainingServer } from './trainingServer.ts';
import { until } from './until.ts';
import { chooseTheme, command, needWorkbench, openWorkbench, shots } from './workbench.ts';

const file = `jobs:
  prepare:
    command: echo prepared
  train:
    command: echo trained
    depends-on: [prepare]
`;

describe('jobs in VS Code', function () {
  this.timeout(150_000);
  const owned = new AsyncDisposableStack();
  let training: TrainingServer;
  let page: Page;

  before(async function () {
    needWorkbench(this);
    training = owned.use(await startTrainingServer());
    await writeFile(join(training.folder, 'flywheel.yaml'), file);
    const env = { FLYWHEEL_URL: training.server.url, FLYWHEEL_TOKEN: training.server.token };
    ({ page } = owned.use(await openWorkbench({ workspace: training.folder, env })));
    page.setDefaultTimeout(20_000);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed' && page)
      await page.screenshot({ path: join(shots, 'vscode-jobs-failed.png') });
  });
  after(() => owned.disposeAsync());

  const jobRuns = async (name: string) => {
    const { items } = await training.api.runs.list({});
    const runs = await Promise.all(items.map(({ id }) => training.api.runs.get({ runId: id })));
    return runs.filter(({ tags }) => tags['flywheel.job'] === name);
  };

  it('stand with lenses in flywheel.yaml, and run with those they depend on', async () => {
    await page.getByRole('treeitem', { name: 'flywheel.yaml' }).dblclick();
    const lens = page.locator('.codelens-decoration');
    await lens.getByRole('button', { name: 'Dry run' }).nth(1).waitFor();
    await page.screenshot({ path: join(shots, 'vscode-jobs-lens.png') });
    await lens.getByRole('button', { name: /Run$/ }).nth(1).click();
    await page.locator('.quick-input-widget').getByText('Handwritten digits', { exact: true }).click();
    await until('train has succeeded', async () => (await jobRuns('train'))[0]?.state === 'succeeded', 60_000);
    assert.equal((await jobRuns('prepare'))[0]?.state, 'succeeded');
  });

  it('are marked where they are wrong, and completed', async () => {
    await page.getByRole('tab', { name: /flywheel\.yaml/ }).click();
    await page.locator('.view-line', { hasText: 'echo trained' }).click();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('tie');
    await page.keyboard.press('Control+Space');
    await page.locator('.suggest-widget').getByText('tier', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.insertText('rs: small');
    await page.locator('.squiggly-error').first().waitFor();
    await page.screenshot({ path: join(shots, 'vscode-jobs-wrong.png') });
    await command(page, 'File: Revert File');
  });

  it('have a panel with the queue and schedules', async () => {
    await command(page, 'Flywheel: Open Jobs: Queue and Schedules');
    const panel = await frameWith(page, 'fw-jobs-panel fw-tabs');
    await panel.getByText('Nothing runs and nothing waits').waitFor();
    await panel.getByRole('tab', { name: 'Defined jobs' }).click();
    await panel.getByRole('row').filter({ hasText: 'echo trained' }).getByRole('button', { name: 'Schedule' }).click();
    await panel.getByText('At 03:00', { exact: false }).first().waitFor();
    for (const theme of ['Dark Modern', 'Dark High Contrast', 'Light Modern']) {
      await chooseTheme(page, theme);
      await page.screenshot({ path: join(shots, `vscode-jobs-${theme.toLowerCase().replaceAll(' ', '-')}.png`) });
    }
    await panel.getByRole('button', { name: 'Schedule', exact: true }).click();
    await until('it is scheduled', async () => (await training.api.schedules.list({})).length === 1);
  });

  it('can be cloned with changes in the launch form', async () => {
    await command(page, 'Flywheel: Clone Run with Changes');
    await page.locator('.quick-input-widget').getByText('succeeded', { exact: false }).first().waitFor();
    await page.keyboard.press('Enter');
    const form = await frameWith(page, 'fw-launch-panel .form');
    await until('the form has its command', async () =>
      /echo (trained|prepared)/.test(await form.getByLabel('Command').inputValue()),
    );
  });
});
