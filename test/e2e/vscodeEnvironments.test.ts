/** Environments in the real VS Code: the panel, and a definition as a document that saving revises. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { frameWith } from './chromium.ts';
import { startTrainingServer, type TrainingServer } from './trainingServer.ts';
import { until } from './until.ts';
import { chooseTheme, command, needWorkbench, notification, openWorkbench, shots } from './workbench.ts';

const environmentId = 'tools';
const devcontainer = '{\n  // for the reports\n  "image": "python:3.12",\n  "forwardPorts": [8080]\n}';

describe('environments in VS Code', function () {
  this.timeout(120_000);
  const owned = new AsyncDisposableStack();
  let training: TrainingServer;
  let page: Page;

  before(async function () {
    needWorkbench(this);
    training = owned.use(await startTrainingServer());
    const definition = { kind: 'container' as const, devcontainer, requirements: 'six' };
    await training.api.environments.create({ id: environmentId, name: 'Tools', definition });
    const env = { FLYWHEEL_URL: training.server.url, FLYWHEEL_TOKEN: training.server.token };
    ({ page } = owned.use(await openWorkbench({ workspace: training.folder, env })));
    page.setDefaultTimeout(20_000);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed' && page)
      await page.screenshot({ path: join(shots, 'vscode-environments-failed.png') });
  });
  after(() => owned.disposeAsync());

  const latest = async () => (await training.api.environments.get({ environmentId })).latest;

  it('shows them in an editor and leads to the definition', async () => {
    await command(page, 'Flywheel: Open Environments');
    const panel = await frameWith(page, 'fw-environments-panel .item');
    await panel.getByRole('option', { name: /Tools/ }).click();
    await panel.getByRole('tab', { name: 'Definition' }).click();
    for (const theme of ['Light Modern', 'Dark Modern', 'Dark High Contrast', 'Light High Contrast']) {
      await chooseTheme(page, theme);
      const file = `vscode-environments-${theme.toLowerCase().replaceAll(' ', '-')}.png`;
      await page.screenshot({ path: join(shots, file) });
    }
    await panel.getByRole('button', { name: 'Edit in editor' }).first().click();
    await page.getByRole('tab', { name: /tools\.devcontainer\.json/ }).waitFor();
  });

  it('marks what the schema refuses, does not save it, and says why', async () => {
    const line = page.locator('.view-line', { hasText: 'forwardPorts' });
    await line.waitFor();
    // The editor closes the first bracket by itself.
    await page.locator('.view-line', { hasText: 'python:3.12' }).click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('{\n  "image": "python:3.13",\n  "forwardPorts": "8080"');
    await page.locator('.squiggly-warning, .squiggly-error').first().waitFor();
    await page.keyboard.press('Control+s');
    await notification(page, /line 3, forwardPorts/).waitFor();
    await page.screenshot({ path: join(shots, 'vscode-environments-wrong.png') });
    assert.equal((await latest()).revision, 1);
  });

  it('makes the next revision by saving', async () => {
    await page.locator('.view-line', { hasText: 'python:3.13' }).click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('{\n  "image": "python:3.13",\n  "forwardPorts": [8081]');
    await page.keyboard.press('Control+s');
    await until('there is a second revision', async () => (await latest()).revision === 2);
    await page.locator('.squiggly-warning, .squiggly-error').first().waitFor({ state: 'detached' });
    await page.screenshot({ path: join(shots, 'vscode-environments-saved.png') });
    const { definition } = await latest();
    assert.ok(definition.kind === 'container' && definition.devcontainer.includes('[8081]'));
  });
});
