/** The compute view in the real VS Code, over a server with one real Docker host and one that does not answer. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { type OpenClient, openClient } from '../harness/client.ts';
import { dockerEngine } from '../harness/dockerEngine.ts';
import { skip } from '../harness/reporter.ts';
import { dataFolder, startServer } from '../harness/server.ts';
import { temporaryFolder } from '../harness/temporaryFolder.ts';
import { until } from './until.ts';
import { chooseTheme, needWorkbench, notification, openSidebar, openWorkbench, shots } from './workbench.ts';

describe('the compute view in VS Code', function () {
  this.timeout(150_000);
  const owned = new AsyncDisposableStack();
  let client: OpenClient;
  let page: Page;

  before(async function () {
    needWorkbench(this);
    const engine = await dockerEngine({ resources: ['A100-GPU=GPU-0', 'A100-GPU=GPU-1'] });
    if (typeof engine === 'string') return skip(this, engine);
    owned.use(engine);
    const folder = owned.use(await dataFolder());
    await writeFile(join(folder.path, 'catalog.json'), catalog(engine.socket));
    const server = owned.use(await startServer({ data: folder.path }));
    client = owned.use(await openClient(server));
    const workspace = owned.use(await temporaryFolder());
    const env = { FLYWHEEL_URL: server.url, FLYWHEEL_TOKEN: server.token };
    ({ page } = owned.use(await openWorkbench({ workspace: workspace.path, env })));
    page.setDefaultTimeout(20_000);
    await openSidebar(page);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed' && page)
      await page.screenshot({ path: join(shots, 'vscode-compute-failed.png') });
  });
  after(() => owned.disposeAsync());

  const row = (text: RegExp) => page.locator('.pane-body .monaco-list-row', { hasText: text }).first();

  it('shows hosts with load and problems, and tiers', async () => {
    for (const section of [/^Launch Section/, /^Runs Section/, /^Compute Section/]) {
      await page.getByRole('button', { name: section }).click();
    }
    await row(/Big box/).waitFor();
    assert.match((await row(/Big box/).textContent()) ?? '', /0 of \d+ CPUs, 0 active/);
    assert.match((await row(/Attic/).textContent()) ?? '', /does not answer/);
    assert.match((await row(/Huge/).textContent()) ?? '', /has a problem/);
    await row(/Big box/).click();
    await row(/live-restore/).waitFor();
    // Rows out of sight are not there.
    await until('the GPUs are seen', async () => {
      await page.keyboard.press('ArrowDown');
      return row(/0 of 2 GPUs taken/).isVisible();
    });
    await page.keyboard.press('Home');
    for (const theme of ['Light Modern', 'Dark Modern', 'Dark High Contrast', 'Light High Contrast']) {
      await chooseTheme(page, theme);
      const file = `vscode-compute-${theme.toLowerCase().replaceAll(' ', '-')}.png`;
      await page.screenshot({ path: join(shots, file) });
    }
  });

  it('drains a host, and lets it take runs again', async () => {
    const host = async () => (await client.api.compute.hosts()).find(({ id }) => id === 'big');
    await row(/Big box/).hover();
    await row(/Big box/)
      .getByRole('button', { name: 'Drain Host' })
      .click();
    await page.getByRole('button', { name: 'Drain', exact: true }).click();
    await notification(page, /Big box takes no new runs/).waitFor();
    await row(/Big box.*drained/).waitFor();
    assert.equal((await host())?.drained?.by, 'Administrator');
    await page.screenshot({ path: join(shots, 'vscode-compute-drained.png') });
    await row(/Big box/).hover();
    await row(/Big box/)
      .getByRole('button', { name: 'Let Host Take Runs' })
      .click();
    await until('it takes runs again', async () => (await host())?.drained === null);
    await row(/Big box.*CPUs/).waitFor();
  });
});

function catalog(socket: string): string {
  const local = (path: string) => ({ kind: 'local', socket: path });
  const tier = (id: string, name: string, size: object) => ({ id, name, backend: 'docker', cpus: 1, ...size });
  return JSON.stringify({
    hosts: [
      { id: 'big', name: 'Big box', connection: local(socket), labels: { gpu: 'a100', zone: 'cellar' } },
      { id: 'attic', name: 'Attic', connection: local('/nowhere/docker.sock') },
    ],
    tiers: [
      tier('small', 'Small', { memoryMiB: 512, concurrency: 4 }),
      tier('huge', 'Huge', { memoryMiB: 900_000_000, hostLabels: { zone: 'cellar' } }),
    ],
    defaults: { tierId: 'small', environmentId: 'system' },
  });
}
