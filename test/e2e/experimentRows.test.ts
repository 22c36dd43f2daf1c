/** Rows of the table of runs: marked, deleted, chosen, and live. */
import assert from 'node:assert/strict';
import { skip } from '../harness/reporter.ts';
import { hasChromium } from './chromium.ts';
import { cellAt, nameAt, startTable, type Table } from './experimentTable.ts';
import { logMetric, logRun } from './loggedRuns.ts';
import { until } from './until.ts';

describe('rows of the experiment table', function () {
  this.timeout(90_000);
  const owned = new AsyncDisposableStack();
  let table: Table;

  before(async function () {
    if (!hasChromium) skip(this, 'there is no Chromium; set CHROMIUM to its path');
    table = owned.use(await startTable());
  });
  after(() => owned.disposeAsync());

  it('stars, colours, notes and tags a run where it stands, by keyboard', async () => {
    await using watched = await table.open();
    const { page, complaints } = watched;
    const name = await nameAt(page, 1).innerText();
    await nameAt(page, 1).click();
    await page.keyboard.press('s');
    await page.locator('.ag-row[row-index="1"] .star.on').waitFor();
    await page.keyboard.press('c');
    await page.getByRole('menuitemcheckbox', { name: 'green' }).click();
    await page.keyboard.press('n');
    await page.getByLabel('Note', { exact: true }).fill('the one that worked');
    await page.keyboard.press('Control+Enter');
    await page.locator('.ag-row[row-index="1"]').getByRole('button', { name: 'Note' }).waitFor();
    await nameAt(page, 1).click();
    await page.keyboard.press('t');
    await page.getByLabel('Name of tag 2').fill('kept');
    await page.getByLabel('Value of tag 2').fill('yes');
    await page.keyboard.press('Enter');
    await until('the server has all of it', async () => {
      const { rows } = await table.api.experiments.search({
        experimentIds: [table.experimentId],
        filter: `run_name = '${name}'`,
      });
      const [run] = rows;
      return (
        run?.starred === true &&
        run.note === 'the one that worked' &&
        run.tags['flywheel.color'] === 'green' &&
        run.tags.kept === 'yes' &&
        run.tags.team !== undefined
      );
    });
    await table.show(page);
    await page.locator('.ag-row[row-index="1"] .star.on').waitFor();
    assert.deepEqual(complaints, []);
  });

  it('deletes a run and brings it back', async () => {
    await using watched = await table.open();
    const { page } = watched;
    const name = await nameAt(page, 0).innerText();
    await nameAt(page, 0).click();
    await page.keyboard.press('Delete');
    await page.getByText(`Deleted ${name}.`).waitFor();
    await until('the row is gone', async () => (await nameAt(page, 0).innerText()) !== name);
    await page.getByRole('button', { name: 'Undo' }).click();
    await until('the row is back', async () => (await nameAt(page, 0).innerText()) === name);
  });

  it('chooses by keyboard, one after another and all that is loaded', async () => {
    await using watched = await table.open();
    const { page } = watched;
    await nameAt(page, 0).click();
    await page.keyboard.press('Space');
    await page.getByText('1 run chosen').waitFor();
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await page.getByText('3 runs chosen').waitFor();
    await page.getByRole('button', { name: 'Choose none' }).click();
    await nameAt(page, 0).click();
    await page.keyboard.press('Control+a');
    await page.getByText(/^Chose \d+ runs/).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys of the table' }).waitFor();
    await page.keyboard.press('Escape');
    await nameAt(page, 0).click();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/runs\//);
  });

  it('keeps in place what is looked at while runs arrive, and shows them when asked', async () => {
    await using watched = await table.open();
    const { page } = watched;
    await page.locator('.ag-grid-viewport').evaluate((element) => element.scrollTo(0, 1200));
    await nameAt(page, 52).waitFor();
    const looked = await nameAt(page, 52).innerText();
    const before = await page.getByText(looked, { exact: true }).boundingBox();
    for (const at of [1, 2, 3]) await logRun(table.server, table.experimentId, { name: `late-${at}` });
    await page.getByRole('button', { name: '3 new runs' }).waitFor();
    assert.deepEqual(await page.getByText(looked, { exact: true }).boundingBox(), before);
    // What is scrolled to next is what follows, none twice and none left out.
    await page.locator('.ag-grid-viewport').evaluate((element) => element.scrollTo(0, 99_999));
    await nameAt(page, table.runs - 1)
      .getByText('linear-0', { exact: true })
      .waitFor();
    await page.getByRole('button', { name: '3 new runs' }).click();
    await nameAt(page, 0).getByText('late-3').waitFor();
    await page.getByText(`${table.runs + 3} runs`, { exact: true }).waitFor();
  });

  it('shows changed values and new runs at the top as they come, and keeps choice and focus', async () => {
    await using watched = await table.open();
    const { page } = watched;
    const running = await logRun(table.server, table.experimentId, {
      name: 'running',
      metrics: { loss: [2] },
      ended: false,
    });
    await nameAt(page, 0).getByText('running').waitFor();
    await logMetric(table.server, { runId: running, key: 'loss', value: 0.125, step: 1 });
    await cellAt(page, 0, 'metric:loss').getByText('0.125').waitFor();
    await page.locator('.ag-row[row-index="0"] .ag-checkbox-input').click();
    await page.mouse.move(640, 20);
    await page.getByRole('combobox', { name: 'Filter runs' }).focus();
    await logRun(table.server, table.experimentId, { name: 'newest' });
    await nameAt(page, 0).getByText('newest').waitFor();
    assert.equal(await page.locator('.ag-row[row-index="1"] .ag-checkbox-input').isChecked(), true);
    await page.getByText('1 run chosen').waitFor();
  });

  it('is walked by keyboard alone: rows, cells, a range, the menu of a row', async () => {
    await using watched = await table.open();
    const { page, complaints } = watched;
    await nameAt(page, 0).click();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    const focused = async () => [
      await page.locator('.ag-row:has(.ag-cell:focus)').first().getAttribute('row-index'),
      await page.locator('.ag-cell:focus').getAttribute('col-id'),
    ];
    await until('the second cell of the second row has the focus', async () => {
      const [row, column] = await focused();
      return row === '1' && column !== 'attribute:name';
    });
    await page.keyboard.press('Space');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await page.getByText('3 runs chosen').waitFor();
    assert.equal((await focused())[0], '3');
    await page.keyboard.press('ContextMenu');
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    assert.equal((await focused())[0], '3');
    assert.deepEqual(complaints, []);
  });
});
