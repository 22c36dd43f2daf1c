/** Panels over much: a log of a hundred thousand lines, a table of a thousand columns. Only what is seen is in the page. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { isFinal } from '../../protocol/model/run.ts';
import { MlflowClient } from '../harness/mlflowClient.ts';
import { skip } from '../harness/reporter.ts';
import { hasChromium, openBrowser, openPage, type WatchedPage } from './chromium.ts';
import { signIn } from './signIn.ts';
import { startTrainingServer, type TrainingServer } from './trainingServer.ts';
import { until } from './until.ts';

const lines = 100_000;
const columns = 1000;

describe('panels over much', function () {
  this.timeout(120_000);
  const owned = new AsyncDisposableStack();
  let training: TrainingServer;
  let watched: WatchedPage;
  let page: Page;

  before(async function () {
    if (!hasChromium) skip(this, 'there is no Chromium; set CHROMIUM to its path');
    training = owned.use(await startTrainingServer());
    watched = owned.use(await openPage(owned.use(await openBrowser())));
    page = watched.page;
    await signIn(page, training.server);
  });
  afterEach(() => assert.deepEqual(watched?.complaints ?? [], []));
  after(() => owned.disposeAsync());

  it(`shows a log of ${lines} lines to both ends, with few of them in the page`, async () => {
    const command = `awk 'BEGIN { for (n = 1; n <= ${lines}; n++) print "line " n " of the log" }'`;
    const runId = await training.launch({ name: 'long', command });
    await until('it ends', async () => isFinal((await training.api.runs.get({ runId })).state));
    await page.goto(`${training.server.url}/runs/${runId}`);
    await page.getByRole('tab', { name: 'Log' }).click();
    await page.getByText('100,000 lines', { exact: true }).waitFor();
    const log = page.getByRole('log', { name: 'Output' });
    const shown = (n: number) => log.getByText(`line ${n} of the log`, { exact: true });
    await shown(lines).waitFor();
    assert.ok((await log.locator('.line').count()) < 300);
    await log.press('Home');
    await shown(1).waitFor();
    assert.equal(await shown(lines).count(), 0);
    await page.getByRole('searchbox', { name: 'Search output' }).fill('line 54321 ');
    await shown(54_321).waitFor();
    await page.getByText('1 of 1', { exact: true }).waitFor();
    await log.press('End');
    await shown(lines).waitFor();
    assert.ok((await log.locator('.line').count()) < 300);
  });

  it(`shows a table of ${columns} metrics to its last column, with few of them in the page`, async () => {
    const { experimentId } = await training.api.projects.create({ id: 'broad', name: 'Broad' });
    await logMetrics(training, experimentId);
    await page.goto(`${training.server.url}/experiments?project=broad`);
    await page.locator('.ag-row .name', { hasText: 'broad' }).waitFor();
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByText('Metrics (1,000)', { exact: true }).waitFor();
    await page.locator('.group', { hasText: 'Metrics' }).getByRole('button', { name: 'All' }).click();
    await page.getByRole('searchbox', { name: 'Find column' }).press('Escape');
    const header = (name: string) => page.getByRole('columnheader', { name, exact: true });
    await header('metric 0000').waitFor();
    assert.ok((await page.locator('.ag-header-cell').count()) < 60);
    await page.locator('.ag-cell').last().hover();
    await until('the last column is in view', async () => {
      await page.mouse.wheel(50_000, 0);
      return header('metric 0999').isVisible();
    });
    const cell = page.locator('.ag-row[row-index="0"] .ag-cell[col-id="metric:metric 0999"]');
    await cell.getByText('999', { exact: true }).waitFor();
    assert.ok((await page.locator('.ag-row[row-index="0"] .ag-cell').count()) < 60);
    await header('metric 0999').click();
    await page.locator('.ag-row[row-index="0"] .name', { hasText: 'broad' }).waitFor();
  });
});

async function logMetrics(training: TrainingServer, experimentId: string): Promise<void> {
  const mlflow = new MlflowClient(training.server);
  const runId = await mlflow.createRun({ experiment_id: experimentId, run_name: 'broad' });
  const metrics = Array.from({ length: columns }, (_, at) => {
    return { key: `metric ${String(at).padStart(4, '0')}`, value: at, timestamp: 1, step: 0 };
  });
  await mlflow.done('runs/log-batch', { run_id: runId, metrics });
}
