/** The way of a data scientist, in the real VS Code: launch from the sidebar, watch, find the run in the table. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { frameWith, type WatchedPage } from './chromium.ts';
import { startTrainingServer, type TrainingServer } from './trainingServer.ts';
import { chooseTheme, command, needWorkbench, openSidebar, openWorkbench, shots } from './workbench.ts';

const themes = [
  ['light', 'Light Modern'],
  ['dark', 'Dark Modern'],
  ['hc-dark', 'Dark High Contrast'],
  ['hc-light', 'Light High Contrast'],
] as const;

/** Each with something that is there once it is shown in full. */
const tabs = [
  ['Overview', 'Latest metrics'],
  ['Metrics', '24 points'],
  ['Log', 'missed.png'],
  ['Code', 'train.py'],
] as const;

describe('Flywheel in VS Code', function () {
  this.timeout(240_000);
  const owned = new AsyncDisposableStack();
  let training: TrainingServer;
  let watched: WatchedPage;
  let page: Page;

  before(async function () {
    needWorkbench(this);
    training = owned.use(await startTrainingServer());
    const env = { FLYWHEEL_URL: training.server.url, FLYWHEEL_TOKEN: training.server.token };
    ({ watched, page } = owned.use(await openWorkbench({ workspace: training.folder, env })));
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed' || !page) return;
    await page.screenshot({ path: join(shots, 'vscode-failed.png') });
  });
  after(() => owned.disposeAsync());

  it('launches a run from the sidebar', async () => {
    await openSidebar(page);
    const launch = await frameWith(page, 'fw-launch-panel');
    const form = launch.locator('fw-launch-panel .form');
    await form.waitFor();
    await page.screenshot({ path: join(shots, 'vscode-launch-open.png') });
    assert.equal(await form.evaluate((element) => (element as { scrollTop: number }).scrollTop), 0);
    await launch.getByLabel('Project', { exact: true }).selectOption('digits');
    const command = launch.getByLabel('Command');
    await command.fill('python3 train.py');
    for (const [key, value] of [
      ['epochs', '24'],
      ['hidden', '12'],
    ] as const) {
      await launch.getByRole('button', { name: 'Add parameter' }).click();
      await launch.getByPlaceholder('name', { exact: true }).last().fill(key);
      await launch.getByPlaceholder('value', { exact: true }).last().fill(value);
    }
    await launch.getByRole('radio', { name: /Small/ }).click();
    await page.screenshot({ path: join(shots, 'vscode-launch-form.png') });
    await launch.getByRole('button', { name: 'Launch' }).click();
    const run = await frameWith(page, 'fw-run-panel');
    await run.getByText('Running', { exact: true }).waitFor({ timeout: 60_000 });
  });

  it('shows its log and its curve while it runs', async () => {
    const run = await frameWith(page, 'fw-run-panel');
    await run.getByRole('tab', { name: 'Log' }).click();
    await run.getByText(/epoch +2 /).waitFor();
    await run.getByRole('tab', { name: /Metrics/ }).click();
    await run.getByRole('img', { name: /^loss:/ }).waitFor();
    await run.getByText('Succeeded', { exact: true }).waitFor({ timeout: 60_000 });
  });

  it('finds the run in the experiment table', async () => {
    const table = await openTable(page);
    const { items } = await training.api.runs.list({ projectId: 'digits' });
    assert.equal(items.length, 1);
    await table
      .getByText(items[0]?.name ?? '')
      .first()
      .waitFor();
  });

  it('says what another run will likely cost, now that there is one to go by', async () => {
    const launch = await frameWith(page, 'fw-launch-panel');
    await launch.getByText(/^Likely .+, by 1 run of it on this tier$/).waitFor();
  });

  it('draws charts, which are fetched when first wanted, and goes back to the table', async () => {
    const table = await openTable(page);
    await table.getByRole('button', { name: 'Charts', exact: true }).click();
    await table.getByText('No charts yet').waitFor();
    await table.getByRole('button', { name: /Choose kind and columns/ }).click();
    await table.getByRole('menuitem', { name: 'Box plot' }).click();
    await table.locator('fw-card-editor select[aria-label="Metric"]').selectOption('metric:accuracy');
    await table.locator('fw-box-chart').getByText('1 run in 1 group').waitFor();
    await table.getByRole('button', { name: 'Table', exact: true }).click();
    await table.locator('.ag-row .name').first().waitFor();
  });

  for (const [name, theme] of themes) {
    it(`takes pictures in ${theme}`, async () => {
      await chooseTheme(page, theme);
      const table = await frameWith(page, 'fw-experiments-panel');
      await table.locator('.ag-row .name').first().waitFor();
      await page.screenshot({ path: join(shots, `vscode-experiments-${name}.png`) });
      await table.locator('.ag-row .name').first().dblclick();
      const run = await frameWith(page, 'fw-run-panel');
      for (const [tab, sign] of tabs) {
        await run.getByRole('tab', { name: tab }).click();
        await run.getByText(sign).first().waitFor();
        await page.screenshot({ path: join(shots, `vscode-run-${tab.toLowerCase()}-${name}.png`) });
      }
      await openTable(page);
    });
  }

  it('violated no policy in our panels', () => {
    assert.deepEqual(
      watched.complaints.filter((complaint) => /flywheel|nonce-/i.test(complaint)),
      [],
    );
  });
});

async function openTable(page: Page): Promise<Frame> {
  await command(page, 'Flywheel: Open Experiments');
  const table = await frameWith(page, 'fw-experiments-panel');
  await table.locator('.ag-row .name').first().waitFor();
  return table;
}
