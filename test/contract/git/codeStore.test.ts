import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GitRepositoryStore } from '../../../server/adapters/git/gitRepositoryStore.ts';
import type { CodeEntry } from '../../../server/domain/compute/ports.ts';
import { runGit, WorkTree } from '../../unit/client/workTree.ts';

describe('CodeStore by isomorphic-git, with the git binary as the oracle', () => {
  let folder: string;
  let store: GitRepositoryStore;
  let repository: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'flywheel-code-'));
    store = new GitRepositoryStore({ folder });
    repository = join(folder, 'demo.git');
    await store.ensureRepository('demo');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function all(commit: string): Promise<readonly CodeEntry[]> {
    const entries: CodeEntry[] = [];
    for await (const entry of store.entries('demo', commit)) entries.push(entry);
    return entries;
  }

  /** By plain copy of objects, so that also what a push would refuse gets in. */
  function bring(tree: WorkTree): string {
    const head = tree.commit();
    runGit(tree.beside, ['--git-dir', repository, 'fetch', '-q', tree.folder, 'main:main']);
    return head;
  }

  it('makes a bare repository that git accepts, once', async () => {
    await store.ensureRepository('demo');
    assert.equal(runGit(folder, ['--git-dir', repository, 'rev-parse', '--is-bare-repository']), 'true');
    assert.equal(await store.exists('demo'), true);
    assert.equal(await store.exists('other'), false);
    assert.equal(await store.exists('../demo'), false);
  });

  it('gives out the files, links and executables of a commit', async () => {
    using tree = new WorkTree().init().write({ 'a.py': 'a', 'd/b.py': 'b' });
    symlinkSync('d/b.py', join(tree.folder, 'link'));
    tree.git('add', '-A');
    tree.git('update-index', '--chmod=+x', 'a.py');
    tree.git('commit', '-q', '-m', 'x');
    runGit(tree.beside, ['--git-dir', repository, 'fetch', '-q', tree.folder, 'main:main']);
    const entries = await all(tree.git('rev-parse', 'HEAD'));
    assert.deepEqual(
      entries.map(({ path, kind, content }) => [path, kind, Buffer.from(content).toString()]),
      [
        ['a.py', 'executable', 'a'],
        ['d/b.py', 'file', 'b'],
        ['link', 'link', 'd/b.py'],
      ],
    );
  });

  it('refuses a link that leaves the tree', async () => {
    using tree = new WorkTree().init().write({ 'a.py': 'a' });
    symlinkSync('../../outside', join(tree.folder, 'link'));
    await assert.rejects(all(bring(tree)), { reason: 'unsafe-path' });
  });

  it('compares with a base and gives single files', async () => {
    using tree = new WorkTree().init().write({ 'same.py': 's', 'old.py': 'o', 'mod.py': '1' });
    const base = bring(tree);
    tree.git('rm', '-q', 'old.py');
    const commit = bring(tree.write({ 'mod.py': '22', 'new.py': 'n' }));
    const changes = await store.files('demo', commit, base);
    assert.deepEqual(
      changes.map(({ path, change, bytes }) => `${path} ${change} ${bytes}`),
      ['mod.py modified 2', 'new.py added 1', 'old.py deleted 1', 'same.py same 1'],
    );
    assert.ok((await store.files('demo', commit, null)).every(({ change }) => change === 'added'));
    assert.equal(Buffer.from((await store.file('demo', commit, 'mod.py')) ?? []).toString(), '22');
    assert.equal(await store.file('demo', commit, 'none.py'), null);
    assert.equal(await store.file('demo', commit, '../demo.git/HEAD'), null);
  });

  it('tells commits from what is none', async () => {
    using tree = new WorkTree().init().write({ 'a.py': 'a' });
    const commit = bring(tree);
    assert.equal(await store.hasCommit('demo', commit), true);
    assert.equal(await store.hasCommit('demo', tree.git('rev-parse', 'HEAD:a.py')), false);
    assert.equal(await store.hasCommit('demo', '0'.repeat(40)), false);
    await assert.rejects(all('1'.repeat(40)), { reason: 'not-found', field: 'code.commit' });
  });

  it('keeps a pinned commit through a prune', async () => {
    using tree = new WorkTree().init().write({ 'a.py': 'a' });
    const commit = bring(tree);
    await store.pin('demo', 'run1', commit);
    runGit(folder, ['--git-dir', repository, 'update-ref', '-d', 'refs/heads/main']);
    runGit(folder, ['--git-dir', repository, 'gc', '-q', '--prune=now']);
    assert.equal((await all(commit)).length, 1);
    assert.ok((await store.refs('demo')).some(({ name, id }) => name === 'refs/flywheel/runs/run1' && id === commit));
  });
});
