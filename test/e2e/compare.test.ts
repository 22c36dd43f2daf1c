/** Runs compared in a browser: of two projects, by differences and baseline, with files, environment and data. */
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openClient, type TestClient } from '../harness/client.ts';
import { skip } from '../harness/reporter.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { hasChromium, openBrowser, openPage, type TestBrowser } from './chromium.ts';
import { logFile, logInput, logMetric, logRun, logStudy } from './loggedRuns.ts';
import { signIn } from './signIn.ts';

const shots = join(import.meta.dirname, '..', 'output', 'screenshots');
const looks = [
  { name: 'light', options: { colorScheme: 'light' } },
  { name: 'dark', options: { colorScheme: 'dark' } },
  { name: 'forced-dark', options: { colorScheme: 'dark', forcedColors: 'active' } },
] as const;

describe('comparison of runs', function () {
  this.timeout(120_000);
  const owned = new AsyncDisposableStack();
  let server: TestServer;
  let api: TestClient;
  let browser: TestBrowser;
  let ids: readonly string[];
  let two: readonly [string, string];

  before(async function () {
    if (!hasChromium) skip(this, 'there is no Chromium; set CHROMIUM to its path');
    await mkdir(shots, { recursive: true });
    server = owned.use(await startServer());
    ({ api } = owned.use(await openClient(server)));
    const vision = await api.projects.create({ id: 'vision', name: 'Vision' });
    const speech = await api.projects.create({ id: 'speech', name: 'Speech' });
    ids = await logStudy(server, vision.experimentId, 50);
    const first = await logRun(server, vision.experimentId, {
      name: 'first',
      params: { rate: '0.1', same: 'x', markup: '<img src=x onerror=alert(1)>' },
      metrics: { loss: [1, 0.5], accuracy: [0.5, 0.8], broken: [Number.NaN] },
    });
    const second = await logRun(server, speech.experimentId, {
      name: 'abc\u202Egpj.exe',
      params: { rate: '0.2', same: 'x' },
      metrics: { loss: [1, 0.25], accuracy: [0.5, 0.6], broken: [1] },
      ended: false,
    });
    two = [first, second];
    await logFile(server, { runId: first, path: 'model/requirements.txt', text: 'numpy==2.0.0\nscipy==1.1\n' });
    await logFile(server, { runId: second, path: 'model/requirements.txt', text: 'NumPy==2.1.0\nscipy==1.1\n' });
    await logFile(server, { runId: first, path: 'scores.csv', text: 'class,score\ncat,1\ndog,2\n' });
    await logFile(server, { runId: second, path: 'scores.csv', text: 'class,score\ncat,1\ndog,3\n' });
    await logInput(server, { runId: first, name: 'train', digest: 'd1' });
    await logInput(server, { runId: second, name: 'train', digest: 'd2' });
    browser = owned.use(await openBrowser());
  });
  after(() => owned.disposeAsync());

  async function open(runs: readonly string[], options: Parameters<typeof openPage>[1] = {}) {
    const watched = await openPage(browser, options);
    await signIn(watched.page, server);
    await watched.page.goto(`${server.url}/compare?runs=${runs.join(',')}`);
    await watched.page.getByText('runs compared').waitFor();
    return watched;
  }
  const tab = (page: Page, name: string) => page.getByRole('tab', { name, exact: true }).click();
  const row = (page: Page, name: string) =>
    page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });

  it('shows what differs, which is best and how far it is from the baseline', async () => {
    await using watched = await open(two);
    const { page, complaints } = watched;
    await page.getByText('U+202E').first().waitFor();
    assert.match(await row(page, 'Project').innerText(), /Vision\s+Speech/);
    await tab(page, 'Parameters');
    await row(page, 'same').waitFor();
    await row(page, 'markup').getByText('<img src=x onerror=alert(1)>').waitFor();
    await page.keyboard.press('d');
    await page.getByText('2 of 3 rows').waitFor();
    await tab(page, 'Metrics');
    await row(page, 'broken').getByText('NaN').waitFor();
    await row(page, 'loss').getByText('▼ −50 % ✓').waitFor();
    await row(page, 'accuracy').getByText('▼ −25 % ✗').waitFor();
    await row(page, 'accuracy').getByRole('img', { name: 'Best' }).waitFor();
    await page.getByRole('button', { name: /^Compare the others with abc/ }).click();
    await row(page, 'loss').getByText('▲ +100 % ✗').waitFor();
    await page.reload();
    await row(page, 'loss').getByText('▲ +100 % ✗').waitFor();
    await logMetric(server, { runId: two[1], key: 'loss', value: 1, step: 9 });
    await row(page, 'loss').getByText('▼ −50 % ✓').waitFor();
    assert.deepEqual(complaints, []);
  });

  it('compares environment, data and files, and says where it knows them from', async () => {
    await using watched = await open(two);
    const { page, complaints } = watched;
    await tab(page, 'Environment');
    await row(page, 'scipy').waitFor();
    await row(page, 'numpy').getByText('2.1.0').waitFor();
    await page
      .getByText(/requirements\.txt \(asked for by its model/)
      .first()
      .waitFor();
    await page.screenshot({ path: join(shots, 'compare-environment.png') });
    await tab(page, 'Data');
    await row(page, 'train').getByText('d2 from').waitFor();
    await tab(page, 'Artifacts');
    await page.getByRole('treeitem', { name: /scores\.csv/ }).click();
    await page.getByTitle('Was 2').waitFor();
    await page.screenshot({ path: join(shots, 'compare-table.png') });
    await page.getByRole('treeitem', { name: /model/ }).click();
    await page.getByRole('treeitem', { name: /requirements/ }).click();
    await page.getByText('+NumPy==2.1.0').waitFor();
    await page.screenshot({ path: join(shots, 'compare-text.png') });
    await tab(page, 'Code');
    await page.getByText('The code of the baseline is not known').waitFor();
    await tab(page, 'Curves');
    await page.getByRole('img', { name: /^loss:/ }).waitFor();
    assert.deepEqual(complaints, []);
  });

  it('adds, moves and removes runs, and saves the rows', async () => {
    await using watched = await open(two);
    const { page } = watched;
    await page.getByRole('searchbox', { name: 'Add a run by name' }).fill('network-5');
    await page.getByRole('button', { name: /network-5/ }).click();
    await page.getByText('3 runs compared').waitFor();
    await page.getByRole('button', { name: 'Move first to the right' }).click();
    await page.waitForURL((url) => url.searchParams.get('runs')?.split(',')[1] === two[0]);
    await page.getByRole('button', { name: 'Remove first' }).click();
    await page.getByText('2 runs compared').waitFor();
    assert.equal(await page.getByRole('button', { name: /^Remove / }).count(), 0);
    await tab(page, 'Parameters');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save the rows as CSV' }).click(),
    ]);
    assert.match(await readFile(await download.path(), 'utf8'), /^"?"?,.*\r\n/);
  });

  it('opens from the chosen rows of the table, and shows a deletion meanwhile', async () => {
    const { experimentId } = await api.runs.get({ runId: ids[0] ?? '' });
    await using watched = await openPage(browser);
    const { page } = watched;
    await signIn(page, server);
    await page.goto(`${server.url}/experiments?experiment=${experimentId}`);
    const check = (name: string) =>
      page.locator('.ag-row', { hasText: name }).locator('.ag-checkbox-input').first().click();
    await check('network-47');
    await check('forest-46');
    await page.getByRole('button', { name: 'Compare 2 runs' }).click();
    await page.getByText('2 runs compared').waitFor();
    const forest = new URL(page.url()).searchParams.get('runs')?.split(',') ?? [];
    assert.deepEqual(new Set(forest), new Set([ids[46], ids[47]]));
    await tab(page, 'Overview');
    await api.runs.delete({ runId: ids[46] ?? '' });
    await row(page, 'State').getByText('Succeeded, deleted').waitFor();
    await api.runs.restore({ runId: ids[46] ?? '' });
    await row(page, 'State').getByText('deleted').waitFor({ state: 'detached' });
  });

  it('names the runs of a project that one may not see, and shows the others', async () => {
    await api.session.createUser({ id: 'vera', name: 'Vera' });
    await api.projects.setMember({ projectId: 'vision', userId: 'vera', role: 'viewer' });
    const { secret } = await api.session.createToken({ name: 'vera', userId: 'vera' });
    await using watched = await openPage(browser);
    const { page, complaints } = watched;
    await signIn(page, { url: server.url, token: secret });
    await page.goto(`${server.url}/compare?runs=${[two[1], two[0], ids[0], ids[1]].join(',')}`);
    await page.getByText(`Not found, or not yours to see: ${two[1]}.`).waitFor();
    assert.equal(await page.getByText('Speech').count(), 0);
    await tab(page, 'Parameters');
    await row(page, 'rate').getByText('0.1', { exact: true }).waitFor();
    assert.equal(await row(page, 'rate').getByText('?', { exact: true }).count(), 1);
    await tab(page, 'Curves');
    await page.getByRole('img', { name: /^loss:.*linear-0/ }).waitFor();
    await tab(page, 'Environment');
    await row(page, 'numpy').getByText('2.0.0').waitFor();
    await page.getByRole('columnheader', { name: /first.*Baseline/ }).waitFor();
    await page.screenshot({ path: join(shots, 'compare-unseen.png') });
    await page.getByRole('searchbox', { name: 'Add a run by name' }).fill('gpj');
    await page.getByText('No other run has this in its name.').waitFor();
    assert.deepEqual(complaints, []);
  });

  it('scrolls a thousand rows of fifty runs without drawing them all', async () => {
    const experiment = await api.experiments.create({ projectId: 'vision', name: 'wide' });
    const metrics = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`layer/${at}`, [at / 7]]));
    const wide: string[] = [];
    for (let at = 0; at < 50; at += 1) wide.push(await logRun(server, experiment.id, { name: `wide-${at}`, metrics }));
    await using watched = await open(wide, {});
    const { page } = watched;
    const began = Date.now();
    await tab(page, 'Metrics');
    await row(page, 'layer/0').waitFor();
    console.log(`      1,000 rows of 50 runs are shown in ${Date.now() - began} ms`);
    assert.ok((await page.getByRole('row').count()) < 120);
    const grid = page.locator('fw-compare-grid');
    const scrolled = Date.now();
    await grid.evaluate((element) => {
      (element as unknown as { scrollTop: number }).scrollTop = 1e6;
    });
    await row(page, 'layer/999').waitFor();
    console.log(`      its last row is shown ${Date.now() - scrolled} ms after a scroll to the end`);
    await page.screenshot({ path: join(shots, 'compare-wide.png') });
  });

  it('shows the other runs where one may not be seen, and refuses what is no comparison', async () => {
    await using watched = await open([...two, 'nosuchrun']);
    const { page } = watched;
    await page.getByText('Not found, or not yours to see: nosuchrun.').waitFor();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('2 runs compared').waitFor();
    for (const [runs, words] of [
      [[two[0]], 'two runs at least'],
      [[two[0], two[0]], 'named twice'],
      [Array.from({ length: 51 }, (_, at) => `r${at}`), '50 runs can be compared at most'],
    ] as const) {
      const response = await page.goto(`${server.url}/compare?runs=${runs.join(',')}`);
      assert.equal(response?.status(), 400);
      await page.getByText(words).waitFor();
    }
  });

  for (const { name, options } of looks) {
    it(`takes pictures in ${name}`, async () => {
      for (const count of [2, 5, 50]) {
        await using watched = await open(ids.slice(0, count), options);
        for (const shown of ['Overview', 'Metrics', 'Curves']) {
          await tab(watched.page, shown);
          await watched.page.waitForTimeout(500);
          await watched.page.screenshot({ path: join(shots, `compare-${shown}-${count}-${name}.png`) });
        }
        assert.deepEqual(watched.complaints, []);
      }
    });
  }
});
