/** The home of a project and the portfolio in a browser. */
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openClient, type TestClient } from '../harness/client.ts';
import { pushFiles } from '../harness/pushFiles.ts';
import { startServer } from '../harness/server.ts';
import { hasChromium, openBrowser, openPage, type TestBrowser } from './chromium.ts';
import { signIn } from './signIn.ts';
import { until } from './until.ts';

const shots = join(import.meta.dirname, '..', 'output', 'screenshots');
const projectId = 'iris';

describe('projects in a browser', function () {
  this.timeout(120_000);
  const owned = new AsyncDisposableStack();
  let server: { readonly url: string; readonly token: string };
  let api: TestClient;
  let browser: TestBrowser;

  before(async function () {
    if (!hasChromium) {
      console.log('      skipped: there is no Chromium; set CHROMIUM to its path');
      this.skip();
    }
    await mkdir(shots, { recursive: true });
    server = owned.use(await startServer());
    ({ api } = owned.use(await openClient(server)));
    browser = owned.use(await openBrowser());
    await api.session.createUser({ id: 'ada', name: 'Ada' });
    await api.projects.create({ id: projectId, name: 'Iris', description: 'Which **flower** is it?' });
    await api.projects.setMember({ projectId, userId: 'ada', role: 'viewer' });
    await api.projects.create({ id: 'wine', name: 'Wine', stage: 'deployed' });
    await pushFiles({ server, project: projectId, files: { 'README.md': '# Iris\n<script>alert(1)</script>' } });
  });
  after(() => owned.disposeAsync());

  async function signedIn(options: Parameters<typeof openPage>[1] = {}) {
    const watched = await openPage(browser, options);
    watched.page.setDefaultTimeout(15_000);
    await signIn(watched.page, server);
    return watched;
  }
  const stageOf = async (id: string) => (await api.projects.get({ projectId: id })).stage;
  const fill = (page: Page, label: string, text: string) => page.getByLabel(label, { exact: true }).fill(text);
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

  it('are opened from the list, and changed in place with a way back', async () => {
    await using watched = await signedIn();
    const { page, complaints } = watched;
    await page.getByRole('link', { name: /Iris/ }).click();
    await page.getByRole('heading', { name: 'Iris' }).first().waitFor();
    await page.getByText('<script>alert(1)</script>').waitFor();

    await press(page, 'Add a goal');
    await fill(page, 'Goal', 'Recall above 0.9');
    await fill(page, 'Progress in percent', '40');
    await page.keyboard.press('Enter');
    await page.getByRole('progressbar', { name: 'Recall above 0.9' }).waitFor();
    await press(page, 'Remove the goal Recall above 0.9');
    await page.getByRole('progressbar', { name: 'Recall above 0.9' }).waitFor({ state: 'detached' });
    await press(page, 'Undo');
    await page.getByRole('progressbar', { name: 'Recall above 0.9' }).waitFor();

    await press(page, 'Open a blocker');
    await fill(page, 'What holds it up?', 'No labels');
    await page.keyboard.press('Enter');
    await press(page, 'Close the blocker No labels');
    assert.equal(await page.getByRole('button', { name: 'Close', exact: true }).isDisabled(), true);
    await fill(page, 'How was it resolved?', 'They came');
    await press(page, 'Close');
    await page.getByText('Nothing holds the project up.').waitFor();

    await page.getByRole('combobox', { name: 'Stage' }).selectOption('validation');
    await fill(page, 'Why?', 'It holds on new data');
    await press(page, 'Move');
    await until('it is moved', async () => (await stageOf(projectId)) === 'validation');
    await page.getByText('It holds on new data').waitFor();
    await press(page, 'Take Ada out');
    await until('she is out', async () => (await api.projects.members({ projectId })).length === 1);
    await press(page, 'Undo');
    await until('she is back', async () => (await api.projects.members({ projectId })).length === 2);
    assert.deepEqual(complaints, []);
  });

  it('say who was first where two move one at the same moment', async () => {
    await using watched = await signedIn();
    const { page } = watched;
    await page.goto(`${server.url}/projects/${projectId}`);
    await page.getByRole('combobox', { name: 'Stage' }).selectOption('retired');
    await api.projects.update({ projectId, stage: 'deployed', stageReason: 'the board wants it' });
    await fill(page, 'Why?', 'Nobody needs it');
    await press(page, 'Move');
    await page
      .getByText(/changed stage from validation to deployed \(“the board wants it”\) since you looked/)
      .waitFor();
    assert.equal(await stageOf(projectId), 'deployed');
    await until('it shows as it is', async () => {
      const chosen = await page.getByRole('combobox', { name: 'Stage' }).inputValue();
      return chosen === 'deployed';
    });
  });

  it('are moved on the board by keyboard and by the mouse, sorted in the table, and saved', async () => {
    await using watched = await signedIn();
    const { page, complaints } = watched;
    await page.getByRole('link', { name: 'Portfolio' }).click();
    await page.getByRole('article', { name: 'Wine' }).press('Alt+ArrowRight');
    await fill(page, 'Why?', 'It is watched now');
    await press(page, 'Move');
    await until('it is moved', async () => (await stageOf('wine')) === 'monitored');
    await page.getByRole('region', { name: 'Monitored' }).getByRole('article', { name: 'Wine' }).waitFor();
    await page.getByRole('article', { name: 'Wine' }).dragTo(page.getByRole('region', { name: 'Ideation' }));
    await fill(page, 'Why?', 'Back to the start');
    await press(page, 'Move');
    await until('it is moved back', async () => (await stageOf('wine')) === 'ideation');

    await press(page, 'Table');
    await press(page, 'Project');
    await page.getByRole('columnheader', { name: 'Project' }).and(page.locator('[aria-sort=ascending]')).waitFor();
    assert.deepEqual(await page.locator('tbody tr td:first-child').allInnerTexts(), ['Default', 'Iris', 'Wine']);
    await page.getByRole('searchbox', { name: 'Filter by words' }).fill('flower');
    await page.getByText('Wine').waitFor({ state: 'detached' });
    const saved = page.waitForEvent('download');
    await press(page, 'Save as CSV');
    const csv = await readFile(await (await saved).path(), 'utf8');
    assert.match(csv, /^project,id,stage,health.*\r\nIris,iris,deployed,Good/);
    await page.getByRole('button', { name: 'Iris' }).click();
    await page.getByRole('heading', { name: 'Iris' }).first().waitFor();
    assert.deepEqual(complaints, []);
  });

  it('tell what happened page by page, of one kind where asked', async () => {
    await api.projects.create({ id: 'busy', name: 'Busy' });
    for (let at = 0; at < 25; at += 1) await api.projects.saveGoal({ projectId: 'busy', title: `Goal ${at}` });
    await using watched = await signedIn();
    const { page } = watched;
    await page.goto(`${server.url}/projects/busy`);
    const first = page.getByText('goal Goal 0: added');
    await page.getByText('goal Goal 24: added').waitFor();
    assert.equal(await first.count(), 0);
    await press(page, 'Show older');
    await first.waitFor();
    await page.getByText('created the project').waitFor();
    await page.getByRole('button', { name: 'Show older' }).waitFor({ state: 'detached' });
    await api.projects.saveGoal({ projectId: 'busy', title: 'The newest' });
    await page.getByText('goal The newest: added').waitFor();
    assert.equal(await first.count(), 1);
    await page.getByRole('combobox', { name: 'Kind of activity' }).selectOption('experiment');
    await page.getByText('made an experiment').waitFor();
    await first.waitFor({ state: 'detached' });
  });

  it('are deleted by their name, and restored from the portfolio', async () => {
    await api.projects.create({ id: 'brief', name: 'Brief' });
    await using watched = await signedIn();
    const { page, complaints } = watched;
    await page.goto(`${server.url}/projects/brief`);
    await press(page, 'More about this project');
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    await page.getByText('0 runs in 1 experiment').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Delete', exact: true }).isDisabled(), true);
    await fill(page, 'Type Brief to delete it', 'Brief');
    await press(page, 'Delete');
    await page.getByText('There is no project brief.').waitFor();
    await page.goto(`${server.url}/portfolio`);
    await press(page, 'New project');
    await page.getByRole('menuitem', { name: 'Restore a deleted one…' }).click();
    await press(page, 'Restore');
    await page.getByRole('article', { name: 'Brief' }).waitFor();
    assert.deepEqual(complaints, []);
  });

  for (const { name, options } of [
    { name: 'light', options: { colorScheme: 'light' } },
    { name: 'dark', options: { colorScheme: 'dark' } },
    { name: 'forced-dark', options: { colorScheme: 'dark', forcedColors: 'active' } },
  ] as const) {
    it(`look right in ${name}`, async () => {
      await using watched = await signedIn(options);
      const { page, complaints } = watched;
      await page.goto(`${server.url}/projects/${projectId}`);
      await page.getByText('pushed code').waitFor();
      await page.screenshot({ path: join(shots, `project-${name}.png`) });
      await page.goto(`${server.url}/portfolio`);
      await page.getByText('Iris').first().waitFor();
      await page.screenshot({ path: join(shots, `portfolio-${name}.png`) });
      assert.deepEqual(complaints, []);
    });
  }
});
