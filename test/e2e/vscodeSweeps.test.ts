/** Sweeps in the real VS Code: a file with its mistakes, its lens, the panel that it leads to, and the news of its end. */
import assert from 'node:assert/strict';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { frameWith } from './chromium.ts';
import { startTrainingServer, type TrainingServer } from './trainingServer.ts';
import { until } from './until.ts';
import { needWorkbench, notification, openSidebar, openWorkbench, shots } from './workbench.ts';

const job = join(import.meta.dirname, '..', 'integration/sweeps/job.py');
const right = `name: three
project: digits
command: python3 job.py
parameters:
  x: { values: [2, 3, 5] }
objective: { metric: loss, direction: minimize }
sampler: grid
`;

describe('sweeps in VS Code', function () {
  this.timeout(180_000);
  const owned = new AsyncDisposableStack();
  let training: TrainingServer;
  let page: Page;

  before(async function () {
    needWorkbench(this);
    training = owned.use(await startTrainingServer());
    await copyFile(job, join(training.folder, 'job.py'));
    await writeFile(join(training.folder, 'sweep.yaml'), right.replace('grid', 'guess'));
    const env = { FLYWHEEL_URL: training.server.url, FLYWHEEL_TOKEN: training.server.token };
    ({ page } = owned.use(await openWorkbench({ workspace: training.folder, env })));
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed' && page)
      await page.screenshot({ path: join(shots, 'vscode-sweeps-failed.png') });
  });
  after(() => owned.disposeAsync());

  async function openFile(name: string): Promise<void> {
    await until(`${name} is open`, async () => {
      const input = page.locator('.quick-input-widget input');
      try {
        await page.keyboard.press('F1');
        await input.fill(name, { timeout: 5000 });
        await page
          .locator(`.quick-input-list .monaco-list-row[aria-label^="${name}"]`)
          .first()
          .click({ timeout: 5000 });
        await page.getByRole('tab', { name: new RegExp(`^${name}`) }).waitFor({ timeout: 5000 });
        return true;
      } catch {
        await page.keyboard.press('Escape');
        return false;
      }
    });
  }

  const lens = () => page.locator('.codelens-decoration a', { hasText: 'Start sweep on Flywheel' });

  it('marks a mistake where it stands, and no longer once it is mended', async () => {
    await openFile('sweep.yaml');
    await lens().waitFor({ timeout: 60_000 });
    await page.locator('.squiggly-error').first().waitFor();
    await page.screenshot({ path: join(shots, 'vscode-sweep-mistake.png') });
    await lens().click();
    await notification(page, /Line 7: /).waitFor();
    assert.deepEqual(await training.api.sweeps.list({}), []);
    await writeFile(join(training.folder, 'sweep.yaml'), right);
    await page.locator('.squiggly-error').first().waitFor({ state: 'detached' });
  });

  it('starts from its lens, shows it to its end, and tells of that once', async () => {
    await lens().click();
    const panel = await frameWith(page, 'fw-sweep-panel');
    await panel.getByText('Every combination was tried.').waitFor({ timeout: 90_000 });
    await panel.locator('fw-best-chart canvas').waitFor();
    await notification(page, /The sweep three ended: loss .* by trial 1/).waitFor();
    assert.equal(await page.locator('.notification-list-item', { hasText: /succeeded/ }).count(), 0);
    await page.screenshot({ path: join(shots, 'vscode-sweep.png') });
  });

  it('is sketched from the launch form, beside the one that is there', async () => {
    await openSidebar(page);
    const form = await frameWith(page, 'fw-launch-panel .form');
    await form.getByLabel('Project', { exact: true }).selectOption('digits');
    await form.getByLabel('Command').fill('python3 job.py');
    await form.getByRole('button', { name: 'Add parameter' }).click();
    await form.getByLabel('Name of parameter 1').fill('x');
    await form.getByLabel('Value of parameter 1').fill('0.5');
    await page.screenshot({ path: join(shots, 'vscode-launch-sweep.png') });
    await form.getByRole('button', { name: 'Sweep…' }).click();
    await page.getByRole('tab', { name: /^2\.sweep\.yaml/ }).waitFor();
    const text = await readFile(join(training.folder, '2.sweep.yaml'), 'utf8');
    assert.match(text, /^ {2}x: \{ low: 0\.05, high: 5, log: true \}$/m);
    assert.equal(await readFile(join(training.folder, 'sweep.yaml'), 'utf8'), right);
  });
});
