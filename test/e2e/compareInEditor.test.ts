/** Runs compared in the real VS Code: chosen from the palette, their code in the editor's own diff. */
import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { isFinal } from '../../protocol/model/run.ts';
import { frameWith, type WatchedPage } from './chromium.ts';
import { startTrainingServer, type TrainingServer } from './trainingServer.ts';
import { until } from './until.ts';
import { chooseTheme, command, needWorkbench, openSidebar, openWorkbench, shots } from './workbench.ts';

const themes = [
  ['light', 'Light Modern'],
  ['dark', 'Dark Modern'],
  ['hc-dark', 'Dark High Contrast'],
  ['hc-light', 'Light High Contrast'],
] as const;

describe('comparison of runs in VS Code', function () {
  this.timeout(240_000);
  const owned = new AsyncDisposableStack();
  let training: TrainingServer;
  let watched: WatchedPage;
  let page: Page;

  before(async function () {
    needWorkbench(this);
    training = owned.use(await startTrainingServer());
    const ids = [await training.launch({ name: 'plain', parameters: { epochs: 3, hidden: 8, rate: 0.02 } })];
    await appendFile(join(training.folder, 'network.py'), '\n# tried: no other way\n');
    ids.push(await training.launch({ name: 'changed', parameters: { epochs: 3, hidden: 8, rate: 0.3 } }));
    for (const runId of ids) {
      await until(`${runId} ends`, async () => isFinal((await training.api.runs.get({ runId })).state), 90_000);
    }
    const env = { FLYWHEEL_URL: training.server.url, FLYWHEEL_TOKEN: training.server.token };
    ({ watched, page } = owned.use(await openWorkbench({ workspace: training.folder, env })));
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed' || !page) return;
    await page.screenshot({ path: join(shots, 'compare-vscode-failed.png') });
  });
  after(() => owned.disposeAsync());

  it('opens from the runs that are selected in the tree', async () => {
    await openSidebar(page);
    const item = (name: string) => page.getByRole('treeitem', { name: new RegExp(`^${name},`) }).first();
    // A click opens the run, whose panel takes the focus when it has loaded.
    await item('plain').click();
    await (await frameWith(page, 'fw-run-panel')).getByText('Succeeded').first().waitFor();
    await until('both runs are selected', async () => {
      await item('changed').click({ modifiers: ['Control'] });
      return (await page.locator('[role=treeitem][aria-selected=true]').count()) === 2;
    });
    await item('changed').click({ button: 'right' });
    // A menu takes no click in the moment in which it opens.
    const entry = page.getByRole('menuitem', { name: /Compare Runs/ });
    await entry.waitFor();
    await until('the menu is used', async () => {
      await entry.click({ timeout: 2000 }).catch(() => {});
      return (await entry.count()) === 0;
    });
    const panel = await frameWith(page, 'fw-compare-panel');
    await panel.getByText('2 runs compared').waitFor();
    await panel.getByRole('tab', { name: 'Parameters' }).click();
    await panel.getByRole('rowheader', { name: 'rate' }).waitFor();
  });

  it('changes its baseline, and comes back with it after the window is reloaded', async () => {
    const panel = await frameWith(page, 'fw-compare-panel');
    await panel.getByRole('button', { name: 'Compare the others with changed' }).click();
    await panel.getByRole('button', { name: 'Compare the others with plain' }).waitFor();
    const loaded = page.waitForEvent('load', { timeout: 60_000 });
    await command(page, 'Developer: Reload Window');
    await loaded;
    const again = await frameWith(page, 'fw-compare-panel', 60_000);
    await again.getByRole('button', { name: 'Compare the others with plain' }).waitFor();
  });

  for (const [name, theme] of themes) {
    it(`takes pictures in ${theme}`, async () => {
      await chooseTheme(page, theme);
      const panel = await frameWith(page, 'fw-compare-panel');
      for (const [tab, sign] of [
        ['Overview', 'Commit'],
        ['Metrics', 'accuracy'],
        ['Code', 'network.py'],
      ] as const) {
        await panel.getByRole('tab', { name: tab }).click();
        await panel.getByText(sign).first().waitFor();
        if (tab === 'Code') {
          await panel.getByRole('treeitem', { name: /network\.py/ }).click();
          await panel.getByText('# tried: no other way').waitFor();
        }
        await page.screenshot({ path: join(shots, `compare-vscode-${tab.toLowerCase()}-${name}.png`) });
      }
    });
  }

  it('opens the code of a run beside the baseline in the editor’s own diff', async () => {
    const panel = await frameWith(page, 'fw-compare-panel');
    await panel.getByRole('button', { name: 'Open in the editor' }).click();
    await page.getByRole('tab', { name: /network\.py/ }).waitFor();
    await page.locator('.monaco-diff-editor').first().waitFor();
    await page.getByText('# tried: no other way').first().waitFor();
    await page.screenshot({ path: join(shots, 'compare-vscode-diff.png') });
    await command(page, 'View: Close Editor');
    const again = await frameWith(page, 'fw-compare-panel');
    await again.getByRole('button', { name: 'All in the editor' }).click();
    await page.getByText('# tried: no other way').first().waitFor();
  });

  it('violated no policy in our panels', () => {
    assert.deepEqual(
      watched.complaints.filter((complaint) => /flywheel|nonce-/i.test(complaint)),
      [],
    );
  });
});
