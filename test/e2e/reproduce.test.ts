/** A run launched again and its history, in the pages of a browser, against real runs. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { isFinal } from '../../protocol/model/run.ts';
import { skip } from '../harness/reporter.ts';
import { hasChromium, openBrowser, openPage, type TestBrowser, type WatchedPage } from './chromium.ts';
import { signIn } from './signIn.ts';
import { startTrainingServer, type TrainingServer } from './trainingServer.ts';
import { until } from './until.ts';

const shots = join(import.meta.dirname, '..', 'output', 'screenshots');

const looks = [
  { name: 'light', options: { colorScheme: 'light' } },
  { name: 'dark', options: { colorScheme: 'dark' } },
  { name: 'forced-dark', options: { colorScheme: 'dark', forcedColors: 'active' } },
  { name: 'forced-light', options: { colorScheme: 'light', forcedColors: 'active' } },
] as const;

describe('reproducing and looking back in a browser', function () {
  this.timeout(120_000);
  const owned = new AsyncDisposableStack();
  let training: TrainingServer;
  let browser: TestBrowser;
  let first: string;
  let again: string;

  before(async function () {
    if (!hasChromium) skip(this, 'there is no Chromium');
    await mkdir(shots, { recursive: true });
    training = owned.use(await startTrainingServer());
    browser = owned.use(await openBrowser());
    first = await training.launch({ name: 'first', parameters: { epochs: 2, hidden: 4, seed: 3 } });
    await ended(first);
  });
  after(() => owned.disposeAsync());

  const ended = (runId: string) =>
    until(`run ${runId} ends`, async () => isFinal((await training.api.runs.get({ runId })).state), 60_000);

  async function signedIn(options: Parameters<typeof openPage>[1] = {}): Promise<WatchedPage> {
    const watched = await openPage(browser, options);
    await signIn(watched.page, training.server);
    return watched;
  }

  const open = (page: Page, path: string) => page.goto(`${training.server.url}${path}`);

  it('says what could not be the same, launches, and shows the new run', async () => {
    await using watched = await signedIn();
    const { page, complaints } = watched;
    await open(page, `/runs/${first}`);
    await page.getByRole('button', { name: 'Reproduce', exact: true }).click();
    const form = page.getByRole('region', { name: 'Reproduce this run' });
    await form.getByText(/seed 3/).waitFor();
    await form.getByText(/software of the machine itself/).waitFor();
    await page.keyboard.press('Escape');
    await form.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Reproduce', exact: true }).click();
    await form.getByRole('button', { name: 'Launch again' }).click();
    await page.waitForURL((url) => url.pathname.startsWith('/runs/') && !url.pathname.endsWith(first));
    await page.getByRole('heading', { name: 'first again' }).waitFor();
    again = page.url().split('/').at(-1) ?? '';
    assert.notEqual(again, first);
    await page.getByText('Succeeded', { exact: true }).waitFor({ timeout: 60_000 });
    assert.deepEqual(complaints, []);
  });

  it('compares the metrics of both, and finds the repetition from the first', async () => {
    await ended(again);
    const { of, metrics } = await training.api.runs.reproduction({ runId: again, tolerance: 0 });
    assert.equal(of?.id, first);
    const verdicts = Object.fromEntries(metrics.map(({ key, verdict }) => [key, verdict]));
    assert.deepEqual(verdicts, { accuracy: 'within', loss: 'within', seconds_per_epoch: 'time' });
    await using watched = await signedIn();
    const { page, complaints } = watched;
    await open(page, `/runs/${again}`);
    await page.getByText('2 of 2 metrics came out equal.').waitFor();
    await page.getByLabel('Tolerance').selectOption('0');
    await page.getByText('2 of 2 metrics came out equal.').waitFor();
    await page.getByRole('button', { name: 'first', exact: true }).click();
    await page.getByText('Repeated by 1 run').waitFor();
    assert.deepEqual(complaints, []);
  });

  it('refuses a run that was only logged, with what its client told', async () => {
    const { experimentId } = await training.api.projects.get({ projectId: 'digits' });
    const runId = await logRun(training, experimentId);
    await using watched = await signedIn();
    await open(watched.page, `/runs/${runId}`);
    await watched.page.getByRole('button', { name: 'Reproduce', exact: true }).click();
    const form = watched.page.getByRole('region', { name: 'Reproduce this run' });
    await form.getByText(/a client logged it/).waitFor();
    await form.getByText('laptop/train.py').waitFor();
    assert.equal(await form.getByRole('button', { name: 'Launch again' }).count(), 0);
    await watched.page.screenshot({ path: join(shots, 'browser-reproduce-logged.png') });
  });

  it('lists every change with who and when, and follows new ones', async () => {
    await training.api.runs.update({ runId: first, name: 'renamed', setTags: { team: 'blue' }, note: 'why' });
    await using watched = await signedIn();
    const { page, complaints } = watched;
    await open(page, `/runs/${first}`);
    await page.getByRole('tab', { name: 'History' }).click();
    const list = page.getByRole('list', { name: /Changes of the run/ });
    await list.getByText('changed its name, its note, tag team').waitFor();
    await list.getByText('launched it').waitFor();
    await list.getByText('moved it from running to succeeded').waitFor();
    const count = await list.locator('li').count();
    await training.api.runs.update({ runId: first, setTags: { team: 'green' } });
    await list.getByText('→ green').waitFor();
    assert.equal(await list.locator('li').count(), count + 1);
    assert.deepEqual(complaints, []);
  });

  it('goes back through pages of changes', async () => {
    for (let at = 0; at < 120; at += 1) await training.api.runs.update({ runId: again, note: `note ${at}` });
    await using watched = await signedIn();
    const { page } = watched;
    await open(page, `/runs/${again}`);
    await page.getByRole('tab', { name: 'History' }).click();
    const list = page.getByRole('list', { name: /Changes of the run/ });
    await list.getByText('note 119').waitFor();
    assert.equal(await list.getByText('launched it').count(), 0);
    await page.getByRole('button', { name: 'Show earlier' }).click();
    await list.getByText('launched it').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Show earlier' }).count(), 0);
  });

  it('opens the table with the filter that a link asks for', async () => {
    await using watched = await signedIn();
    const filter = encodeURIComponent("params.seed = '3'");
    await open(watched.page, `/experiments?project=digits&filter=${filter}`);
    await watched.page.getByText('2 runs', { exact: true }).waitFor();
  });

  for (const { name, options } of looks) {
    it(`takes pictures in ${name}`, async () => {
      await using watched = await signedIn(options);
      const { page, complaints } = watched;
      const shoot = (what: string) => page.screenshot({ path: join(shots, `browser-${what}-${name}.png`) });
      await open(page, `/runs/${again}`);
      await page.getByText('2 of 2 metrics came out equal.').waitFor();
      await shoot('run-repeated');
      await page.getByRole('button', { name: 'Reproduce', exact: true }).click();
      await page.getByRole('button', { name: 'Launch again' }).waitFor();
      await shoot('run-reproduce');
      await page.keyboard.press('Escape');
      await open(page, `/runs/${first}`);
      await page.getByRole('tab', { name: 'History' }).click();
      await page.getByRole('list', { name: /Changes of the run/ }).waitFor();
      await shoot('run-history');
      assert.deepEqual(complaints, []);
    });
  }
});

async function logRun({ server }: TrainingServer, experimentId: string): Promise<string> {
  const tags = [
    { key: 'mlflow.source.name', value: 'laptop/train.py' },
    { key: 'mlflow.source.git.commit', value: 'a'.repeat(40) },
  ];
  const response = await fetch(`${server.url}/api/2.0/mlflow/runs/create`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ experiment_id: experimentId, run_name: 'laptop', tags }),
  });
  return ((await response.json()) as { run: { info: { run_id: string } } }).run.info.run_id;
}
