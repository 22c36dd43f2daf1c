/** Code through time in the real VS Code: lines and runs, commits, the folder now, files put back, worktrees. */
import assert from 'node:assert/strict';
import { appendFile, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { ok } from '../integration/git/gitBinary.ts';
import { runGit } from '../unit/client/workTree.ts';
import { startTrainingServer, type TrainingServer } from './trainingServer.ts';
import { until } from './until.ts';
import {
  chooseRun,
  chooseTheme,
  command,
  dialog,
  needWorkbench,
  notification,
  openWorkbench,
  pick,
  shots,
} from './workbench.ts';

const themes = [
  ['hc-dark', 'Dark High Contrast'],
  ['light', 'Light Modern'],
] as const;

const notebook = (source: string, output: string) =>
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: [
      { cell_type: 'markdown', metadata: {}, source: ['# Digits'] },
      {
        cell_type: 'code',
        execution_count: 1,
        metadata: {},
        source: [source],
        outputs: [{ output_type: 'stream', name: 'stdout', text: [output] }],
      },
    ],
  });

describe('code through time in VS Code', function () {
  this.timeout(240_000);
  const owned = new AsyncDisposableStack();
  let training: TrainingServer;
  let page: Page;
  const at = (path: string) => join(training.folder, path);
  const git = (...words: string[]) =>
    runGit(training.folder, ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...words]);

  before(async function () {
    needWorkbench(this);
    training = owned.use(await startTrainingServer());
    git('init', '-q', '-b', 'main');
    await writeFile(at('look.ipynb'), notebook('print(1)', '1\n'));
    git('add', '-A');
    git('commit', '-q', '-m', 'Begin');
    await training.launch({ name: 'begin', command: 'true' });
    await appendFile(at('network.py'), '\n# tried: no other way\n');
    await writeFile(at('look.ipynb'), notebook('print(2)', '1\n'));
    await training.launch({ name: 'tried', command: 'true' });
    git('commit', '-q', '-a', '-m', 'Try another way');
    const { url, token } = training.server;
    // The server is in this process: it could not answer while it waits.
    await ok(
      training.folder,
      'push',
      '-q',
      `${url.replace('http://', `http://user:${token}@`)}/git/digits.git`,
      'main',
    );
    await appendFile(at('network.py'), '# in no run yet\n');
    await writeFile(at('new.txt'), 'not tracked\n');
    const env = { FLYWHEEL_URL: url, FLYWHEEL_TOKEN: token };
    page = owned.use(await openWorkbench({ workspace: training.folder, env })).page;
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed' || !page) return;
    await page.screenshot({ path: join(shots, 'time-failed.png') });
  });
  after(() => owned.disposeAsync());

  /** What stands before lines is drawn by a style sheet alone. */
  const notes = () => page.evaluate<string>(drawnBefore);

  it('says before each line which run first had it, and after saving anew', async () => {
    await openLast(page);
    await command(page, 'Flywheel: Show or Hide Which Run First Had Each Line');
    await pick(page, 'Handwritten digits');
    await until('the notes are there', async () => {
      const texts = await notes();
      return /begin · /.test(texts) && /tried\* · /.test(texts) && /in no run yet/.test(texts);
    });
    for (const [name, theme] of themes) {
      await chooseTheme(page, theme);
      await page.locator('.view-line', { hasText: 'tried: no other way' }).hover({ position: { x: 20, y: 8 } });
      const hover = page.locator('.monaco-hover:not(.hidden)', { hasText: 'This line was first in the run tried' });
      await hover.getByText('Compare with folder').waitFor();
      await page.screenshot({ path: join(shots, `time-lines-${name}.png`) });
      await page.keyboard.press('Escape');
    }
  });

  it('answers for one line, with a way to the run', async () => {
    await page.locator('.view-line', { hasText: 'tried: no other way' }).click();
    await command(page, 'Flywheel: Which Run First Had This Line');
    await notification(
      page,
      /was first in the run tried, by Administrator .*, not committed then, on top of/,
    ).waitFor();
    await page.screenshot({ path: join(shots, 'time-line.png') });
    await command(page, 'Flywheel: Show or Hide Which Run First Had Each Line');
    await until('the notes are gone', async () => !/begin · /.test(await notes()));
    await command(page, 'Notifications: Clear All Notifications');
  });

  it('compares the folder now with a run: tracked, not tracked, not committed', async () => {
    await chooseRun(page, 'Flywheel: Compare Workspace with Run', 'begin');
    await page.getByText('not tracked').first().waitFor({ timeout: 60_000 });
    await page.screenshot({ path: join(shots, 'time-workspace.png') });
    assert.equal(await page.getByText('sources.py').count(), 2, 'on either side');
    assert.equal(await page.getByText('outputs.txt').count(), 0);
    await command(page, 'View: Close Editor');
  });

  it('compares any two commits of a project', async () => {
    await command(page, 'Flywheel: Compare Commits of Project');
    await pick(page, 'Handwritten digits');
    await page.getByText('Compare which commit? The older one (main)').waitFor();
    await page.screenshot({ path: join(shots, 'time-commits.png') });
    await pick(page, 'Begin');
    await page.getByText(/with which commit\? \(main\)/).waitFor();
    await pick(page, 'Try another way');
    await page.locator('.multiDiffEntry', { hasText: '# tried: no other way' }).waitFor({ timeout: 60_000 });
    await page.screenshot({ path: join(shots, 'time-commits-diff.png') });
    await command(page, 'View: Close Editor');
  });

  it('puts files of a run back after showing what would change, and undoes it', async () => {
    const before = await readFile(at('network.py'), 'utf8');
    await chooseRun(page, 'Flywheel: Restore Files From Run', 'begin');
    const list = page.locator('.quick-input-widget', { hasText: 'Restore from begin' });
    await list.getByText('network.py').waitFor({ timeout: 60_000 });
    await page.locator('.multiDiffEntry').first().waitFor();
    await page.screenshot({ path: join(shots, 'time-restore.png') });
    await list.getByRole('button', { name: 'OK' }).click();
    const question = dialog(page, /Replace work in 1 file that is not saved or in no commit/);
    await question.waitFor();
    await page.screenshot({ path: join(shots, 'time-restore-question.png') });
    await question.getByRole('button', { name: 'Restore' }).click();
    await notification(page, /2 files restored from begin/).waitFor();
    assert.doesNotMatch(await readFile(at('network.py'), 'utf8'), /no other way/);
    assert.match(await readFile(at('look.ipynb'), 'utf8'), /print\(1\)/);
    assert.equal(await readFile(at('new.txt'), 'utf8'), 'not tracked\n');
    await notification(page, /2 files restored/)
      .getByRole('button', { name: 'Undo' })
      .click();
    await until('it is undone', async () => (await readFile(at('network.py'), 'utf8')) === before);
  });

  it('opens a run as a worktree, fetched where the repository lacks it, and removes it again', async () => {
    const tried = git('for-each-ref', '--format=%(objectname)', 'refs/flywheel/snapshots').split('\n');
    for (const commit of tried) git('update-ref', '-d', `refs/flywheel/snapshots/${commit}`);
    git('gc', '-q', '--prune=now');
    const opened = page.context().waitForEvent('page', { timeout: 60_000 });
    await chooseRun(page, 'Flywheel: Open Code of Run', 'tried');
    await page.screenshot({ path: join(shots, 'time-open.png') });
    await pick(page, 'A Git worktree');
    const window = await opened;
    const folder = new URL(window.url()).searchParams.get('folder') ?? '';
    await window.close();
    assert.match(await readFile(join(folder, 'network.py'), 'utf8'), /no other way/);
    assert.equal(runGit(folder, ['log', '-1', '--format=%s', 'HEAD~1']), 'Begin');
    assert.equal(runGit(folder, ['status', '--porcelain']), '');
    assert.equal(git('branch', '--show-current'), 'main');
    await writeFile(join(folder, 'work.txt'), 'mine');
    await command(page, 'Flywheel: Remove Worktrees and Copies of Runs');
    const list = page.locator('.quick-input-widget', { hasText: 'Remove which worktrees' });
    await list.getByText('1 file changed').waitFor();
    await page.screenshot({ path: join(shots, 'time-worktrees.png') });
    await list.locator('.monaco-list-row').first().click();
    await list.getByRole('button', { name: 'OK' }).click();
    await dialog(page, /may have work that is nowhere else/)
      .getByRole('button', { name: 'Remove' })
      .click();
    await until('it is gone', async () => !(await stat(folder).catch(() => null)));
    assert.doesNotMatch(git('worktree', 'list'), /worktrees\//);
  });

  it('opens a run read-only in a window of its own', async () => {
    const opened = page.context().waitForEvent('page', { timeout: 60_000 });
    await chooseRun(page, 'Flywheel: Open Code of Run', 'begin');
    await pick(page, 'Read-only in a new window');
    const window = await opened;
    const file = window.locator('.explorer-folders-view .monaco-list-row', { hasText: 'network.py' });
    await file
      .first()
      .waitFor({ timeout: 60_000 })
      .finally(() => window.screenshot({ path: join(shots, 'time-window.png') }));
    assert.equal(await window.getByText('does not exist').count(), 0);
    await window.close();
  });

  it('says what to do where there is nothing', async () => {
    await command(page, 'Flywheel: Remove Worktrees and Copies of Runs');
    await notification(page, /There are no worktrees and no copies of runs.*Open Code of Run/).waitFor();
    await command(page, 'Flywheel: Undo Last Restore of Files');
    await notification(page, /no restore of files to undo/).waitFor();
    await page.screenshot({ path: join(shots, 'time-nothing.png') });
    await rm(at('new.txt'));
  });
});

const drawnBefore = `[...document.querySelectorAll('.monaco-editor .view-line span')]
  .map((span) => getComputedStyle(span, '::before').content).join('\\n')`;

/** The end of the file: what was written last. */
async function openLast(page: Page): Promise<void> {
  await until('network.py is shown', async () => {
    const input = page.locator('.quick-input-widget input');
    try {
      await page.keyboard.press('F1');
      await input.fill('network.py:999', { timeout: 5000 });
      await page
        .locator('.quick-input-list .monaco-list-row[aria-label^="network.py"]')
        .first()
        .click({ timeout: 5000 });
      await page.locator('.view-line', { hasText: 'in no run yet' }).waitFor({ timeout: 5000 });
      return true;
    } catch {
      return false;
    }
  });
}
