/** The jobs panel in a browser, with real runs in a real queue. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { CodeRef } from '../../protocol/model/run.ts';
import { openClient, type TestClient } from '../harness/client.ts';
import { projectWithCode } from '../harness/projectWithCode.ts';
import { startServer } from '../harness/server.ts';
import { hasChromium, openBrowser, openPage, type TestBrowser } from './chromium.ts';
import { signIn } from './signIn.ts';
import { until } from './until.ts';

const shots = join(import.meta.dirname, '..', 'output', 'screenshots');
const projectId = 'digits';
const file = `jobs:
  prepare:
    description: Cleans the data
    command: "true"
  train:
    command: sleep 600
    depends-on: [prepare]
    retries: { limit: 2 }
    schedule: { cron: "0 3 * * 1-5", timezone: Europe/Vienna }
  weekly:
    report: weekly.ipynb
  broken:
    command: "true"
    tiers: small
`;

type Styled = { getComputedStyle(element: unknown): { readonly color: string; readonly marginTop: string } };

describe('jobs in a browser', function () {
  this.timeout(180_000);
  const owned = new AsyncDisposableStack();
  let server: { readonly url: string; readonly token: string };
  let api: TestClient;
  let browser: TestBrowser;
  let code: CodeRef;
  let tierId: string;

  before(async function () {
    if (!hasChromium) {
      console.log('      skipped: there is no Chromium; set CHROMIUM to its path');
      this.skip();
    }
    await mkdir(shots, { recursive: true });
    server = owned.use(await startServer());
    ({ api } = owned.use(await openClient(server)));
    code = await projectWithCode({ ...server, api }, { id: projectId, files: { 'flywheel.yaml': file } });
    const { tiers } = await api.tiers.list();
    tierId = tiers.toSorted((a, b) => a.concurrency - b.concurrency)[0]?.id ?? '';
    browser = owned.use(await openBrowser());
  });
  after(async () => {
    const { running, queued } = await api.queue.list({});
    for (const runId of [...running.map(({ id }) => id), ...queued.map(({ run }) => run.id)])
      await api.runs.stop({ runId });
    await owned.disposeAsync();
  });

  const launch = (name: string) =>
    api.runs.launch({ projectId, name, command: 'sleep 600', environmentId: 'system', tierId, code });

  async function signedIn(options: Parameters<typeof openPage>[1] = {}) {
    const watched = await openPage(browser, options);
    watched.page.setDefaultTimeout(15_000);
    await signIn(watched.page, server);
    return watched;
  }
  const open = (page: Page, tab: string) => page.goto(`${server.url}/jobs?tab=${tab}&project=${projectId}`);
  const waiting = (page: Page) => page.locator('tr[data-run] .called button').allInnerTexts();
  const show = (page: Page, names: readonly string[]) =>
    until(`the queue shows ${names}`, async () => JSON.stringify(await waiting(page)) === JSON.stringify(names));

  it('says what to do where nothing waits', async () => {
    await using watched = await signedIn();
    const { page, complaints } = watched;
    await page.getByRole('link', { name: 'Jobs' }).click();
    await page.getByText('Nothing runs and nothing waits').waitFor();
    await page.getByRole('tab', { name: /Schedules/ }).click();
    await page.getByText('Nothing is scheduled').waitFor();
    await page.screenshot({ path: join(shots, 'jobs-empty.png') });
    assert.deepEqual(complaints, []);
  });

  it('shows what waits and why, and is reordered, paused and cancelled by keyboard and by drag', async () => {
    const { tiers } = await api.tiers.list();
    const places = tiers.find(({ id }) => id === tierId)?.concurrency ?? 1;
    for (let at = 0; at < places; at += 1) await launch(`busy ${at}`);
    await until('all places are taken', async () => (await api.queue.list({})).running.length === places);
    for (const name of ['first', 'second', 'third']) await launch(name);
    await using watched = await signedIn();
    const { page, complaints } = watched;
    await open(page, 'queue');
    await show(page, ['first', 'second', 'third']);
    await page.locator('tr[data-run] td[title*="all its places are taken"]').first().waitFor();
    await page.locator('tr[data-run]').nth(2).focus();
    await page.keyboard.press('Alt+ArrowUp');
    await show(page, ['first', 'third', 'second']);
    await page.locator('tr[data-run]').nth(2).dragTo(page.locator('tr[data-run]').nth(0));
    await show(page, ['second', 'first', 'third']);
    await page.locator('tr[data-run]').nth(0).focus();
    await page.keyboard.press('p');
    await page.getByText('paused', { exact: true }).waitFor();
    await show(page, ['first', 'third', 'second']);
    await page.screenshot({ path: join(shots, 'jobs-queue-light.png') });
    await page.locator('tr[data-run]').nth(1).focus();
    await page.keyboard.press('Delete');
    await show(page, ['first', 'second']);
    assert.deepEqual(complaints, []);
  });

  for (const [name, options] of [
    ['dark', { colorScheme: 'dark' }],
    ['contrast', { forcedColors: 'active', colorScheme: 'dark' }],
  ] as const) {
    it(`looks right in ${name}`, async () => {
      await using watched = await signedIn(options);
      await open(watched.page, 'queue');
      await show(watched.page, ['first', 'second']);
      await watched.page.screenshot({ path: join(shots, `jobs-queue-${name}.png`) });
    });
  }

  it('says of each job what it is, what is wrong, and what a launch would do', async () => {
    await using watched = await signedIn();
    const { page, complaints } = watched;
    await open(page, 'jobs');
    await page.getByText('tiers is not known here').waitFor();
    const row = page.getByRole('row').filter({ hasText: 'sleep 600' });
    await row.getByRole('button', { name: 'Dry run' }).click();
    await page.getByText('2 runs would be queued').waitFor();
    await page.getByText('until prepare has succeeded', { exact: false }).waitFor();
    await page.screenshot({ path: join(shots, 'jobs-defined.png') });
    assert.deepEqual(complaints, []);
  });

  it('schedules a job as its file proposes, refuses what never fires, and pauses, changes and deletes it', async () => {
    await using watched = await signedIn();
    const { page, complaints } = watched;
    await open(page, 'jobs');
    await page.getByRole('row').filter({ hasText: 'sleep 600' }).getByRole('button', { name: 'Schedule' }).click();
    await page.getByText('At 03:00, Monday through Friday, Europe/Vienna time').waitFor();
    await page.getByRole('textbox', { name: /^When/ }).fill('0 0 30 2 *');
    await page.getByText('never fires').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Schedule', exact: true }).isDisabled(), true);
    await page.screenshot({ path: join(shots, 'jobs-schedule-refused.png') });
    await page.getByRole('textbox', { name: /^When/ }).fill('30 4 * * *');
    await page.getByText('At 04:30, Europe/Vienna time').waitFor();
    await page.getByRole('button', { name: 'Schedule', exact: true }).click();
    const row = page.getByRole('row').filter({ hasText: 'Job train' });
    await row.getByText('At 04:30, Europe/Vienna time').waitFor();
    await row.getByRole('button', { name: 'Run now' }).click();
    await row.getByRole('button', { name: /^launched/ }).waitFor();
    await row.getByRole('button', { name: 'History' }).click();
    await page.getByRole('button', { name: 'Open the run' }).waitFor();
    await row.getByRole('button', { name: 'Pause' }).click();
    await row.getByText('Not until it is resumed').waitFor();
    await page.screenshot({ path: join(shots, 'jobs-schedules.png') });
    await row.getByRole('button', { name: 'Change' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Nightly training');
    await page.getByText('At 04:30, Europe/Vienna time').nth(1).waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Nightly training').waitFor();
    await row.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Nothing is scheduled').waitFor();
    assert.deepEqual(complaints, []);
  });

  it('shows a report as a page that runs nothing', async () => {
    const body =
      '<style>h1 { color: rgb(1, 2, 3) }</style><h1 style="margin-top: 7px" onclick="alert(1)">The week</h1>';
    const report = `<html><body>${body}<script>document.title = "ran"; parent.document.title = "ran"</script></body></html>`;
    const command = `mkdir -p outputs && printf '%s' '${report}' > outputs/report.html`;
    const free = (await api.tiers.list()).tiers.find(({ id }) => id !== tierId)?.id ?? '';
    const run = await api.runs.launch({ projectId, command, environmentId: 'system', tierId: free, code });
    await until('it has ended', async () => (await api.runs.get({ runId: run.id })).state === 'succeeded');
    await using watched = await signedIn();
    const { page, complaints } = watched;
    await page.goto(`${server.url}/runs/${run.id}`);
    await page.getByRole('tab', { name: 'Artifacts' }).click();
    await page.getByRole('treeitem', { name: /outputs/ }).click();
    await page.getByRole('treeitem', { name: /report.html/ }).click();
    const heading = page.frameLocator('iframe').getByRole('heading', { name: 'The week' });
    await heading.waitFor();
    const look = await heading.evaluate((element) => {
      const { color, marginTop } = (globalThis as unknown as Styled).getComputedStyle(element);
      return [color, marginTop];
    });
    assert.deepEqual(look, ['rgb(1, 2, 3)', '7px'], 'it keeps its looks');
    assert.equal(await page.title(), 'Run · Flywheel');
    assert.equal(await page.frameLocator('iframe').locator('script, [onclick]').count(), 0);
    await page.screenshot({ path: join(shots, 'jobs-report.png') });
    await page.getByRole('button', { name: 'Show the source' }).click();
    await page.getByText('<h1 style=').waitFor();
    // Reading it is enough for the policy to refuse what stands in it.
    const others = complaints.filter(
      (each) => !/^(Applying inline style|Executing inline event handler) violates/.test(each),
    );
    assert.deepEqual(others, []);
  });
});
