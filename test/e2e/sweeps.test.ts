/** The sweep panel in a browser, over sweeps of real jobs. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { CodeRef } from '../../protocol/model/run.ts';
import type { CreateSweepInput } from '../../protocol/model/sweep.ts';
import { openClient, type TestClient } from '../harness/client.ts';
import { dataFolder, startServer } from '../harness/server.ts';
import { hasEnded, manyPlaces, sweepCode, sweepInput, sweepUntil } from '../integration/sweeps/sweepServer.ts';
import { hasChromium, openBrowser, openPage, type TestBrowser } from './chromium.ts';
import { signIn } from './signIn.ts';

const shots = join(import.meta.dirname, '..', 'output', 'screenshots');
const projectId = 'sweeps';

describe('sweeps in a browser', function () {
  this.timeout(180_000);
  const owned = new AsyncDisposableStack();
  let server: { readonly url: string; readonly token: string };
  let api: TestClient;
  let browser: TestBrowser;
  let code: CodeRef;

  before(async function () {
    if (!hasChromium) {
      console.log('      skipped: there is no Chromium; set CHROMIUM to its path');
      this.skip();
    }
    await mkdir(shots, { recursive: true });
    const folder = owned.use(await dataFolder());
    await manyPlaces(folder.path, 2);
    const started = owned.use(await startServer({ data: folder.path }));
    server = started;
    ({ api } = owned.use(await openClient(started)));
    browser = owned.use(await openBrowser());
    code = await sweepCode({ ...started, api }, projectId);
  });
  after(() => owned.disposeAsync());

  async function at(path: string, options: Parameters<typeof openPage>[1] = {}) {
    const watched = await openPage(browser, options);
    watched.page.setDefaultTimeout(30_000);
    await signIn(watched.page, server);
    await watched.page.goto(`${server.url}${path}`);
    return watched;
  }

  const start = (change: Partial<CreateSweepInput>) => api.sweeps.create(sweepInput({ projectId, code, ...change }));
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

  it('says where there is none yet how to begin', async () => {
    await using watched = await at('/sweeps');
    await watched.page.getByText('No sweep yet').waitFor();
    await watched.page.screenshot({ path: join(shots, 'sweeps-empty.png') });
    assert.deepEqual(watched.complaints, []);
  });

  it('shows one live: paused and resumed, its budget changed, to its end, and its best launched again', async () => {
    const { id } = await start({
      name: 'bowl',
      command: 'python3 job.py --pause 0.3',
      budget: { trials: 4, minutes: 10, cost: 5 },
      parallel: 2,
    });
    await using watched = await at('/sweeps');
    const { page } = watched;
    await button(page, 'bowl').click();
    await page.waitForURL(`${server.url}/sweeps/${id}`);
    await button(page, 'Pause').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('Paused').waitFor();
    await button(page, 'Budget').click();
    await page.getByLabel('Trials in all').fill('many');
    await button(page, 'Save').click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Trials in all').fill('12');
    await page.getByLabel('Trials at once').fill('4');
    await button(page, 'Save').click();
    await page.getByText('of 12').waitFor();
    await button(page, 'Resume').click();
    await page.getByText('All its trials are done.').waitFor({ timeout: 90_000 });
    const done = await api.sweeps.get({ sweepId: id });
    assert.equal(done.counts.complete, 12);
    await page.locator('fw-parallel-chart').getByText('12 runs').waitFor();
    await page
      .locator('fw-importance-chart')
      .getByText(/A forest explains|Too little/)
      .waitFor();
    assert.equal(await page.locator('tbody tr').count(), 12);
    await button(page, 'loss').click();
    const first = page.locator('tbody tr').first();
    assert.match((await first.getAttribute('class')) ?? '', /best-row/);
    await button(page, 'Launch best again').click();
    await page.waitForURL(/\/runs\//);
    const runId = page.url().split('/').at(-1) ?? '';
    assert.equal((await api.runs.get({ runId })).parameters.x, String(done.trials[done.best?.number ?? -1]?.values.x));
    assert.deepEqual(watched.complaints, []);
  });

  it('leads from a trial to its run and back', async () => {
    const [sweep] = await api.sweeps.list({ projectId });
    await using watched = await at(`/sweeps/${sweep?.id}`);
    const { page } = watched;
    await page.locator('tbody').getByRole('button', { name: '3', exact: true }).click();
    await page.getByText('Trial 3 of').waitFor();
    await button(page, 'its sweep').click();
    await page.waitForURL(`${server.url}/sweeps/${sweep?.id}`);
  });

  it('says of one whose trials fail which to look at, and of one that is not there that it is not', async () => {
    const { id } = await start({ name: 'wrong', command: 'python3 job.py --fail', failuresInARow: 2 });
    await sweepUntil(api, id, hasEnded);
    await using watched = await at(`/sweeps/${id}`);
    await watched.page.getByText(/Its trials failed\. All trials so far failed, 2 in a row/).waitFor();
    await watched.page.getByText('No trial has ended with a value yet.').waitFor();
    await watched.page.goto(`${server.url}/sweeps/00000000`);
    await watched.page.getByText('There is no sweep 00000000.').waitFor();
  });

  for (const look of [
    { name: 'light', options: { colorScheme: 'light' } },
    { name: 'dark', options: { colorScheme: 'dark' } },
    { name: 'forced-dark', options: { colorScheme: 'dark', forcedColors: 'active' } },
    { name: 'forced-light', options: { colorScheme: 'light', forcedColors: 'active' } },
    { name: 'narrow', options: { colorScheme: 'dark', viewport: { width: 480, height: 900 } } },
  ] as const) {
    it(`takes pictures in ${look.name}`, async () => {
      const sweep = (await api.sweeps.list({ projectId })).find(({ name }) => name === 'bowl');
      await using watched = await at('/sweeps', look.options);
      const { page, complaints } = watched;
      await page.getByText('bowl').waitFor();
      await page.screenshot({ path: join(shots, `sweeps-${look.name}.png`) });
      await page.goto(`${server.url}/sweeps/${sweep?.id}`);
      await page.locator('fw-parallel-chart canvas').waitFor();
      await page.screenshot({ path: join(shots, `sweep-${look.name}.png`) });
      assert.deepEqual(complaints, []);
    });
  }
});
