/**
 * A workspace with very many files is saved whole, and nobody else has to wait for it. 100,000 take a minute, so it is
 * fewer unless FLYWHEEL_TEST_FILES says how many.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { GitRepositoryStore } from '../../../server/adapters/git/gitRepositoryStore.ts';
import { WorkspaceSaver } from '../../../server/adapters/git/workspaceSaver.ts';

const files = Number(process.env.FLYWHEEL_TEST_FILES ?? 10_000);
/** While the thread works, the server answers others within this. */
const longestDelayMs = 1000;

describe('saving a workspace', function () {
  this.timeout(300_000);
  let root: string;
  let saver: WorkspaceSaver;
  let code: GitRepositoryStore;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'flywheel-save-'));
    saver = new WorkspaceSaver({ repositories: join(root, 'repos'), cache: join(root, 'cache') });
    code = new GitRepositoryStore({ folder: join(root, 'repos') });
    await code.ensureRepository('iris');
  });
  after(() => rm(root, { recursive: true, force: true }));

  const git = (...args: readonly string[]) =>
    promisify(execFile)('git', ['--git-dir', join(root, 'repos/iris.git'), ...args]);
  const save = (folder: string, parent: string | null) =>
    saver.save({
      ...{ projectId: 'iris', workspaceId: '0123456789abcdef', folder, parent, message: 'Saved' },
      ...{ author: { id: 'ada', name: 'Ada' }, signal: new AbortController().signal },
    });

  it(`takes ${files} files whole, and again only what changed`, async () => {
    const folder = join(root, 'many');
    for (let at = 0; at < files; at += 1) {
      if (at % 1000 === 0) mkdirSync(join(folder, String(at / 1000)), { recursive: true });
      writeFileSync(join(folder, String(Math.floor(at / 1000)), `${at}.txt`), `file ${at}\n`);
    }
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const first = await save(folder, null);
    assert.equal(first.files, files);
    writeFileSync(join(folder, '7', 'new.txt'), 'new\n');
    const second = await save(folder, first.commit);
    delay.disable();
    assert.ok(delay.max / 1e6 < longestDelayMs, `${delay.max / 1e6} ms`);
    assert.equal(second.files, files + 1);
    assert.notEqual(second.commit, first.commit);
    assert.equal((await save(folder, second.commit)).commit, second.commit);
    const changed = await git('diff', '--name-only', first.commit ?? '', second.commit ?? '');
    assert.equal(changed.stdout, '7/new.txt\n');
    assert.equal(
      (await code.refs('iris')).find(({ name }) => name === 'refs/workspaces/0123456789abcdef')?.id,
      second.commit,
    );
  });

  it('leaves out what cannot be saved, says so, and takes the rest', async () => {
    const folder = join(root, 'odd');
    mkdirSync(join(folder, 'node_modules/a'), { recursive: true });
    writeFileSync(join(folder, 'good.txt'), 'good');
    writeFileSync(join(folder, 'node_modules/a/b.js'), '');
    writeFileSync(join(folder, 'ignored.log'), '');
    writeFileSync(join(folder, '.gitignore'), '*.log\n');
    writeFileSync(join(folder, 'trailing. '), '');
    symlinkSync('/etc/passwd', join(folder, 'outside'));
    const { commit, leftOut } = await save(folder, null);
    const saved = await code.files('iris', commit ?? '', null);
    assert.deepEqual(saved.map(({ path }) => path).sort(), ['.gitignore', 'good.txt']);
    assert.equal(leftOut.length, 2);
    assert.match(leftOut.join('\n'), /outside .*points to \/etc\/passwd/);
  });
});
