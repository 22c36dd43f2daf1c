/** What a person does with a run in the real VS Code: its changes side by side, its files saved, and what a forged message does. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { isFinal } from '../../protocol/model/run.ts';
import { frameWith } from './chromium.ts';
import { startTrainingServer, type TrainingServer } from './trainingServer.ts';
import { until } from './until.ts';
import { needWorkbench, openSidebar, openWorkbench, shots, type Workbench } from './workbench.ts';

const change = '# tried on this machine alone\n';

describe('a run in VS Code', function () {
  this.timeout(120_000);
  const owned = new AsyncDisposableStack();
  let training: TrainingServer;
  let workbench: Workbench;
  let page: Page;
  let runId: string;

  before(async function () {
    needWorkbench(this);
    training = owned.use(await startTrainingServer());
    await commitThenChange(training.folder);
    runId = await training.launch({ name: 'changed', parameters: { epochs: 1, hidden: 4 } });
    await until('it ends', async () => isFinal((await training.api.runs.get({ runId })).state));
    const env = { FLYWHEEL_URL: training.server.url, FLYWHEEL_TOKEN: training.server.token };
    workbench = owned.use(await openWorkbench({ workspace: training.folder, env }));
    page = workbench.page;
    await openSidebar(page);
    await page.locator('.pane-header', { hasText: 'Runs' }).waitFor();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed' && page)
      await page.screenshot({ path: join(shots, 'vscode-runs-failed.png') });
  });
  after(() => owned.disposeAsync());

  async function openRun(tab: string, name = 'changed'): Promise<Frame> {
    await page
      .getByRole('treeitem', { name: new RegExp(`^${name}`) })
      .first()
      .click();
    const run = await frameWith(page, `fw-run-panel h1 bdi:text-is("${name}")`);
    await run.getByRole('tab', { name: tab }).click();
    return run;
  }

  /**
   * The dialog first looks at the folder that is offered, then after each letter; it takes no answer meanwhile, and
   * may put its own text back. Enter goes to its field by name: the page beside it takes the focus when it redraws.
   */
  async function saveAs(path: string): Promise<void> {
    const dialog = page.locator('.quick-input-widget');
    const place = dialog.locator('input').first();
    await until('a name is offered', async () => /\.(csv|log)$/.test(await place.inputValue()));
    await until('the dialog takes the path', async () => {
      if ((await place.inputValue()) !== path) await place.fill(path);
      await place.press('Enter', { timeout: 1000 }).catch(() => undefined);
      return dialog.waitFor({ state: 'hidden', timeout: 1000 }).then(
        () => true,
        () => false,
      );
    });
  }

  it('opens what was changed beside the commit, in the editor for differences', async () => {
    const run = await openRun('Code');
    await run.getByRole('treeitem', { name: /train\.py/ }).click();
    await run.getByRole('button', { name: 'Open changes' }).click();
    await page.getByRole('tab', { name: /^train\.py \(base ↔ changed\)/ }).waitFor();
    const added = page.locator('.monaco-diff-editor .editor.modified .view-line', { hasText: change.trim() });
    await added.waitFor();
    const before = page.locator('.monaco-diff-editor .editor.original .view-line', { hasText: change.trim() });
    assert.equal(await before.count(), 0);
  });

  it('opens a file as the run had it', async () => {
    const run = await openRun('Code');
    await run.getByRole('treeitem', { name: /network\.py/ }).click();
    assert.equal(await run.getByRole('button', { name: 'Open changes' }).count(), 0);
    await run.getByRole('button', { name: 'Open', exact: true }).click();
    await page.getByRole('tab', { name: /^network\.py/ }).waitFor();
  });

  it('saves an artifact where the person says, byte for byte, and nothing when they change their mind', async () => {
    const target = await mkdtemp(join(tmpdir(), 'flywheel-saved-'));
    owned.defer(() => rm(target, { recursive: true, force: true }));
    const run = await openRun('Artifacts');
    await run.getByRole('treeitem', { name: /outputs/ }).click();
    await run.getByRole('treeitem', { name: /confusion\.csv/ }).click();
    const path = join(target, 'saved.csv');
    await run.getByRole('button', { name: 'Download' }).click();
    await page.locator('.quick-input-title', { hasText: 'Save confusion.csv' }).waitFor();
    await page.keyboard.press('Escape');
    await run.getByRole('button', { name: 'Download' }).click();
    await page.locator('.quick-input-title', { hasText: 'Save confusion.csv' }).waitFor();
    await saveAs(path);
    const expected = await artifact(training, runId, 'outputs/confusion.csv');
    await until('the file is there', async () => expected.equals(await readFile(path).catch(() => Buffer.alloc(0))));
    assert.equal(await run.getByRole('alert').count(), 0);
  });

  it('saves a whole log, however long', async () => {
    const target = await mkdtemp(join(tmpdir(), 'flywheel-saved-'));
    owned.defer(() => rm(target, { recursive: true, force: true }));
    const lines = 200_000;
    const long = `awk 'BEGIN { for (n = 1; n <= ${lines}; n++) print "line " n " of a log that is long" }'`;
    const longId = await training.launch({ name: 'talkative', command: long });
    await until('it ends', async () => isFinal((await training.api.runs.get({ runId: longId })).state));
    const run = await openRun('Log', 'talkative');
    await run.getByText(`line ${lines} of a log that is long`, { exact: true }).waitFor();
    await run.getByRole('button', { name: 'Save the whole log' }).click();
    await page.locator('.quick-input-title', { hasText: /^Save \w+\.log/ }).waitFor();
    const path = join(target, 'whole.log');
    await saveAs(path);
    const count = async () => (await readFile(path, 'utf8').catch(() => '')).split('\n').length - 1;
    await until('the whole log is there', async () => (await count()) === lines);
  });

  it('ignores forged messages and floods from a page, counts them, and goes on', async () => {
    const run = await openRun('Overview');
    await run.getByText('Latest metrics').waitFor();
    const before = (await training.api.runs.list({})).items.map(({ state, name }) => ({ state, name }));
    await run.evaluate(`(() => {
      const api = acquireVsCodeApi();
      const wrong = [null, 7, {}, [], '', 'text', '{}', '{"i":1}', '{"i":"1","p":null}', { kind: 'place' }, '['.repeat(10000)];
      for (const message of wrong) api.postMessage(message);
      const forged = { runs: '/runs/launch', token: '/session/createToken', other: '/projects/delete', up: '/__proto__/x' };
      for (const [i, u] of Object.entries(forged)) api.postMessage(JSON.stringify({ i, p: { u, b: { json: {} } } }));
      const stop = JSON.stringify({ i: 'x', p: { u: '/runs/stop', b: { json: { runId: { $ne: '' } } } } });
      api.postMessage(stop);
      for (let at = 0; at < 20000; at += 1) api.postMessage('flood ' + at);
      for (const message of wrong) window.postMessage(message, '*');
    })()`);
    await until('the count is in the log', async () => /panel run: 10000 messages were ignored/.test(logOf(workbench)));
    await run.getByRole('tab', { name: /Metrics/ }).click();
    await run.getByRole('tab', { name: 'Log' }).click();
    await run
      .getByText(/epoch +1 /)
      .first()
      .waitFor();
    const after = (await training.api.runs.list({})).items.map(({ state, name }) => ({ state, name }));
    assert.deepEqual(after, before);
    assert.deepEqual(
      workbench.watched.complaints.filter((complaint) => /flywheel|frame|JSON|nonce/i.test(complaint)),
      [],
    );
  });
});

/** What the extension wrote into its own output. */
function logOf({ vscode }: Workbench): string {
  const files = globSync('data/logs/**/flywheel.flywheel/*.log', { cwd: vscode.home });
  return files.map((file) => readFileSync(join(vscode.home, file), 'utf8')).join('\n');
}

async function commitThenChange(folder: string): Promise<void> {
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@x.test', ...words], { cwd: folder });
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'Start');
  await appendFile(join(folder, 'train.py'), change);
}

async function artifact({ server }: TrainingServer, runId: string, path: string): Promise<Buffer> {
  const address = `${server.url}/api/runs/${runId}/artifacts/file?${new URLSearchParams({ path })}`;
  const response = await fetch(address, { headers: { authorization: `Bearer ${server.token}` } });
  assert.equal(response.status, 200);
  return Buffer.from(await response.arrayBuffer());
}
