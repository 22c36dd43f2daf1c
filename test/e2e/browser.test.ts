/** The panels as pages in a browser, against the real server and real runs. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { isFinal } from '../../protocol/model/run.ts';
import { hasChromium, openBrowser, openPage, type TestBrowser, type WatchedPage } from './chromium.ts';
import { signIn } from './signIn.ts';
import { startTrainingServer, type TrainingServer } from './trainingServer.ts';
import { until } from './until.ts';

const shots = join(import.meta.dirname, '..', 'output', 'screenshots');
const hostile = '<img src=x onerror="window.__pwned=1">\u202Egpj.exe</script>';

describe('panels in a browser', function () {
  this.timeout(90_000);
  const owned = new AsyncDisposableStack();
  let training: TrainingServer;
  let browser: TestBrowser;

  before(async function () {
    if (!hasChromium) {
      console.log('      skipped: there is no Chromium; set CHROMIUM to its path');
      this.skip();
    }
    await mkdir(shots, { recursive: true });
    training = owned.use(await startTrainingServer());
    browser = owned.use(await openBrowser());
  });
  after(() => owned.disposeAsync());

  async function signedIn(options: Parameters<typeof openPage>[1] = {}): Promise<WatchedPage> {
    const watched = await openPage(browser, options);
    await signIn(watched.page, training.server);
    return watched;
  }

  const open = (page: Page, path: string) => page.goto(`${training.server.url}${path}`);

  it('asks for a token before it shows anything', async () => {
    await using watched = await openPage(browser);
    await open(watched.page, '/experiments');
    assert.match(watched.page.url(), /\/sign-in\?next=/);
    await watched.page.fill('#token', 'fw_wrong');
    await watched.page.click('button[type=submit]');
    await watched.page.getByText('That token is not valid').waitFor();
  });

  it('shows a run live: state, log and chart, and its end', async () => {
    const runId = await training.launch({ name: 'live', parameters: { epochs: 24, hidden: 12 } });
    await using watched = await signedIn();
    const { page, complaints } = watched;
    await page.getByRole('link', { name: 'live', exact: true }).click();
    await page.getByText('Running', { exact: true }).waitFor();
    await page.getByRole('tab', { name: 'Log' }).click();
    await page.getByText(/epoch +3 /).waitFor();
    await page.getByRole('tab', { name: /Metrics/ }).click();
    const chart = page.getByRole('img', { name: /^loss:/ });
    await chart.waitFor();
    const first = await pointsOf(chart);
    await until('the curve grows', async () => (await pointsOf(chart)) > first);
    await page.getByText('Succeeded', { exact: true }).waitFor({ timeout: 30_000 });
    await page.getByRole('tab', { name: 'Log' }).click();
    await page.getByText(/of 360 missed; see/).waitFor();
    assert.equal((await training.api.runs.get({ runId })).state, 'succeeded');
    assert.deepEqual(complaints, []);
  });

  it('previews artifacts and code', async () => {
    const runId = await training.launch({ name: 'files', parameters: { epochs: 1, hidden: 4 } });
    await ended(training, runId);
    await using watched = await signedIn();
    const { page, complaints } = watched;
    await open(page, `/runs/${runId}`);
    await page.getByRole('tab', { name: 'Artifacts' }).click();
    await page.getByRole('treeitem', { name: /outputs/ }).click();
    await page.getByRole('treeitem', { name: /confusion\.csv/ }).click();
    await page.getByRole('columnheader', { name: 'truth' }).waitFor();
    await page.getByRole('tab', { name: 'Code' }).click();
    await page.getByRole('treeitem', { name: /train\.py/ }).click();
    await page.getByText('Recognise handwritten digits').waitFor();
    assert.deepEqual(complaints, []);
  });

  it('filters and sorts over everything, and compares chosen runs', async () => {
    for (const rate of [0.04, 0.01, 0.08]) {
      await ended(
        training,
        await training.launch({ name: `rate ${rate}`, parameters: { rate, epochs: 2, hidden: 4 } }),
      );
    }
    await using watched = await signedIn();
    const { page, complaints } = watched;
    await open(page, '/experiments?project=digits');
    await page.getByText('rate 0.01').waitFor();
    const filter = page.getByRole('combobox', { name: 'Filter runs' });
    await filter.click();
    await filter.pressSequentially('params.ra');
    await page.getByRole('option', { name: /rate/ }).first().waitFor();
    await filter.fill("params.rate = '0.01' or");
    await page.getByRole('alert').first().waitFor();
    await filter.fill("attributes.run_name LIKE 'rate%'");
    await filter.press('Enter');
    await page.getByText('3 runs', { exact: true }).waitFor();
    await page.getByRole('columnheader', { name: 'rate', exact: true }).click();
    await page.locator('.ag-row[row-index="0"] .name', { hasText: 'rate 0.01' }).waitFor();
    await page.locator('.ag-row[row-index="0"] .ag-checkbox-input').first().click();
    await page.locator('.ag-row[row-index="1"] .ag-checkbox-input').first().click();
    await page.getByText('2 runs compared').waitFor();
    await page.getByRole('img', { name: /^loss: .*rate 0\.01/ }).waitFor();
    assert.deepEqual(complaints, []);
  });

  it('shows markup in names, tags, parameters and output as text', async () => {
    const runId = await training.launch({
      name: hostile,
      parameters: { note: hostile },
      command: `printf '%s\\n' '${hostile}' '\u001b]8;;javascript:alert(1)\u0007link\u001b]8;;\u0007'; true {note}`,
    });
    await training.api.runs.update({ runId, note: hostile, setTags: { [hostile.slice(0, 100)]: hostile } });
    await ended(training, runId);
    await using watched = await signedIn();
    const { page, complaints } = watched;
    for (const [path, tabs] of [
      ['/', []],
      ['/experiments?project=digits', []],
      [`/runs/${runId}`, ['Overview', 'Log']],
    ] as const) {
      await open(page, path);
      await page.getByText('<img src=x', { exact: false }).first().waitFor();
      for (const tab of tabs) {
        await page.getByRole('tab', { name: tab }).click();
        await page.getByText('<img src=x', { exact: false }).nth(1).waitFor();
      }
    }
    assert.equal(await page.evaluate('window.__pwned'), undefined);
    assert.equal(await page.locator('img').count(), 0);
    assert.deepEqual(complaints, []);
  });

  it('says that a run is unknown, and what to do', async () => {
    await using watched = await signedIn();
    await open(watched.page, '/runs/0123456789abcdef0123456789abcdef');
    await watched.page.getByRole('alert').waitFor();
    await watched.page.getByRole('button', { name: 'Try again' }).waitFor();
  });

  for (const look of [
    { name: 'light', options: { colorScheme: 'light' } },
    { name: 'dark', options: { colorScheme: 'dark' } },
    { name: 'forced-dark', options: { colorScheme: 'dark', forcedColors: 'active' } },
    { name: 'forced-light', options: { colorScheme: 'light', forcedColors: 'active' } },
  ] as const) {
    it(`takes pictures in ${look.name}`, async () => {
      const { items } = await training.api.runs.list({ projectId: 'digits', states: ['succeeded'] });
      const runId = items.find((run) => run.name === 'live')?.id ?? items[0]?.id;
      await using watched = await signedIn(look.options);
      const { page, complaints } = watched;
      const shoot = (name: string) => page.screenshot({ path: join(shots, `browser-${name}-${look.name}.png`) });
      await shoot('home');
      await open(page, '/experiments?project=digits');
      await page.locator('.ag-row .name').first().waitFor();
      await shoot('experiments');
      await open(page, `/runs/${runId}`);
      for (const tab of ['Overview', 'Metrics', 'Log', 'Artifacts', 'Code']) {
        await page.getByRole('tab', { name: tab }).click();
        await page.waitForLoadState('networkidle');
        await shoot(`run-${tab.toLowerCase()}`);
      }
      assert.deepEqual(complaints, []);
    });
  }
});

async function pointsOf(chart: { getAttribute(name: string): Promise<string | null> }): Promise<number> {
  return Number(/([\d,]+) points?/.exec((await chart.getAttribute('aria-label')) ?? '')?.[1] ?? 0);
}

async function ended(training: TrainingServer, runId: string): Promise<void> {
  await until(`run ${runId} ends`, async () => isFinal((await training.api.runs.get({ runId })).state));
}
