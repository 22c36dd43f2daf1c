/** The table of runs of one experiment in a browser, and the words in which tests speak of it. */
import type { Page } from 'playwright-core';
import { openClient, type TestClient } from '../harness/client.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { openBrowser, openPage, type TestBrowser, type WatchedPage } from './chromium.ts';
import { logStudy } from './loggedRuns.ts';
import { signIn } from './signIn.ts';

export type Table = AsyncDisposable & {
  readonly server: TestServer;
  readonly api: TestClient;
  readonly browser: TestBrowser;
  readonly experimentId: string;
  readonly runs: number;
  /** A page of its own, signed in, with rows on it. */
  open(query?: string, options?: Parameters<typeof openPage>[1]): Promise<WatchedPage>;
  /** The same page anew. */
  show(page: Page, query?: string): Promise<void>;
};

export async function startTable(runs = 130): Promise<Table> {
  await using owned = new AsyncDisposableStack();
  const server = owned.use(await startServer());
  const { api } = owned.use(await openClient(server));
  const { experimentId } = await api.projects.create({ id: 'vision', name: 'Vision' });
  if (runs > 0) await logStudy(server, experimentId, runs);
  const browser = owned.use(await openBrowser());
  const own = `?experiment=${experimentId}`;
  const show = async (page: Page, query = own) => {
    await page.goto(`${server.url}/experiments${query}`);
    await page.locator('.ag-row .name').first().waitFor();
  };
  const all = owned.move();
  return {
    ...{ server, api, browser, experimentId, runs, show },
    open: async (query, options) => {
      const watched = await openPage(browser, options);
      await signIn(watched.page, server);
      await show(watched.page, query);
      return watched;
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

export const heading = (page: Page, id: string) => page.locator(`.ag-header-cell[col-id="${id}"]`);
export const nameAt = (page: Page, row: number) => page.locator(`.ag-row[row-index="${row}"] .name`);
export const cellAt = (page: Page, row: number, id: string) =>
  page.locator(`.ag-row[row-index="${row}"] .ag-cell[col-id="${id}"]`);

/** From the menu of a column. */
export async function choose(page: Page, columnId: string, item: string): Promise<void> {
  await heading(page, columnId).click({ button: 'right' });
  await page.getByRole('menu').getByText(item, { exact: true }).click();
}

/** What the first rows show in a column. */
export async function valuesOf(page: Page, id: string, count: number): Promise<string[]> {
  const values: string[] = [];
  for (let row = 0; row < count; row += 1) values.push((await cellAt(page, row, id).innerText()).trim());
  return values;
}
