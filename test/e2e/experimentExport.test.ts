/** The table of runs as CSV: everything that matches, not what is loaded, and nothing that a spreadsheet would run. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { skip } from '../harness/reporter.ts';
import { hasChromium } from './chromium.ts';
import { startTable, type Table } from './experimentTable.ts';
import { logRun } from './loggedRuns.ts';

describe('export of the experiment table', function () {
  this.timeout(90_000);
  const owned = new AsyncDisposableStack();
  let table: Table;

  before(async function () {
    if (!hasChromium) skip(this, 'there is no Chromium; set CHROMIUM to its path');
    table = owned.use(await startTable(0));
    const metrics = { loss: [Number.NaN] };
    await logRun(table.server, table.experimentId, { name: '=1+1', params: { rate: '-0.5' }, metrics });
    for (let at = 1; at < 120; at += 1) {
      await logRun(table.server, table.experimentId, {
        name: `run ${at}`,
        params: { rate: '1' },
        metrics: { loss: [at / 3] },
      });
    }
  });
  after(() => owned.disposeAsync());

  it('has a line for each matching run, with exact values', async () => {
    await using watched = await table.open();
    const { page, complaints } = watched;
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'as CSV' }).click();
    const file = await download;
    assert.match(file.suggestedFilename(), /\.csv$/);
    const lines = (await readFile(await file.path(), 'utf8')).trimEnd().split('\r\n');
    assert.equal(lines.length, 121);
    const header = lines[0]?.split(',') ?? [];
    assert.deepEqual(header.slice(0, 2), ['run_id', 'Run']);
    const cell = (line: number, name: string) => lines[line]?.split(',')[header.indexOf(name)];
    assert.equal(cell(1, 'loss'), String(119 / 3));
    assert.match(cell(1, 'Created') ?? '', /^\d{4}-\d\d-\d\dT/);
    assert.deepEqual([cell(120, 'Run'), cell(120, 'rate'), cell(120, 'loss')], ["'=1+1", '-0.5', 'NaN']);
    await page.getByRole('button', { name: 'as CSV' }).waitFor();
    assert.deepEqual(complaints, []);
  });

  it('follows the filter', async () => {
    await using watched = await table.open();
    const { page } = watched;
    await page.getByRole('combobox', { name: 'Filter runs' }).fill('metrics.loss > 39');
    await page.keyboard.press('Enter');
    await page.getByText('2 runs', { exact: true }).waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'as CSV' }).click();
    assert.equal((await readFile(await (await download).path(), 'utf8')).trimEnd().split('\r\n').length, 3);
  });
});
