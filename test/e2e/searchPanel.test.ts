/** Finding prior work in a browser: by keyboard and by mouse, with nothing found, and in every look. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { skip } from '../harness/reporter.ts';
import { hasChromium, openBrowser, openPage, type TestBrowser, type WatchedPage } from './chromium.ts';
import { type SearchWorld, startSearchWorld } from './searchWorld.ts';
import { signIn } from './signIn.ts';
import { until } from './until.ts';

const shots = join(import.meta.dirname, '..', 'output', 'screenshots');

describe('the search panel in a browser', function () {
  this.timeout(90_000);
  const owned = new AsyncDisposableStack();
  let world: SearchWorld;
  let browser: TestBrowser;

  before(async function () {
    if (!hasChromium) skip(this, 'there is no Chromium; set CHROMIUM to its path');
    await mkdir(shots, { recursive: true });
    world = owned.use(await startSearchWorld());
    browser = owned.use(await openBrowser());
  });
  after(() => owned.disposeAsync());

  async function searching(query = '', options: Parameters<typeof openPage>[1] = {}): Promise<WatchedPage> {
    const watched = await openPage(browser, options);
    await signIn(watched.page, world.server);
    await watched.page.goto(`${world.server.url}/search${query}`);
    await box(watched.page).waitFor();
    return watched;
  }
  const box = (page: Page) => page.getByRole('searchbox', { name: /^Search/ });
  const title = (page: Page, text: string) => page.locator('button.title', { hasText: text });

  it('finds as one types, and opens a file at its line by keyboard', async () => {
    await using watched = await searching();
    const { page, complaints } = watched;
    await page.getByText('What can be written').waitFor();
    await page.keyboard.type('fitWithEarlyStop');
    await title(page, 'src/train_churn.py').waitFor();
    assert.equal(await page.locator('mark').first().textContent(), 'fitWithEarlyStopping');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('.preview .here', { hasText: 'def fitWithEarlyStopping' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.type(' patience');
    assert.equal(await box(page).inputValue(), 'fitWithEarlyStop patience');
    assert.deepEqual(complaints, []);
  });

  it('narrows by kind, project and language, and widens again', async () => {
    await using watched = await searching('?q=early+stopping');
    const { page } = watched;
    await title(page, 'README.md').waitFor();
    await page.getByRole('button', { name: /^Runs/ }).click();
    await title(page, 'patience 5').first().waitFor();
    await until('only the run is left', async () => (await page.locator('button.title').count()) === 1);
    await page.getByRole('button', { name: /^All/ }).click();
    await page
      .getByRole('complementary')
      .getByRole('button', { name: /^digits/ })
      .click();
    assert.equal(await box(page).inputValue(), 'early stopping project:digits ');
    await page.locator('button.title', { hasText: 'README.md' }).waitFor({ state: 'detached' });
    await page
      .getByRole('complementary')
      .getByRole('button', { name: /^digits/ })
      .click();
    await title(page, 'README.md').waitFor();
  });

  it('opens a run, and remembers the search', async () => {
    await using watched = await searching('?q=kind:run+patience');
    const { page } = watched;
    await title(page, 'patience 5').click();
    await page.waitForURL(`**/runs/${world.runId}`);
    await page.goto(`${world.server.url}/search`);
    await page.getByRole('button', { name: 'kind:run patience' }).click();
    await title(page, 'patience 5').waitFor();
  });

  it('starts a project from a run, and leads to what was said', async () => {
    await using watched = await searching('?q=patience+5');
    const { page } = watched;
    const run = page.locator('li', { has: title(page, 'patience 5') }).first();
    await run.hover();
    await run.getByRole('button', { name: /^Start a project from/ }).click();
    await page.getByText('A new project of yours').waitFor();
    await page.screenshot({ path: join(shots, 'search-start-from.png') });
    await page.getByLabel('Id of the new project').fill('digits');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await page.screenshot({ path: join(shots, 'search-start-refused.png') });
    await run.getByRole('button', { name: /^Start a project from/ }).click();
    await page.getByLabel('Id of the new project').fill('digits-again');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/projects/digits-again');
    await page.getByRole('link', { name: /patience 5/ }).waitFor();
    await page.screenshot({ path: join(shots, 'search-started-from.png') });
    await page.goto(`${world.server.url}/search?q=longer+kind:comment`);
    await page.locator('mark', { hasText: 'longer' }).waitFor();
    await page.screenshot({ path: join(shots, 'search-comment.png') });
    await page.locator('button.title').first().click();
    await page.waitForURL(`**/runs/${world.runId}?tab=comments`);
  });

  it('proposes another spelling, and says what is wrong with a filter', async () => {
    await using watched = await searching('?q=estimatr');
    const { page } = watched;
    await page.getByText('Nothing found').waitFor();
    await page.getByRole('link', { name: 'estimator' }).click();
    await title(page, 'src/train_churn.py').waitFor();
    await box(page).fill('metric:accuracy');
    await page.getByText(/needs a comparison with a number/).waitFor();
    await page.screenshot({ path: join(shots, 'search-refused.png') });
    await box(page).fill('<img src=x onerror="window.__pwned=1">');
    await page.getByText('Nothing found').waitFor();
    assert.equal(await page.evaluate('window.__pwned'), undefined);
  });

  for (const look of [
    { name: 'light', options: { colorScheme: 'light' } },
    { name: 'dark', options: { colorScheme: 'dark' } },
    { name: 'forced-dark', options: { colorScheme: 'dark', forcedColors: 'active' } },
    { name: 'narrow', options: { colorScheme: 'dark', viewport: { width: 480, height: 800 } } },
  ] as const) {
    it(`takes pictures in ${look.name}`, async () => {
      await using watched = await searching('', look.options);
      const { page, complaints } = watched;
      const shoot = (name: string) => page.screenshot({ path: join(shots, `search-${name}-${look.name}.png`) });
      await page.getByText('What can be written').waitFor();
      await shoot('start');
      await box(page).fill('early stopping');
      await title(page, 'README.md').waitFor();
      await shoot('hits');
      await title(page, 'src/train_churn.py').click();
      await page.locator('.preview .here').waitFor();
      await shoot('preview');
      await box(page).fill('zzzqqq');
      await page.getByText('Nothing found').waitFor();
      await shoot('nothing');
      assert.deepEqual(complaints, []);
    });
  }
});
