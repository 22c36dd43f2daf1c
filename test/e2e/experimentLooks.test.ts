/** The table of runs as people may find it: empty, one run, wrong filter, odd names, many columns; in four themes. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { skip } from '../harness/reporter.ts';
import { hasChromium, openPage } from './chromium.ts';
import { cellAt, choose, nameAt, startTable, type Table } from './experimentTable.ts';
import { logRun } from './loggedRuns.ts';
import { signIn } from './signIn.ts';

const shots = join(import.meta.dirname, '..', 'output', 'screenshots');

const looks = [
  { name: 'light', options: { colorScheme: 'light' } },
  { name: 'dark', options: { colorScheme: 'dark' } },
  { name: 'forced-dark', options: { colorScheme: 'dark', forcedColors: 'active' } },
  { name: 'forced-light', options: { colorScheme: 'light', forcedColors: 'active' } },
] as const;

describe('looks of the experiment table', function () {
  this.timeout(90_000);
  const owned = new AsyncDisposableStack();
  let table: Table;
  let odd: string;

  before(async function () {
    if (!hasChromium) skip(this, 'there is no Chromium; set CHROMIUM to its path');
    await mkdir(shots, { recursive: true });
    table = owned.use(await startTable(40));
    odd = (await table.api.experiments.create({ projectId: 'vision', name: 'odd' })).id;
    const many = Object.fromEntries(Array.from({ length: 90 }, (_, at) => [`layers/${at}/width`, String(at)]));
    const runs = [
      { name: 'ريشة-الشبكة', params: many },
      { name: 'a-name-that-goes-on-'.repeat(9), params: { text: 'ten thousand '.repeat(460) } },
      { name: 'abc\u202Egpj.exe', tags: { team: '\u200Bhidden' } },
      {
        name: 'diverged',
        metrics: { loss: [1, Number.NaN], gain: [Number.POSITIVE_INFINITY], drop: [Number.NEGATIVE_INFINITY] },
      },
    ];
    for (const run of runs) await logRun(table.server, odd, run);
    await table.api.experiments.create({ projectId: 'vision', name: 'empty' });
  });
  after(() => owned.disposeAsync());

  it('shows what is no number by its name, and odd names as they are', async () => {
    await using watched = await table.open(`?experiment=${odd}`);
    const { page, complaints } = watched;
    await cellAt(page, 0, 'metric:loss').getByText('NaN').waitFor();
    await cellAt(page, 0, 'metric:gain').getByText('Infinity', { exact: true }).waitFor();
    await cellAt(page, 0, 'metric:drop').getByText('-Infinity').waitFor();
    await nameAt(page, 1).getByText('U+202E').waitFor();
    await nameAt(page, 3).getByText('ريشة-الشبكة').waitFor();
    assert.deepEqual(complaints, []);
  });

  it('says what to do where there is nothing, and what is wrong with a filter', async () => {
    const empty = (await table.api.experiments.list({})).find(({ name }) => name === 'empty');
    await using watched = await openPage(table.browser);
    const { page } = watched;
    await signIn(page, table.server);
    await page.goto(`${table.server.url}/experiments?experiment=${empty?.id}`);
    await page.getByText('No runs yet').waitFor();
    await table.show(page);
    const filter = page.getByRole('combobox', { name: 'Filter runs' });
    await filter.fill("params.model = 'nothing'");
    await filter.press('Enter');
    await page.getByText('No run matches the filter').waitFor();
    await filter.fill('params.model >');
    await filter.press('Enter');
    await page
      .getByRole('alert')
      .getByText(/Invalid clause/)
      .first()
      .waitFor();
    await page.screenshot({ path: join(shots, 'experiments-failed-search.png') });
    await filter.fill('');
    await filter.press('Enter');
    await page.getByText('40 runs', { exact: true }).waitFor();
  });

  for (const { name, options } of looks) {
    it(`takes pictures in ${name}`, async () => {
      await using watched = await table.open(undefined, options);
      const { page, complaints } = watched;
      const shoot = (what: string) => page.screenshot({ path: join(shots, `experiments-${what}-${name}.png`) });
      await choose(page, 'metric:accuracy', 'Bars');
      await choose(page, 'metric:loss', 'Curves');
      await page.locator('.curve path').first().waitFor();
      await page.locator('.bar i').first().waitFor();
      for (const [row, key] of [
        [1, 'green'],
        [3, 'red'],
      ] as const) {
        await nameAt(page, row).click();
        await page.keyboard.press('c');
        await page.getByRole('menuitemcheckbox', { name: key }).click();
      }
      await nameAt(page, 1).click();
      await page.keyboard.press('s');
      await page.keyboard.press('Space');
      await page.getByRole('button', { name: 'Filter by a form' }).click();
      await page.getByRole('button', { name: 'Columns' }).click();
      await page.getByRole('button', { name: 'Group', exact: true }).click();
      await shoot('table');
      await page.getByRole('button', { name: 'Close the columns' }).click();
      await choose(page, 'param:model', 'Group by this');
      await page.locator('.group-name').first().click();
      await page.locator('.state.member').first().waitFor();
      await page.getByRole('columnheader', { name: 'rate', exact: true }).click({ button: 'right' });
      await page.getByRole('menu').waitFor();
      await shoot('groups');
      await page.keyboard.press('Escape');
      await table.show(page, `?experiment=${odd}`);
      await shoot('odd');
      assert.deepEqual(complaints, []);
    });
  }
});
