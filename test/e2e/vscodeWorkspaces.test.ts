/** Workspaces in the real VS Code: their tree, their panel, and the command that keeps one. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { untilState, type World, wanted, workspaceWorld } from '../integration/workspaces/workspaceWorld.ts';
import { frameWith } from './chromium.ts';
import { startTrainingServer } from './trainingServer.ts';
import { until } from './until.ts';
import { command, dialog, needWorkbench, notification, openSidebar, openWorkbench, shots } from './workbench.ts';

describe('workspaces in VS Code', function () {
  this.timeout(180_000);
  const owned = new AsyncDisposableStack();
  let world: World;
  let page: Page;
  let workspaceId: string;

  before(async function () {
    needWorkbench(this);
    world = owned.use(await workspaceWorld());
    const { admin, server } = world;
    ({ id: workspaceId } = await admin.api.workspaces.create({ ...wanted, name: 'Tidy features' }));
    await untilState(admin.api, workspaceId, 'ready');
    const env = { FLYWHEEL_URL: server.url, FLYWHEEL_TOKEN: server.token };
    const { folder } = owned.use(await startTrainingServer());
    ({ page } = owned.use(await openWorkbench({ workspace: folder, env })));
    page.setDefaultTimeout(30_000);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed' && page)
      await page.screenshot({ path: join(shots, 'vscode-workspaces-failed.png') });
  });
  after(() => owned.disposeAsync());

  it('stand in a tree and in a panel', async () => {
    await openSidebar(page);
    await page.getByRole('treeitem', { name: /Tidy features/ }).waitFor();
    await command(page, 'Flywheel: Open Workspaces');
    const panel = await frameWith(page, 'fw-workspaces-panel fw-workspace-card');
    await panel.getByText('Running', { exact: true }).waitFor();
    await page.screenshot({ path: join(shots, 'vscode-workspaces.png') });
  });

  it('are kept and stopped by commands', async () => {
    const { api } = world.admin;
    const before = await api.workspaces.get({ workspaceId });
    await command(page, 'Flywheel: Keep Workspace for 2 Hours');
    await page.getByRole('option', { name: /Tidy features/ }).click();
    await notification(page, /Tidy features is kept for 2 hours/).waitFor();
    const kept = await api.workspaces.get({ workspaceId });
    assert.ok((kept.stopsAt ?? 0) > (before.stopsAt ?? 0));
    await command(page, 'Flywheel: Stop Workspace');
    await page.getByRole('option', { name: /Tidy features/ }).click();
    await dialog(page, /Stop Tidy features\?/)
      .getByRole('button', { name: 'Stop' })
      .click();
    await until('it is stopped', async () => (await api.workspaces.get({ workspaceId })).state === 'stopped');
  });
});
