/** The real VS Code as the tool of a workspace, in a browser through the proxy. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openClient } from '../harness/client.ts';
import { projectWithCode } from '../harness/projectWithCode.ts';
import { startServer } from '../harness/server.ts';
import { temporaryFolder } from '../harness/temporaryFolder.ts';
import { ensureVscodeServer } from '../harness/vscodeServer.ts';
import { untilState } from '../integration/workspaces/workspaceWorld.ts';
import { hasChromium, openBrowser, openPage } from './chromium.ts';

const shots = join(import.meta.dirname, '..', 'output', 'screenshots');

describe('VS Code in a workspace', function () {
  this.timeout(300_000);

  it('opens with the folder of the workspace', async function () {
    if (!hasChromium) {
      console.log('      skipped: there is no Chromium; set CHROMIUM to its path');
      this.skip();
    }
    await mkdir(shots, { recursive: true });
    await using owned = new AsyncDisposableStack();
    const folder = owned.use(await temporaryFolder());
    const { node, codeServer } = await ensureVscodeServer();
    const program = join(folder.path, 'code-server');
    await writeFile(program, `#!/bin/sh\nexec '${node}' '${codeServer}' "$@"\n`, { mode: 0o755 });
    const server = owned.use(await startServer({ environment: { FLYWHEEL_CODE_SERVER: program } }));
    const { api } = owned.use(await openClient(server));
    const { commit } = await projectWithCode({ ...server, api }, { id: 'iris', files: { 'train.py': 'print(1)\n' } });
    const wanted = { projectId: 'iris', commit, tool: 'vscode', environmentId: 'system', tierId: 'standard' };
    const { id } = await api.workspaces.create(wanted);
    owned.defer(async () => {
      await api.workspaces.stop({ workspaceId: id });
      await untilState(api, id, 'stopped');
    });
    await untilState(api, id, 'ready');
    const { page } = owned.use(await openPage(owned.use(await openBrowser())));
    page.setDefaultTimeout(60_000);
    await page.goto((await api.workspaces.address({ workspaceId: id })).signIn);
    await page.getByRole('treeitem', { name: /train\.py/ }).waitFor();
    assert.match(new URL(page.url()).hostname, new RegExp(`^${id}\\.localhost$`));
    await page.screenshot({ path: join(shots, 'workspace-vscode.png') });
  });
});
