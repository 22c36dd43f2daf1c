/** Past runs beside the code that they ran, in the real VS Code: lenses, hovers, the diff of two runs, one run's folder. */
import assert from 'node:assert/strict';
import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { isFinal } from '../../protocol/model/run.ts';
import { frameWith } from './chromium.ts';
import { startTrainingServer, type TrainingServer } from './trainingServer.ts';
import { until } from './until.ts';
import { chooseRun, chooseTheme, command, needWorkbench, openWorkbench, pick, shots } from './workbench.ts';

const root = join(import.meta.dirname, '..', '..');

const themes = [
  ['light', 'Light Modern'],
  ['dark', 'Dark Modern'],
  ['hc-dark', 'Dark High Contrast'],
  ['hc-light', 'Light High Contrast'],
] as const;

describe('past runs in the code', function () {
  this.timeout(240_000);
  const owned = new AsyncDisposableStack();
  let training: TrainingServer;
  let page: Page;
  let vscodeUrl: string;
  const ids: string[] = [];

  before(async function () {
    needWorkbench(this);
    training = owned.use(await startTrainingServer());
    for (const rate of [0.005, 0.02, 0.08, 0.3]) {
      ids.push(await training.launch({ name: `rate ${rate}`, parameters: { epochs: 3, hidden: 8, rate } }));
    }
    await appendFile(join(training.folder, 'network.py'), '\n# tried: no other way\n');
    ids.push(await training.launch({ name: 'changed', parameters: { epochs: 3, hidden: 8, rate: 0.02 } }));
    for (const runId of ids) {
      await until(`${runId} ends`, async () => isFinal((await training.api.runs.get({ runId })).state), 90_000);
    }
    const env = { FLYWHEEL_URL: training.server.url, FLYWHEEL_TOKEN: training.server.token };
    const workbench = owned.use(await openWorkbench({ workspace: training.folder, env }));
    page = workbench.page;
    vscodeUrl = workbench.vscode.url;
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed' || !page) return;
    await page.screenshot({ path: join(shots, 'code-failed.png') });
  });
  after(() => owned.disposeAsync());

  it('tells at a script how many runs there are, the best, and who ran last', async () => {
    await openScript(page, lines.main);
    await page.getByText(/5 runs · best accuracy 0\.\d+ · last by Administrator/).waitFor({ timeout: 60_000 });
    await page.screenshot({ path: join(shots, 'code-lens.png') });
    await openScript(page, lines.parameters);
    await page.getByText(/best run: [\d.]+ · 4 values/).waitFor();
  });

  for (const [name, theme] of themes) {
    it(`shows a parameter's past values over its definition, in ${theme}`, async () => {
      await chooseTheme(page, theme);
      await openScript(page, lines.parameters);
      await page.getByText('"--rate"').first().hover();
      const hover = page.locator('.monaco-hover:not(.hidden)', { hasText: 'in past runs' });
      await hover.locator('img').first().waitFor();
      assert.match((await hover.locator('img').first().getAttribute('alt')) ?? '', /accuracy by rate: on average best/);
      const drawn = (image: { naturalWidth?: number }) => image.naturalWidth;
      assert.equal(await hover.locator('img').first().evaluate(drawn), 340);
      await page.screenshot({ path: join(shots, `code-hover-${name}.png`) });
      await page.keyboard.press('Escape');
      await command(page, 'Flywheel: Open Run');
      await page.locator('.quick-input-list .monaco-list-row[aria-label^="changed"]').first().click();
      const run = await frameWith(page, 'fw-run-panel');
      await run.getByRole('tab', { name: 'Code' }).click();
      await run.getByRole('button', { name: 'Compare with folder' }).waitFor();
      await page.screenshot({ path: join(shots, `code-tab-${name}.png`) });
      await run.getByRole('tab', { name: 'History' }).click();
      await run.getByText('launched it').waitFor();
      await page.screenshot({ path: join(shots, `code-history-${name}.png`) });
    });
  }

  it('leads from a lens to the table, filtered to the runs of the script', async () => {
    await openScript(page, lines.main);
    // A lens that is drawn anew under the pointer takes no click.
    await until('the table is open', async () => {
      await page.getByText(/5 runs · best accuracy/).click({ timeout: 5000 });
      return frameWith(page, 'fw-experiments-panel', 5000).then(
        () => true,
        () => false,
      );
    });
    const table = await frameWith(page, 'fw-experiments-panel');
    await table.getByText('5 runs', { exact: true }).waitFor();
    const filter = await table.getByRole('combobox', { name: 'Filter runs' }).inputValue();
    assert.match(filter, /mlflow\.source\.name/);
  });

  it('compares the code of two chosen runs in the editor’s multi-file diff', async () => {
    const table = await frameWith(page, 'fw-experiments-panel');
    const choose = (name: string) =>
      table.locator('.ag-row', { hasText: name }).locator('.ag-checkbox-input').first().click();
    await choose('rate 0.005');
    await choose('changed');
    await table.getByRole('button', { name: 'Compare code' }).click();
    await page.getByText('# tried: no other way').first().waitFor({ timeout: 60_000 });
    await page.screenshot({ path: join(shots, 'code-diff.png') });
  });

  it('opens a copy of the code of a run in a new window', async () => {
    const opened = page.context().waitForEvent('page', { timeout: 60_000 });
    await chooseRun(page, 'Flywheel: Open Code of Run', 'rate 0.02');
    await pick(page, 'A copy in a new window');
    const address = new URL((await opened).url());
    const folder = address.searchParams.get('folder') ?? '';
    assert.match(folder, new RegExp(`/code/${ids[1]}/rate-0\\.02$`));
    const copied = await readFile(join(folder, 'network.py'), 'utf8');
    assert.ok(!copied.includes('no other way'));
    assert.deepEqual((await readdir(folder)).sort(), (await readdir(training.folder)).sort());
    await (await opened).close();
  });

  it('adds the code of a run to a workspace as a read-only folder', async () => {
    const file = join(root, 'test', 'output', 'runs.code-workspace');
    await writeFile(file, JSON.stringify({ folders: [{ path: training.folder }] }));
    owned.defer(() => rm(file));
    const address = new URL(vscodeUrl);
    address.searchParams.delete('folder');
    address.searchParams.set('workspace', file);
    await page.goto(address.href);
    await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    await chooseRun(page, 'Flywheel: Open Code of Run', 'changed');
    await pick(page, 'In this workspace');
    const folder = page.locator('.explorer-folders-view .monaco-list-row', { hasText: /^changed/ });
    await folder.first().waitFor({ timeout: 60_000 });
    await page.screenshot({ path: join(shots, 'code-folder.png') });
  });
});

/** Of the example's script. */
const lines = { parameters: 92, main: 120 } as const;

async function openScript(page: Page, line: number): Promise<void> {
  await until(`line ${line} of train.py is shown`, async () => {
    const input = page.locator('.quick-input-widget input');
    try {
      await page.keyboard.press('F1');
      await input.fill(`train.py:${line}`, { timeout: 5000 });
      await page.locator('.quick-input-list .monaco-list-row[aria-label^="train.py"]').first().click({ timeout: 5000 });
      await page.locator('.line-numbers.active-line-number', { hasText: String(line) }).waitFor({ timeout: 5000 });
      return true;
    } catch {
      return false;
    }
  });
}
