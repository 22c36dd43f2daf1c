/** Filters and saved views of the table of runs. */
import assert from 'node:assert/strict';
import { skip } from '../harness/reporter.ts';
import { hasChromium, openPage } from './chromium.ts';
import { choose, startTable, type Table } from './experimentTable.ts';
import { signIn } from './signIn.ts';
import { until } from './until.ts';

describe('filters and views of the experiment table', function () {
  this.timeout(90_000);
  const owned = new AsyncDisposableStack();
  let table: Table;

  before(async function () {
    if (!hasChromium) skip(this, 'there is no Chromium; set CHROMIUM to its path');
    table = owned.use(await startTable());
  });
  after(() => owned.disposeAsync());

  it('edits one filter as text and as a form', async () => {
    await using watched = await table.open();
    const { page } = watched;
    const filter = page.getByRole('combobox', { name: 'Filter runs' });
    await page.keyboard.press('/');
    await page.keyboard.type("params.model = 'forest' and metrics.loss > 0.5");
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Filter by a form' }).click();
    await until(
      'the form has the conditions',
      async () => (await page.getByLabel('Value of condition 2').inputValue()) === '0.5',
    );
    await page.getByLabel('Operator of condition 1').selectOption('!=');
    await until(
      'the text follows',
      async () => (await filter.inputValue()) === "params.model != 'forest' AND metrics.loss > 0.5",
    );
    await page.getByRole('button', { name: 'Remove condition 2' }).click();
    await until('the text is shorter', async () => (await filter.inputValue()) === "params.model != 'forest'");
    await filter.fill("params.model = 'forest' or");
    await filter.press('Enter');
    await page.getByText(/cannot be shown as a form/).waitFor();
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await page.getByText(`${table.runs} runs`, { exact: true }).waitFor();
    await filter.click();
    await page.getByRole('option', { name: "params.model != 'forest' recent" }).click();
    await until(
      'a filter of before is applied',
      async () => (await filter.inputValue()) === "params.model != 'forest'",
    );
  });

  it('saves a view, says when it is modified, and opens it by its link for who may see it', async () => {
    await using watched = await table.open();
    const { page } = watched;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const filter = page.getByRole('combobox', { name: 'Filter runs' });
    await filter.fill("params.model = 'network'");
    await filter.press('Enter');
    await page.getByRole('button', { name: /^View:/ }).click();
    await page.getByRole('menuitem', { name: 'Save as…' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Networks');
    await page.getByRole('checkbox', { name: /Share/ }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('button', { name: 'View: Networks', exact: true }).waitFor();
    await choose(page, 'metric:loss', 'Sort descending');
    await page.getByRole('button', { name: 'View: Networks, modified' }).waitFor();
    await page.getByRole('button', { name: 'Reset' }).click();
    await page.getByRole('button', { name: 'View: Networks', exact: true }).waitFor();
    await page.getByRole('button', { name: /^View:/ }).click();
    await page.getByRole('menuitem', { name: 'Copy link' }).click();
    await page.getByText(/Copied http/).waitFor();
    const link = await page.evaluate<string>('navigator.clipboard.readText()');
    assert.match(link, /\/experiments\?experiment=\d+&view=[0-9a-f-]+$/);

    await table.api.session.createUser({ id: 'vera', name: 'Vera' });
    await table.api.projects.setMember({ projectId: 'vision', userId: 'vera', role: 'viewer' });
    const { secret } = await table.api.session.createToken({ name: 'vera', userId: 'vera' });
    await using other = await openPage(table.browser);
    await signIn(other.page, { url: table.server.url, token: secret });
    await other.page.goto(link);
    await other.page.getByRole('button', { name: 'View: Networks', exact: true }).waitFor();
    await other.page.getByRole('button', { name: /^View:/ }).click();
    assert.equal(await other.page.getByRole('menuitem', { name: 'Delete' }).getAttribute('aria-disabled'), 'true');
  });

  it('says that a linked view is gone, and shows the table', async () => {
    await using watched = await table.open(`?experiment=${table.experimentId}&view=00000000-0000`);
    await watched.page.getByRole('alert').getByText('There is no saved view').waitFor();
  });
});
