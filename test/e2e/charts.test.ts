/** Charts in the browser: over runs, of curves that are zoomed and grouped, saved as files, and media by step. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { skip } from '../harness/reporter.ts';
import { hasChromium, openPage } from './chromium.ts';
import { startTable, type Table } from './experimentTable.ts';
import { logRun } from './loggedRuns.ts';
import { signIn } from './signIn.ts';
import { until } from './until.ts';

/** A red dot. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==',
  'base64',
);

describe('charts', function () {
  this.timeout(90_000);
  const owned = new AsyncDisposableStack();
  let table: Table;

  before(async function () {
    if (!hasChromium) skip(this, 'there is no Chromium; set CHROMIUM to its path');
    table = owned.use(await startTable(40));
    const strange = { loss: [1, Number.NaN], accuracy: [Number.NaN] };
    await logRun(table.server, table.experimentId, { name: 'strange', params: { rate: '0.5' }, metrics: strange });
  });
  after(() => owned.disposeAsync());

  async function saved(page: Page, heading: string, kind: string): Promise<{ name: string; bytes: Buffer }> {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: `Save ${heading}`, exact: true }).click();
    await page.getByRole('menuitem', { name: kind }).click();
    const file = await download;
    return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
  }

  it('are proposed, drawn over the runs that the filter finds, and kept', async () => {
    await using watched = await table.open();
    const { page, complaints } = watched;
    await page.getByRole('button', { name: 'Charts', exact: true }).click();
    await page.getByText('No charts yet').waitFor();
    await page.getByRole('button', { name: /^All of them/ }).click();
    const charts = page.locator('fw-run-chart');
    await until('the charts are there', async () => (await charts.count()) >= 5);
    const lines = page.locator('fw-scatter-chart footer').first();
    await lines.getByText(/^4\d of 41 runs; 1 without a finite value|^41 runs/).waitFor();
    await page
      .locator('fw-importance-chart')
      .getByText(/A forest explains \d+ %/)
      .waitFor();
    await page.reload();
    await charts.first().waitFor();
    assert.ok((await charts.count()) >= 5, 'they are there after a reload');
    assert.deepEqual(complaints, []);
  });

  it('can be removed, brought back, and set to other columns', async () => {
    await using watched = await openPage(table.browser);
    const { page } = watched;
    await signIn(page, table.server);
    await openCharts(page);
    const charts = page.locator('fw-run-chart');
    const before = await charts.count();
    await page.getByRole('button', { name: 'More for What matters for accuracy' }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await until('it is gone', async () => (await charts.count()) === before - 1);
    await page.getByRole('button', { name: 'Undo' }).click();
    await until('it is back', async () => (await charts.count()) === before);
    await page.getByRole('button', { name: 'Add a chart' }).click();
    await page.getByRole('menuitem', { name: 'Box plot' }).click();
    await until('another one', async () => (await charts.count()) === before + 1);
    const last = charts.last();
    await last.getByRole('button', { name: /^Columns and scales/ }).click();
    await last.locator('fw-card-editor select[aria-label="By"]').selectOption('param:model');
    await last.getByRole('heading', { name: 'accuracy by model' }).waitFor();
    await last
      .locator('footer')
      .getByText(/in \d groups/)
      .waitFor();
  });

  async function openCharts(page: Page): Promise<void> {
    await page.goto(`${table.server.url}/experiments?experiment=${table.experimentId}`);
    const charts = page.getByRole('button', { name: 'Charts', exact: true });
    await charts.click();
    const all = page.getByRole('button', { name: /^All of them/ });
    await all.or(page.locator('fw-run-chart').first()).waitFor();
    if ((await all.count()) > 0) await all.click();
    await page.locator('fw-run-chart').first().waitFor();
  }

  it('save as picture, drawing and values', async () => {
    await using watched = await openPage(table.browser, { acceptDownloads: true });
    const { page, complaints } = watched;
    await signIn(page, table.server);
    await openCharts(page);
    const heading = (await page.locator('fw-scatter-chart h3').first().innerText()).trim();
    await page.locator('fw-scatter-chart footer').first().getByText(/runs/).waitFor();
    const picture = await saved(page, heading, 'Save as picture (PNG)');
    assert.deepEqual([...picture.bytes.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
    assert.equal(picture.bytes.readUInt32BE(16), 1920, 'twice as wide as it is drawn');
    const drawing = (await saved(page, heading, 'Save as drawing (SVG)')).bytes.toString();
    assert.match(drawing, /^<svg /);
    assert.ok(drawing.includes(heading));
    const values = await saved(page, heading, 'Save the values (CSV)');
    assert.match(values.name, /\.csv$/);
    const rows = values.bytes.toString().trim().split('\r\n');
    assert.match(rows[0] ?? '', /^run id,run,/);
    assert.ok(rows.length >= 41);
    assert.deepEqual(complaints, []);
  });

  it('of curves zoom to the points of what is seen, and say how many', async () => {
    const points = Array.from({ length: 900 }, (_, step) => Math.sin(step / 40));
    const runId = await logRun(table.server, table.experimentId, { name: 'long', metrics: { wave: points } });
    for (let from = 900; from < 5000; from += 900) await logMore(runId, from);
    await using watched = await openPage(table.browser);
    const { page } = watched;
    await signIn(page, table.server);
    await page.goto(`${table.server.url}/runs/${runId}`);
    await page.getByRole('tab', { name: /Metrics/ }).click();
    const chart = page.locator('fw-line-chart');
    await chart.getByText(/^1,000 of 5,400 points, peaks kept/).waitFor();
    await chart.locator('.canvas').focus();
    for (let times = 0; times < 4; times += 1) await page.keyboard.press('+');
    await chart.getByText(/^3\d\d points in view, of 5,400/).waitFor();
    await page.keyboard.press('Escape');
    await chart.getByText(/^1,000 of 5,400 points/).waitFor();
  });

  async function logMore(runId: string, from: number): Promise<void> {
    const metrics = Array.from({ length: 900 }, (_, at) => ({
      ...{ key: 'wave', value: Math.sin((from + at) / 40), step: from + at, timestamp: Date.now() },
    }));
    const response = await fetch(`${table.server.url}/api/2.0/mlflow/runs/log-batch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${table.server.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ run_id: runId, metrics }),
    });
    assert.equal(response.status, 200);
  }

  it('of curves are bands of the runs that share a value', async () => {
    await using watched = await openPage(table.browser);
    const { page, complaints } = watched;
    await signIn(page, table.server);
    await page.goto(`${table.server.url}/experiments?experiment=${table.experimentId}`);
    await page.getByRole('button', { name: 'Table', exact: true }).click();
    await page.locator('.ag-row .name').first().waitFor();
    for (let row = 2; row < 8; row += 1) await page.locator(`.ag-row[row-index="${row}"] .ag-checkbox-input`).click();
    const drawer = page.locator('fw-compare-drawer');
    await drawer.locator('select[aria-label="Curves of"]').selectOption('param:model');
    await drawer
      .getByText(/runs compared place by place/)
      .first()
      .waitFor();
    await drawer
      .locator('fw-line-chart span.band')
      .first()
      .getByText(/\[.+\], \d of \d/)
      .waitFor();
    await drawer.locator('select[aria-label="Curves of"]').selectOption('');
    const entry = drawer.locator('fw-line-chart').first().locator('li button').first();
    const entries = drawer.locator('fw-line-chart').first().locator('li button');
    await until('all chosen runs are drawn', async () => (await entries.count()) === 6);
    await entry.click();
    await until('the others are off', async () => {
      const pressed = await drawer
        .locator('fw-line-chart')
        .first()
        .locator('li button')
        .evaluateAll((all) => all.map((one) => one.getAttribute('aria-pressed')));
      return pressed.filter((one) => one === 'true').length === 1;
    });
    assert.deepEqual(complaints, []);
  });

  it('of media move through the steps', async () => {
    const runId = await logRun(table.server, table.experimentId, { name: 'painter' });
    for (const step of [1, 2, 10]) {
      const name = `images/samples+step+${step}+timestamp+17000000000${step}+aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee.png`;
      const address = `${table.server.url}/api/2.0/mlflow-artifacts/artifacts/${table.experimentId}/${runId}/artifacts/${name}`;
      const init = { method: 'PUT', body: png, headers: { authorization: `Bearer ${table.server.token}` } };
      assert.equal((await fetch(address, init)).status, 200);
    }
    await using watched = await openPage(table.browser);
    const { page, complaints } = watched;
    await signIn(page, table.server);
    await page.goto(`${table.server.url}/runs/${runId}`);
    await page.getByRole('tab', { name: 'Media' }).click();
    const card = page.locator('fw-media-card');
    await card.getByText('step 10, 3 of 3').waitFor();
    await card.locator('img').waitFor();
    await card.getByRole('slider').focus();
    await page.keyboard.press('ArrowLeft');
    await card.getByText('step 2, 2 of 3').waitFor();
    await card.getByRole('button', { name: 'The step before' }).click();
    await card.getByText('step 1, 1 of 3').waitFor();
    assert.deepEqual(complaints, []);
  });
});
