/** Columns of the table of runs: laid, sorted, grouped, read in other ways. */
import assert from 'node:assert/strict';
import { skip } from '../harness/reporter.ts';
import { hasChromium } from './chromium.ts';
import { cellAt, choose, heading, nameAt, startTable, type Table, valuesOf } from './experimentTable.ts';
import { until } from './until.ts';

describe('columns of the experiment table', function () {
  this.timeout(90_000);
  const owned = new AsyncDisposableStack();
  let table: Table;

  before(async function () {
    if (!hasChromium) skip(this, 'there is no Chromium; set CHROMIUM to its path');
    table = owned.use(await startTable());
  });
  after(() => owned.disposeAsync());

  it('sorts by several columns over everything, and remembers columns as they were laid', async () => {
    await using watched = await table.open();
    const { page, complaints } = watched;
    await choose(page, 'param:model', 'Sort ascending');
    await cellAt(page, 0, 'param:model').getByText('forest').waitFor();
    await heading(page, 'metric:loss').click({ modifiers: ['Shift'] });
    await until('the losses of the first model ascend', async () => {
      const losses = (await valuesOf(page, 'metric:loss', 6)).map(Number);
      return losses.every((loss, at) => at === 0 || loss >= (losses[at - 1] ?? 0));
    });
    assert.deepEqual(await valuesOf(page, 'param:model', 6), Array(6).fill('forest'));
    await choose(page, 'metric:accuracy', 'Pinned left');
    await page.locator('.ag-grid-pinned-left-cells .ag-header-cell[col-id="metric:accuracy"]').waitFor();
    await choose(page, 'param:optimizer', 'Hide');
    await heading(page, 'param:optimizer').waitFor({ state: 'detached' });
    await table.show(page);
    await page.locator('.ag-grid-pinned-left-cells .ag-header-cell[col-id="metric:accuracy"]').waitFor();
    assert.equal(await heading(page, 'param:optimizer').count(), 0);
    assert.equal(await heading(page, 'metric:loss').getAttribute('aria-sort'), 'ascending');
    assert.deepEqual(complaints, []);
  });

  it('moves, sorts and hides columns by keyboard', async () => {
    await using watched = await table.open();
    const { page } = watched;
    await page.getByRole('button', { name: 'Columns' }).click();
    const shown = page.locator('.column');
    await page.getByRole('searchbox', { name: 'Find column' }).press('Tab');
    const labels = () => shown.locator('.cut').allInnerTexts();
    assert.equal((await labels())[1], 'Created');
    await shown.nth(1).focus();
    await page.keyboard.press('Alt+ArrowDown');
    await until('the column moved down', async () => (await labels())[2] === 'Created');
    await page.keyboard.press('Delete');
    await until('the column is hidden', async () => !(await labels()).includes('Created'));
    await page.keyboard.press('Escape');
    await heading(page, 'metric:loss').focus();
    await page.keyboard.press('Enter');
    await until(
      'it is sorted',
      async () => (await heading(page, 'metric:loss').getAttribute('aria-sort')) === 'ascending',
    );
    await page.keyboard.press('Alt+ArrowDown');
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    assert.equal(await heading(page, 'metric:loss').evaluate((element) => element.matches(':focus')), true);
  });

  it('groups by a column with mean and deviation over all runs, and opens a group', async () => {
    await using watched = await table.open();
    const { page, complaints } = watched;
    await choose(page, 'param:model', 'Group by this');
    await page.locator('.group-name', { hasText: 'forest' }).waitFor();
    const { rows } = await table.api.experiments.group({
      experimentIds: [table.experimentId],
      groupBy: ['params.model'],
      metrics: ['metrics.loss'],
    });
    const forest = rows.find(({ values }) => values[0] === 'forest');
    const { mean = 0, deviation } = forest?.aggregates['metrics.loss'] ?? {};
    const cell = page.locator('.ag-row.group-row', { hasText: 'forest' }).locator('.ag-cell[col-id="metric:loss"]');
    await cell.getByText('±').waitFor();
    const [shownMean = 0, shownDeviation = 0] = (await cell.innerText()).split('±').map(Number);
    assert.ok(Math.abs(shownMean - mean) < 0.01 && Math.abs(shownDeviation - (deviation ?? 0)) < 0.01);
    await page.locator('.group-name', { hasText: 'linear' }).click();
    await nameAt(page, 2).getByText('linear').waitFor();
    await nameAt(page, 3).click();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowLeft');
    await until('the group is closed', async () => (await page.locator('.state.member').count()) === 0);
    await page.getByText(`${table.runs} runs`, { exact: true }).waitFor();
    assert.deepEqual(complaints, []);
  });

  it('reads a metric by its best value and at a step, and sorts by them', async () => {
    await using watched = await table.open();
    const { page } = watched;
    await choose(page, 'metric:loss', 'Best value');
    await heading(page, 'metric.best:loss').waitFor();
    await choose(page, 'metric:loss', 'At a step…');
    await page.getByLabel('Step').fill('3');
    await page.keyboard.press('Enter');
    await heading(page, 'metric@3:loss').waitFor();
    await choose(page, 'metric@3:loss', 'Sort ascending');
    await until('the values at the step ascend', async () => {
      const values = (await valuesOf(page, 'metric@3:loss', 8)).map(Number);
      return values.every((value, at) => value > 0 && (at === 0 || value >= (values[at - 1] ?? 0)));
    });
    const [best = 0] = (await valuesOf(page, 'metric.best:loss', 1)).map(Number);
    const [last = 0] = (await valuesOf(page, 'metric:loss', 1)).map(Number);
    assert.ok(best > 0 && best <= last);
  });

  it('moves and widens columns by the mouse, and remembers it', async () => {
    await using watched = await table.open();
    const { page } = watched;
    const place = async (id: string) => (await heading(page, id).boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    const [accuracy, loss] = [await place('metric:accuracy'), await place('metric:loss')];
    assert.ok(accuracy.x < loss.x);
    const middle = accuracy.y + accuracy.height / 2;
    await page.mouse.move(loss.x + loss.width / 2, middle);
    await page.mouse.down();
    await page.mouse.move(accuracy.x + accuracy.width / 2 + 8, middle, { steps: 12 });
    await page.mouse.move(accuracy.x + 4, middle, { steps: 6 });
    await page.mouse.up();
    await until(
      'the loss stands first',
      async () => (await place('metric:loss')).x < (await place('metric:accuracy')).x,
    );
    const { x, width } = await place('metric:loss');
    await page.mouse.move(x + width - 1, middle);
    await page.mouse.down();
    await page.mouse.move(x + width + 79, middle, { steps: 8 });
    await page.mouse.up();
    await until('it is wider', async () => Math.abs((await place('metric:loss')).width - width - 80) <= 2);
    await table.show(page);
    await heading(page, 'metric:loss').waitFor();
    assert.ok((await place('metric:loss')).x < (await place('metric:accuracy')).x);
    assert.ok(Math.abs((await place('metric:loss')).width - width - 80) <= 2);
  });

  it('shows only what differs', async () => {
    await using watched = await table.open();
    const { page } = watched;
    await heading(page, 'param:optimizer').waitFor();
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('button', { name: 'Only what differs' }).click();
    await heading(page, 'param:optimizer').waitFor({ state: 'detached' });
    for (const id of ['param:model', 'param:rate', 'metric:loss']) await heading(page, id).waitFor();
  });

  it('sorts, filters and groups by stars', async () => {
    await using watched = await table.open();
    const { page, complaints } = watched;
    const [oldest] = (
      await table.api.experiments.search({ experimentIds: [table.experimentId], orderBy: ['created_at'] })
    ).rows;
    await table.api.runs.star({ runId: oldest?.id ?? '', starred: true });
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'Starred' }).click();
    await page.getByRole('button', { name: 'Close the columns' }).click();
    await choose(page, 'attribute:starred', 'Sort descending');
    await nameAt(page, 0)
      .getByText(oldest?.name ?? '', { exact: true })
      .waitFor();
    await choose(page, 'attribute:starred', 'Filter by this…');
    await page.getByLabel('Value of condition 1').fill('true');
    await page.getByLabel('Value of condition 1').press('Tab');
    await page.getByText('1 run', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Remove condition 1' }).click();
    await page.getByText(`${table.runs} runs`, { exact: true }).waitFor();
    await choose(page, 'attribute:starred', 'Group by this');
    await page.locator('.group-row', { hasText: 'true' }).getByText('1 run', { exact: true }).waitFor();
    assert.deepEqual(complaints, []);
  });
});
