/** Finding prior work in the real VS Code: the palette and the panel, and what opens from both. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { temporaryFolder } from '../harness/temporaryFolder.ts';
import { frameWith } from './chromium.ts';
import { type SearchWorld, startSearchWorld } from './searchWorld.ts';
import { chooseTheme, command, needWorkbench, openSidebar, openWorkbench, shots } from './workbench.ts';

describe('search in VS Code', function () {
  this.timeout(120_000);
  const owned = new AsyncDisposableStack();
  let world: SearchWorld;
  let page: Page;

  before(async function () {
    needWorkbench(this);
    world = owned.use(await startSearchWorld());
    const folder = owned.use(await temporaryFolder());
    const env = { FLYWHEEL_URL: world.server.url, FLYWHEEL_TOKEN: world.server.token };
    ({ page } = owned.use(await openWorkbench({ workspace: folder.path, env })));
    await openSidebar(page);
    await page.getByRole('treeitem', { name: /^Customer churn/ }).waitFor();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed' && page)
      await page.screenshot({ path: join(shots, 'vscode-search-failed.png') });
  });
  after(() => owned.disposeAsync());

  const cursor = () => page.locator('.statusbar-item', { hasText: /^Ln \d+, Col/ }).first();

  it('finds in the palette as one types, and opens a file at its line', async () => {
    await command(page, 'Flywheel: Find…');
    await page.locator('.quick-input-widget input').fill('fitWithEarlyStopping');
    await page.locator('.quick-input-list .monaco-list-row[aria-label*="train_churn.py"]').waitFor();
    await page.screenshot({ path: join(shots, 'vscode-search-quick.png') });
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: /^train_churn\.py/ }).waitFor();
    await page.locator('.view-line', { hasText: 'def fitWithEarlyStopping' }).first().waitFor();
    assert.match((await cursor().textContent()) ?? '', /^Ln 9, /);
  });

  it('goes on in the panel with what was typed, and opens the code of a run there', async () => {
    await command(page, 'Flywheel: Find…');
    await page.locator('.quick-input-widget input').fill('stopping');
    await page.locator('.quick-input-list .monaco-list-row[aria-label*="everything in the panel"]').click();
    const panel = await frameWith(page, 'fw-search-panel button.title');
    assert.equal(await panel.getByRole('searchbox').inputValue(), 'stopping');
    await page.screenshot({ path: join(shots, 'vscode-search-panel.png') });
    for (const theme of ['Light Modern', 'Dark High Contrast']) {
      await chooseTheme(page, theme);
      await page.screenshot({ path: join(shots, `vscode-search-${theme.split(' ').at(-1)?.toLowerCase()}.png`) });
    }
    await panel.locator('button.title', { hasText: /^train\.py$/ }).click();
    await page.getByRole('tab', { name: /^train\.py/ }).waitFor();
    await page.locator('.view-line', { hasText: 'early stopping of digits' }).first().waitFor();
  });

  it('opens a run', async () => {
    await command(page, 'Flywheel: Find…');
    await page.locator('.quick-input-widget input').fill('kind:run patience');
    await page.locator('.quick-input-list .monaco-list-row[aria-label*="early stopping, patience 5"]').click();
    await frameWith(page, 'fw-run-panel h1 bdi:text-is("early stopping, patience 5")');
  });
});
