/** The environments panel in a browser, with real builds by pip. */
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openClient, type TestClient } from '../harness/client.ts';
import { startServer } from '../harness/server.ts';
import { hasChromium, openBrowser, openPage, type TestBrowser } from './chromium.ts';
import { signIn } from './signIn.ts';
import { until } from './until.ts';

const shots = join(import.meta.dirname, '..', 'output', 'screenshots');
const environmentId = 'vision';
const python = (requirements: string) => ({ kind: 'python' as const, requirements, python: 'python3' });

describe('environments in a browser', function () {
  this.timeout(180_000);
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
  });
  after(() => owned.disposeAsync());

  async function signedIn(options: Parameters<typeof openPage>[1] = {}) {
    const watched = await openPage(browser, options);
    watched.page.setDefaultTimeout(15_000);
    await signIn(watched.page, server);
    return watched;
  }
  const open = (page: Page, path = '') => page.goto(`${server.url}/environments${path}`);

  it('makes one from a form, builds it live, and lists what was found inside', async () => {
    await using watched = await signedIn();
    const { page, complaints } = watched;
    await page.getByRole('link', { name: 'Environments' }).click();
    await page.getByRole('option', { name: /System/ }).waitFor();
    await page.getByRole('button', { name: 'New', exact: true }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Vision');
    await page.getByRole('textbox', { name: 'Requirements (pip)' }).fill('six==1.16.0\n-r base.txt');
    await page.getByText('is a file that the environment does not have').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Create and build' }).isDisabled(), true);
    await page.getByRole('textbox', { name: 'Requirements (pip)' }).fill('six==1.16.0\npackaging==24.0');
    await page.getByText('is a file that the environment does not have').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Create and build' }).click();
    await page.getByRole('tab', { name: 'Build log' }).click();
    await page.getByText(/Successfully installed .*six-1\.16\.0/).waitFor({ timeout: 90_000 });
    await page.getByRole('tab', { name: /Packages/ }).click();
    await page.getByRole('listitem').filter({ hasText: 'six' }).getByText('1.16.0').waitFor();
    await page.getByRole('tab', { name: 'Overview' }).click();
    await page
      .getByText(/^\d+(\.\d)? MiB$/)
      .first()
      .waitFor();
    const { latest } = await api.environments.get({ environmentId });
    assert.match(latest.build.python ?? '', /^3\./);
    assert.deepEqual(complaints, []);
  });

  it('compares revisions, and says whether one still builds', async () => {
    await api.environments.revise({
      environmentId,
      definition: python('six==1.17.0\npackaging==24.0\nidna'),
      message: 'six 1.17 for Python 3.13',
    });
    await api.environments.build({ environmentId, revision: 2 });
    await using watched = await signedIn();
    const { page, complaints } = watched;
    await open(page, `/${environmentId}`);
    await page.getByRole('tab', { name: 'Compare' }).click();
    const row = page.getByRole('row').filter({ hasText: 'six' });
    await row.getByText('1.16.0').waitFor();
    await row.getByText('1.17.0').waitFor();
    await page.getByRole('row').filter({ hasText: 'idna' }).getByText('Added').waitFor();
    await page.getByText('+ six==1.17.0').waitFor();
    await page.screenshot({ path: join(shots, 'environments-compare.png') });
    await page.getByRole('tab', { name: 'Overview' }).click();
    await page.getByRole('button', { name: 'Does it still build?' }).click();
    await page.getByText(/^Yes, tried just now/).waitFor({ timeout: 90_000 });
    const { check, build } = (await api.environments.get({ environmentId })).latest;
    assert.deepEqual([check?.state, check?.changed, build.state], ['works', 0, 'ready']);
    assert.deepEqual(complaints, []);
  });

  it('deprecates with a way back, and keeps what is retired from being launched', async () => {
    await using watched = await signedIn();
    const { page, complaints } = watched;
    await open(page, `/${environmentId}`);
    const choose = async (label: string) => {
      await page.getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name: label }).click();
    };
    await choose('Deprecate');
    await page.getByText('Revision 2 is deprecated now.').waitFor();
    const state = async () => (await api.environments.get({ environmentId })).latest.state;
    assert.equal(await state(), 'deprecated');
    await page.getByRole('button', { name: 'Undo' }).click();
    await until('it is active again', async () => (await state()) === 'active');
    await choose('Retire');
    await until('it is retired', async () => (await state()) === 'retired');
    assert.equal((await api.environments.get({ environmentId })).current?.revision, 1);
    await api.environments.setState({ environmentId, revision: 2, state: 'active' });
    await api.environments.setState({ environmentId, revision: 1, state: 'deprecated', reason: 'six 1.16 has a bug' });
    assert.deepEqual(complaints, []);
  });

  it('takes a Dockerfile as it is and says what it needs; a wrong definition by line and field', async () => {
    await using watched = await signedIn();
    const { page, complaints } = watched;
    await open(page);
    await page.getByRole('button', { name: 'New', exact: true }).click();
    const files = [{ name: 'Dockerfile', mimeType: 'text/plain', buffer: Buffer.from('FROM rocker/r-ver:4.4.1\n') }];
    await page.setInputFiles('#files', files);
    await page.getByText('It needs a Docker host: it is built from a Dockerfile.').first().waitFor();
    const definition = page.getByRole('textbox', { name: 'devcontainer.json' });
    await definition.fill('{\n  "build": { "dockerfile": "Dockerfile" },\n  "forwardPorts": "8080"\n}');
    await page.getByText('devcontainer.json:3').waitFor();
    await page.getByText('forwardPorts', { exact: true }).waitFor();
    await page.screenshot({ path: join(shots, 'environments-form.png') });
    await definition.fill('{\n  "build": { "dockerfile": "Dockerfile" }\n}');
    await page.getByText('devcontainer.json:3').waitFor({ state: 'detached' });
    await page.getByRole('textbox', { name: 'Name' }).fill('R statistics');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByText('It needs a Docker host: it is built from a Dockerfile. On').waitFor();
    assert.deepEqual((await api.environments.get({ environmentId: 'r-statistics' })).latest.traits.languages, ['R']);
    assert.deepEqual(complaints, []);
  });

  it('gives one away as a folder', async () => {
    await using watched = await signedIn();
    const { page } = watched;
    await open(page, `/${environmentId}`);
    await page.getByRole('button', { name: 'More' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Export as .devcontainer folder' }).click(),
    ]);
    assert.equal(download.suggestedFilename(), 'vision-r2.zip');
    const content = await readFile(await download.path());
    assert.ok(content.includes('.devcontainer/devcontainer.json') && content.includes('requirements.lock.txt'));
  });

  it('shows why a build failed', async () => {
    const broken = { id: 'broken', definition: python('no-such-package-of-flywheel==9') };
    await api.environments.create({ ...broken, name: 'Broken' });
    await api.environments.build({ environmentId: 'broken', revision: 1 });
    await using watched = await signedIn();
    const { page } = watched;
    await open(page, '/broken');
    await page.getByText('Build failed').first().waitFor();
    await page
      .getByText(/no-such-package-of-flywheel/)
      .first()
      .waitFor();
    await page.screenshot({ path: join(shots, 'environments-failed.png') });
    await page.getByRole('searchbox', { name: 'Search environments' }).fill('nothing like that');
    await page.getByText('Nothing found').waitFor();
    await open(page, '/unknown');
    await page.getByText('There is no environment unknown').waitFor();
  });

  for (const look of [
    { name: 'light', options: { colorScheme: 'light' } },
    { name: 'dark', options: { colorScheme: 'dark' } },
    { name: 'forced-dark', options: { colorScheme: 'dark', forcedColors: 'active' } },
    { name: 'forced-light', options: { colorScheme: 'light', forcedColors: 'active' } },
    { name: 'narrow', options: { colorScheme: 'light', viewport: { width: 420, height: 760 } } },
  ] as const) {
    it(`looks right: ${look.name}`, async () => {
      await using watched = await signedIn(look.options);
      const { page, complaints } = watched;
      await open(page, `/${environmentId}`);
      await page.getByText('Revisions', { exact: true }).waitFor();
      await page.screenshot({ path: join(shots, `environments-${look.name}.png`) });
      assert.deepEqual(complaints, []);
    });
  }
});
