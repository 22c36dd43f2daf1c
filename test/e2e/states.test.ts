/** What people do with runs in a browser beside watching them: stop, delete, restore, choose columns; and a log past its limit. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { isFinal } from '../../protocol/model/run.ts';
import { dataFolder, startServer } from '../harness/server.ts';
import { hasChromium, openBrowser, openPage, type WatchedPage } from './chromium.ts';
import { signIn } from './signIn.ts';
import { type TrainingServer, trainOn } from './trainingServer.ts';
import { until } from './until.ts';

describe('runs in a browser', function () {
  this.timeout(120_000);
  const owned = new AsyncDisposableStack();
  let training: TrainingServer;
  let watched: WatchedPage;
  let page: Page;

  before(async function () {
    if (!hasChromium) {
      console.log('      skipped: there is no Chromium; set CHROMIUM to its path');
      this.skip();
    }
    const data = owned.use(await dataFolder());
    await limitLogs(data.path, 16);
    training = owned.use(await trainOn(owned.use(await startServer({ data: data.path }))));
    const browser = owned.use(await openBrowser());
    watched = owned.use(await openPage(browser));
    page = watched.page;
    await signIn(page, training.server);
  });
  afterEach(() => assert.deepEqual(watched.complaints, []));
  after(() => owned.disposeAsync());

  const open = (path: string) => page.goto(`${training.server.url}${path}`);
  const stateOf = async (runId: string) => (await training.api.runs.get({ runId })).state;

  it('stops a run from its page', async () => {
    const runId = await training.launch({ name: 'endless', command: 'echo begun; sleep 600' });
    await open(`/runs/${runId}`);
    await page.getByRole('tab', { name: 'Log' }).click();
    await page.getByText('begun', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByText('Stopped', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Stop', exact: true }).waitFor({ state: 'hidden' });
    assert.equal(await stateOf(runId), 'stopped');
  });

  it('deletes a run and restores it', async () => {
    const runId = await training.launch({ name: 'short', command: 'true' });
    await until('it ends', async () => isFinal(await stateOf(runId)));
    await open('/experiments?project=digits');
    await choose(page, 'short');
    await page.getByRole('button', { name: 'Delete 1' }).click();
    await row(page, 'short').waitFor({ state: 'hidden' });
    await row(page, 'endless').waitFor();
    await page.getByLabel('Which runs').selectOption('deleted');
    await choose(page, 'short');
    await page.getByRole('button', { name: 'Restore 1' }).click();
    await page.getByText('No deleted runs').waitFor();
    await page.getByLabel('Which runs').selectOption('active');
    await row(page, 'short').waitFor();
  });

  it('remembers the chosen columns, and shows the cost in the currency', async () => {
    await training.launch({ name: 'priced', parameters: { epochs: 2, hidden: 4 } }).then(async (runId) => {
      await until('it ends', async () => isFinal(await stateOf(runId)));
    });
    await open('/experiments?project=digits');
    const header = (name: string) => page.getByRole('columnheader', { name, exact: true });
    await header('User').waitFor();
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'Cost' }).click();
    await page.getByRole('checkbox', { name: 'User', exact: true }).click();
    await header('Cost').waitFor();
    await header('User').waitFor({ state: 'hidden' });
    await page.reload();
    await header('Cost').waitFor();
    assert.equal(await header('User').count(), 0);
    await page
      .locator('.ag-cell[col-id="attribute:cost"]', { hasText: /^€0\.\d+$/ })
      .first()
      .waitFor();
  });

  it('says what a log past its limit left out', async () => {
    const lines = 600_000;
    const command = `awk 'BEGIN { for (n = 1; n <= ${lines}; n++) printf "%080d\\n", n }'; echo the end`;
    const runId = await training.launch({ name: 'talkative', command });
    await until('it ends', async () => isFinal(await stateOf(runId)), 60_000);
    await open(`/runs/${runId}`);
    await page.getByRole('tab', { name: 'Log' }).click();
    await page.getByText('the end', { exact: true }).waitFor();
    await page.getByRole('searchbox', { name: 'Search output' }).fill('past the log limit');
    await page
      .getByText(/of output were left out here: past the log limit/)
      .first()
      .waitFor();
  });
});

const row = (page: Page, name: string) => page.locator('.ag-row .name', { hasText: name });

/** The grid draws the checkbox in a part of its own, so the row is found by its number. */
async function choose(page: Page, name: string): Promise<void> {
  const at = await row(page, name).first().locator('xpath=ancestor::*[@row-index][1]').getAttribute('row-index');
  await page.locator(`.ag-row[row-index="${at}"] .ag-checkbox-input`).first().click();
}

/** A start makes the catalog; the one after it takes what is changed. */
async function limitLogs(data: string, logLimitMiB: number): Promise<void> {
  await (await startServer({ data })).stop();
  const path = join(data, 'catalog.json');
  const catalog = JSON.parse(await readFile(path, 'utf8')) as { readonly defaults?: object };
  await writeFile(path, JSON.stringify({ ...catalog, defaults: { ...catalog.defaults, logLimitMiB } }));
}
