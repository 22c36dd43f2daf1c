/** The workspaces panel in a browser: from nothing to a tool in its own tab, and back to nothing. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { untilState, type World, wanted, workspaceWorld } from '../integration/workspaces/workspaceWorld.ts';
import { hasChromium, openBrowser, openPage, type TestBrowser } from './chromium.ts';
import { signIn } from './signIn.ts';

const shots = join(import.meta.dirname, '..', 'output', 'screenshots');

describe('workspaces in a browser', function () {
  this.timeout(180_000);
  const owned = new AsyncDisposableStack();
  let world: World;
  let browser: TestBrowser;

  before(async function () {
    if (!hasChromium) {
      console.log('      skipped: there is no Chromium; set CHROMIUM to its path');
      this.skip();
    }
    await mkdir(shots, { recursive: true });
    world = owned.use(await workspaceWorld());
    browser = owned.use(await openBrowser());
  });
  after(() => owned.disposeAsync());

  async function signedIn(options: Parameters<typeof openPage>[1] = {}) {
    const watched = await openPage(browser, options);
    watched.page.setDefaultTimeout(30_000);
    await signIn(watched.page, world.server);
    await watched.page.getByRole('link', { name: 'Workspaces' }).click();
    return watched;
  }

  it('makes one, opens it in a tab of its own origin, stops and deletes it', async () => {
    await using watched = await signedIn();
    const { page, complaints } = watched;
    await page.getByText('There is no workspace yet').waitFor();
    await page.screenshot({ path: join(shots, 'workspaces-empty.png') });
    await page.getByRole('button', { name: 'New workspace' }).click();
    await page.getByRole('combobox', { name: 'Environment' }).selectOption('tools');
    await page.getByRole('combobox', { name: 'Tool' }).selectOption('echo');
    await page.getByRole('textbox', { name: 'Name' }).fill('First steps');
    await page.getByRole('button', { name: 'Start workspace' }).click();
    await page.getByText('Running', { exact: true }).waitFor({ timeout: 90_000 });
    const opening = page.context().waitForEvent('page');
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    const tool = await opening;
    await tool.getByText('nothing at /').waitFor();
    assert.match(new URL(tool.url()).hostname, /^[0-9a-f]{16}\.localhost$/);
    assert.equal(new URL(tool.url()).search, '');
    assert.equal(await tool.evaluate('document.cookie'), '');
    // What runs there is no page of ours: the server's own address does not answer it.
    const reached = await tool.evaluate(
      (url) =>
        fetch(`${url}/api/projects`, { credentials: 'include' }).then(
          (answer) => answer.status,
          () => 'refused',
        ),
      world.server.url,
    );
    assert.equal(reached, 'refused');
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByText('Stopped', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'More for First steps' }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('There is no workspace yet').waitFor();
    assert.deepEqual(complaints, []);
  });

  it('shows why one failed, and what others share', async () => {
    const { admin, ben } = world;
    const own = { ...wanted, environmentId: 'system', tool: 'jupyter', name: 'No JupyterLab here' };
    const failing = await admin.api.workspaces.create({ ...own, tierId: 'standard' });
    const { id } = await ben.api.workspaces.create({ ...wanted, name: 'Of Ben' });
    await ben.api.workspaces.update({ workspaceId: id, sharing: 'together' });
    await untilState(ben.api, id, 'ready');
    await untilState(admin.api, failing.id, 'failed');
    for (const [theme, options] of [
      ['dark', { colorScheme: 'dark' }],
      ['light', { colorScheme: 'light' }],
      ['contrast', { colorScheme: 'dark', forcedColors: 'active' }],
    ] as const) {
      await using watched = await signedIn(options);
      const { page } = watched;
      await page.getByText(/put jupyterlab among its packages/).waitFor();
      await page.getByText('Contributors work in it together').waitFor();
      await page.screenshot({ path: join(shots, `workspaces-${theme}.png`) });
    }
    await ben.api.workspaces.stop({ workspaceId: id });
    await untilState(ben.api, id, 'stopped');
  });
});
