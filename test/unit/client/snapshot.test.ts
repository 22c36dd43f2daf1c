import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, openSync, symlinkSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClientError } from '../../../client/clientError.ts';
import { type Snapshot, snapshotRef, takeSnapshot } from '../../../client/snapshot/takeSnapshot.ts';
import { WorkTree } from './workTree.ts';

const signal = new AbortController().signal;
const take = (folder: string): Promise<Snapshot> => takeSnapshot(folder, { signal });

async function refused(folder: string, limits?: { fileBytes: number; totalBytes: number; files: number }) {
  const error = await takeSnapshot(folder, { signal, limits }).then(
    () => assert.fail('it was taken'),
    (caught: unknown) => caught,
  );
  assert.ok(error instanceof ClientError, String(error));
  return error;
}

describe('takeSnapshot', () => {
  it('takes changed, new and deleted files and leaves branch, index and HEAD as they were', async () => {
    using tree = new WorkTree().init().write({ 'a.py': 'a', 'b/c.py': 'c', 'gone.py': 'g', '.gitignore': 'out/\n' });
    const head = tree.commit();
    tree.write({ 'a.py': 'changed', 'new.py': 'n', 'out/big.bin': 'no' });
    unlinkSync(join(tree.folder, 'gone.py'));
    const before = tree.git('status', '--porcelain=v2', '--branch');
    const { code } = await take(tree.folder);
    assert.deepEqual(
      { base: code.base, branch: code.branch, dirty: code.dirty },
      { base: head, branch: 'main', dirty: true },
    );
    assert.deepEqual(
      tree.tree(code.commit),
      ['.gitignore', 'a.py', 'b/c.py', 'new.py'].map((path) => `100644 ${path}`),
    );
    assert.equal(tree.git('show', `${code.commit}:a.py`), 'changed');
    assert.equal(tree.git('rev-parse', `${code.commit}^`), head);
    assert.equal(tree.git('rev-parse', snapshotRef(code.commit)), code.commit);
    assert.equal(tree.git('status', '--porcelain=v2', '--branch'), before);
    assert.equal(tree.git('fsck', '--strict'), '');
  });

  it('gives HEAD itself for a clean tree', async () => {
    using tree = new WorkTree().init().write({ 'a.py': 'a', 'b/run.sh': 'x' });
    chmodSync(join(tree.folder, 'b/run.sh'), 0o755);
    const head = tree.commit();
    const { code } = await take(tree.folder);
    assert.deepEqual([code.commit, code.dirty], [head, false]);
  });

  it('gives the same commit again without reading an unchanged file', async () => {
    using tree = new WorkTree().init().write({ 'a.py': 'a', 'b.py': 'b' });
    tree.commit();
    tree.write({ 'b.py': 'changed' }).age('a.py', 'b.py');
    const first = await take(tree.folder);
    const second = await take(tree.folder);
    assert.deepEqual([first.filesRead, second.filesRead], [2, 0]);
    assert.equal(second.code.commit, first.code.commit);
    tree.write({ 'b.py': 'CHANGED' });
    const third = await take(tree.folder);
    assert.equal(third.filesRead, 1);
    assert.notEqual(third.code.commit, first.code.commit);
  });

  it('reads a file again that was written about when it was read before', async () => {
    using tree = new WorkTree().init().write({ 'a.py': 'one' });
    await take(tree.folder);
    assert.equal((await take(tree.folder)).filesRead, 1);
  });

  it('writes contents again when they were pruned from the repository', async () => {
    using tree = new WorkTree().init().write({ 'a.py': 'a' }).age('a.py');
    const { code } = await take(tree.folder);
    tree.git('update-ref', '-d', snapshotRef(code.commit));
    tree.git('gc', '-q', '--prune=now');
    assert.equal((await take(tree.folder)).code.commit, code.commit);
    assert.equal(tree.git('show', `${code.commit}:a.py`), 'a');
  });

  it('takes a folder that is no repository, from a store in the cache', async () => {
    using tree = new WorkTree().write({
      'a.py': 'a',
      'sub/b.py': 'b',
      '.venv/lib/x.py': 'x',
      '.gitignore': '*.log\n',
      'x.log': '',
    });
    const { code, store } = await take(tree.folder);
    assert.deepEqual([code.base, code.branch, code.dirty, code.folder], [null, null, true, '']);
    assert.deepEqual(tree.tree(code.commit, store), ['100644 .gitignore', '100644 a.py', '100644 sub/b.py']);
    assert.ok(store.startsWith(join(tree.beside, 'cache')));
  });

  it('takes an empty repository, an empty folder and a detached HEAD', async () => {
    using unborn = new WorkTree().init().write({ 'a.py': 'a' });
    assert.deepEqual(await take(unborn.folder).then(({ code }) => [code.base, code.branch, code.dirty]), [
      null,
      'main',
      true,
    ]);
    using empty = new WorkTree();
    assert.equal((await take(empty.folder)).code.base, null);
    using detached = new WorkTree().init().write({ 'a.py': 'a' });
    const head = detached.commit();
    detached.git('checkout', '-q', '--detach');
    assert.deepEqual(await take(detached.folder).then(({ code }) => [code.base, code.branch]), [head, null]);
  });

  it('takes the whole repository of a sub-folder and says which folder it was', async () => {
    using tree = new WorkTree().init().write({ 'lib/a.py': 'a', 'jobs/train/t.py': 't' });
    tree.commit();
    const { code } = await take(join(tree.folder, 'jobs', 'train'));
    assert.equal(code.folder, 'jobs/train');
    assert.equal(tree.tree(code.commit).length, 2);
  });

  it('takes a linked worktree with its own HEAD', async () => {
    using tree = new WorkTree().init().write({ 'a.py': 'a' });
    const head = tree.commit();
    const other = join(tree.beside, 'other');
    tree.git('worktree', 'add', '-q', '-b', 'side', other);
    writeFileSync(join(other, 'new.py'), 'n');
    const { code } = await take(other);
    assert.deepEqual([code.base, code.branch, code.dirty], [head, 'side', true]);
    assert.deepEqual(tree.tree(code.commit), ['100644 a.py', '100644 new.py']);
  });

  it('takes a shallow clone without its history', async () => {
    using tree = new WorkTree().init().write({ 'a.py': 'a' });
    tree.commit();
    tree.write({ 'a.py': 'b' }).commit();
    const clone = join(tree.beside, 'clone');
    tree.git('clone', '-q', '--depth', '1', `file://${tree.folder}`, clone);
    const { code, store } = await take(clone);
    assert.deepEqual([code.base, code.branch], [null, 'main']);
    assert.deepEqual(tree.tree(code.commit, store), ['100644 a.py']);
  });

  it('takes tracked files that .gitignore matches, and none that .flywheelignore matches', async () => {
    using tree = new WorkTree().init().write({ 'keep.log': 'k', 'data/raw.csv': 'r', 'a.py': 'a' });
    tree.commit();
    tree.write({
      '.gitignore': '*.log\n!sub/important.log\n',
      '.flywheelignore': 'data/\n',
      'other.log': '',
      'sub/.gitignore': '!y.log\n',
      'sub/y.log': 'y',
    });
    const { code } = await take(tree.folder);
    const paths = ['.flywheelignore', '.gitignore', 'a.py', 'keep.log', 'sub/.gitignore', 'sub/y.log'];
    assert.deepEqual(
      tree.tree(code.commit),
      paths.map((path) => `100644 ${path}`),
    );
  });

  it('keeps links and executables as they are', async () => {
    using tree = new WorkTree().init().write({ 'run.sh': '#!', 'lib/a.py': 'a' });
    chmodSync(join(tree.folder, 'run.sh'), 0o755);
    symlinkSync('lib/a.py', join(tree.folder, 'link.py'));
    symlinkSync('../run.sh', join(tree.folder, 'lib/up.sh'));
    const { code } = await take(tree.folder);
    assert.deepEqual(tree.tree(code.commit), [
      '100644 lib/a.py',
      '120000 lib/up.sh',
      '120000 link.py',
      '100755 run.sh',
    ]);
  });

  for (const target of ['/etc/passwd', '../outside', 'lib/../../outside', '..', 'lib/../x']) {
    it(`refuses a link to ${target} by name`, async () => {
      using tree = new WorkTree().init().write({ 'lib/a.py': 'a' });
      symlinkSync(target, join(tree.folder, 'escape'));
      const error = await refused(tree.folder);
      assert.deepEqual([error.reason, error.field], ['unsafe-path', 'code']);
      assert.match(error.message, /escape/);
      assert.match(error.remedy ?? '', /\/escape to \.gitignore/);
    });
  }

  it('refuses a 2 GB untracked file by name before reading it, and takes the tree once it is ignored', async () => {
    using tree = new WorkTree().init().write({ 'a.py': 'a' });
    mkdirSync(join(tree.folder, 'data'));
    openSync(join(tree.folder, 'data/huge.bin'), 'w');
    truncateSync(join(tree.folder, 'data/huge.bin'), 2 ** 31);
    const error = await refused(tree.folder);
    assert.equal(error.reason, 'too-large');
    assert.match(error.message, /data\/huge\.bin has 2048 MiB/);
    assert.match(error.remedy ?? '', /add the line \/data\/huge\.bin to \.gitignore/);
    tree.write({ '.gitignore': '/data/huge.bin\n' });
    assert.equal((await take(tree.folder)).code.dirty, true);
  });

  it('refuses too much and too many, naming the largest', async () => {
    using tree = new WorkTree().write({ 'a.bin': 'x'.repeat(600), 'b/c.bin': 'x'.repeat(500) });
    const much = await refused(tree.folder, { fileBytes: 1000, totalBytes: 1000, files: 10 });
    assert.match(much.message, /largest: a\.bin/);
    const many = await refused(tree.folder, { fileBytes: 1000, totalBytes: 9000, files: 1 });
    assert.match(many.message, /more than 1 files/);
  });

  it('refuses names that other systems cannot keep', async () => {
    using tree = new WorkTree().write({ 'out 10:30.csv': '' });
    assert.equal((await refused(tree.folder)).reason, 'unsafe-path');
  });

  it('refuses a folder that is not there', async () => {
    assert.equal((await refused('/nowhere/at/all')).reason, 'not-found');
  });

  it('stops when it is cancelled', async () => {
    using tree = new WorkTree().write({ 'a.py': '' });
    await assert.rejects(takeSnapshot(tree.folder, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  });
});
