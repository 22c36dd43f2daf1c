/** The real JupyterLab in a workspace, in a browser: what runs there goes on without the window. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openClient, type TestClient } from '../harness/client.ts';
import { projectWithCode } from '../harness/projectWithCode.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { untilState } from '../integration/workspaces/workspaceWorld.ts';
import { hasChromium, openBrowser, openPage, type TestBrowser } from './chromium.ts';
import { until } from './until.ts';

const shots = join(import.meta.dirname, '..', 'output', 'screenshots');
/** With these the server itself keeps what a cell writes, whether a window is open or not. */
const requirements =
  'jupyterlab==4.6.6\njupyter-collaboration==5.0.4\njupyter-server-nbmodel==0.2.9\nipykernel==7.4.0\n';
const source =
  'import time\nfor n in range(1, 41):\n    print("tick", n, flush=True)\n    time.sleep(0.25)\nprint("whole")';
const notebook = {
  cells: [{ cell_type: 'code', id: 'long', execution_count: null, metadata: {}, outputs: [], source }],
  metadata: { kernelspec: { display_name: 'Python 3 (ipykernel)', language: 'python', name: 'python3' } },
  nbformat: 4,
  nbformat_minor: 5,
};

describe('JupyterLab in a workspace', function () {
  this.timeout(300_000);
  const owned = new AsyncDisposableStack();
  let server: TestServer;
  let api: TestClient;
  let browser: TestBrowser;
  let workspaceId: string;

  before(async function () {
    if (!hasChromium) {
      console.log('      skipped: there is no Chromium; set CHROMIUM to its path');
      this.skip();
    }
    await mkdir(shots, { recursive: true });
    server = owned.use(await startServer());
    ({ api } = owned.use(await openClient(server)));
    browser = owned.use(await openBrowser());
    const files = { 'long.ipynb': JSON.stringify(notebook) };
    const { commit } = await projectWithCode({ ...server, api }, { id: 'iris', files });
    const definition = { kind: 'python', requirements, python: 'python3' } as const;
    await api.environments.create({ id: 'lab', definition });
    await api.environments.build({ environmentId: 'lab', revision: 1 });
    const wanted = { projectId: 'iris', commit, tool: 'jupyter', environmentId: 'lab', tierId: 'small' };
    ({ id: workspaceId } = await api.workspaces.create(wanted));
    await untilState(api, workspaceId, 'ready');
  });
  after(async () => {
    if (workspaceId) {
      await api.workspaces.stop({ workspaceId });
      await untilState(api, workspaceId, 'stopped');
    }
    await owned.disposeAsync();
  });

  async function opened(page: Page, path: string) {
    page.setDefaultTimeout(60_000);
    const { signIn } = await api.workspaces.address({ workspaceId });
    await page.goto(signIn);
    await page.goto(new URL(path, page.url()).href);
  }
  const output = (page: Page) => page.locator('.jp-OutputArea-output').first();

  it('shows the same running cell with its whole output after the window was closed', async () => {
    {
      await using watched = await openPage(browser);
      const { page } = watched;
      await opened(page, 'lab/tree/long.ipynb');
      await page.locator('.jp-CodeCell .cm-content').first().click();
      await page.getByText(/Python 3 \(ipykernel\) \| Idle/).waitFor();
      await page.keyboard.press('Shift+Enter');
      await output(page).getByText('tick 3').waitFor();
    }
    await until(
      'the kernel is seen to work',
      async () => (await api.workspaces.get({ workspaceId })).busy,
      60_000,
    ).catch(() => undefined);
    await using watched = await openPage(browser);
    const { page } = watched;
    await opened(page, 'lab/tree/long.ipynb');
    await output(page).getByText('whole').waitFor();
    const ticks = (await output(page).innerText()).match(/tick \d+/g) ?? [];
    assert.deepEqual(
      ticks,
      Array.from({ length: 40 }, (_, index) => `tick ${index + 1}`),
    );
    await page.screenshot({ path: join(shots, 'workspace-jupyter.png') });
  });
});
