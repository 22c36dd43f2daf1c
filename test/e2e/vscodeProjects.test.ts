/** The portfolio and the home of a project in the real VS Code, and a fork by the palette. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { frameWith } from './chromium.ts';
import { startTrainingServer, type TrainingServer } from './trainingServer.ts';
import { chooseTheme, command, needWorkbench, openWorkbench, shots } from './workbench.ts';

describe('projects in VS Code', function () {
  this.timeout(120_000);
  const owned = new AsyncDisposableStack();
  let training: TrainingServer;
  let page: Page;

  before(async function () {
    needWorkbench(this);
    training = owned.use(await startTrainingServer());
    const env = { FLYWHEEL_URL: training.server.url, FLYWHEEL_TOKEN: training.server.token };
    ({ page } = owned.use(await openWorkbench({ workspace: training.folder, env })));
    page.setDefaultTimeout(20_000);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed' && page)
      await page.screenshot({ path: join(shots, 'vscode-projects-failed.png') });
  });
  after(() => owned.disposeAsync());

  it('open the home of a project from the portfolio, where a goal is added', async () => {
    await command(page, 'Flywheel: Open Portfolio');
    const portfolio = await frameWith(page, 'fw-portfolio-panel .card');
    await portfolio.getByRole('article', { name: /digits/i }).press('Enter');
    const home = await frameWith(page, 'fw-project-panel h1');
    await home.getByRole('button', { name: 'Add a goal' }).click();
    await home.getByLabel('Goal', { exact: true }).fill('Recall above 0.9');
    await page.keyboard.press('Enter');
    await home.getByRole('progressbar', { name: 'Recall above 0.9' }).waitFor();
    for (const theme of ['Light Modern', 'Dark Modern', 'Dark High Contrast', 'Light High Contrast']) {
      await chooseTheme(page, theme);
      await page.screenshot({ path: join(shots, `vscode-project-${theme.toLowerCase().replaceAll(' ', '-')}.png`) });
    }
  });

  it('are forked by a command, and the fork is shown', async () => {
    await command(page, 'Flywheel: Fork Project…');
    await page.getByRole('option', { name: /digits/i }).click();
    await page
      .getByText(/^Id of the new project/)
      .first()
      .waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: 'digits-fork' }).waitFor();
    const fork = await training.api.projects.get({ projectId: 'digits-fork' });
    assert.equal(fork.origin?.projectId, 'digits');
  });
});
