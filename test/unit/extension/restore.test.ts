/** Files of a run put back into a folder: what would change, what it would lose, and how it is undone. */
import assert from 'node:assert/strict';
import { chmod, lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  changedSince,
  type FileToPut,
  lastAside,
  putAside,
  putFiles,
  undo,
} from '../../../extension/features/code/putBack.ts';
import { planRestore } from '../../../extension/features/code/restorePlan.ts';
import { type TemporaryFolder, temporaryFolder } from '../../harness/temporaryFolder.ts';

const ids = (text: string) => new Map(text.split(' ').map((each) => each.split('=') as [string, string]));

describe('what a restore would do', () => {
  const sides = {
    run: ids('a.py=1 same.py=1 d/new.py=1 d/out.csv=1 open.py=1'),
    now: ids('a.py=2 same.py=1 mine.py=1 open.py=2'),
    committed: ids('a.py=2 open.py=2'),
    unsaved: new Set(['open.py']),
    ignored: new Set(['d/out.csv']),
  };
  const told = (within: string) =>
    planRestore(sides, within).map(({ path, does, loses }) => `${path} ${does} ${loses}`);

  it('is told of each file that differs, removals last', () => {
    assert.deepEqual(told(''), [
      'a.py replace null',
      'd/new.py create null',
      'd/out.csv replace uncommitted',
      'open.py replace unsaved',
      'mine.py delete uncommitted',
    ]);
  });

  it('is told of one file or one folder', () => {
    assert.deepEqual(told('a.py'), ['a.py replace null']);
    assert.equal(told('d').length, 2);
    assert.deepEqual(told('same.py'), []);
    assert.deepEqual(told('d/n'), []);
  });

  it('takes all work for nowhere else where there is no commit', () => {
    const bare = { ...sides, committed: new Map<string, string>() };
    assert.equal(planRestore(bare, 'a.py')[0]?.loses, 'uncommitted');
  });
});

describe('files put back', () => {
  let folder: TemporaryFolder;
  let root: string;
  let shelf: string;

  beforeEach(async () => {
    folder = await temporaryFolder();
    root = join(folder.path, 'work');
    shelf = join(folder.path, 'shelf');
    await mkdir(root);
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  const put = (path: string, text: string | null, more: Partial<FileToPut> = {}): FileToPut => ({
    path,
    content: text === null ? null : Buffer.from(text),
    executable: false,
    ...more,
  });
  const restore = async (...files: FileToPut[]) => {
    const aside = await putAside(shelf, { root, title: 'restored', files });
    await putFiles(root, files);
    return aside;
  };
  const text = (path: string) => readFile(join(root, path), 'utf8');

  it('replace, create and remove, and are undone whole', async () => {
    await writeFile(join(root, 'a.py'), 'mine');
    await chmod(join(root, 'a.py'), 0o755);
    await writeFile(join(root, 'gone.bin'), Buffer.of(1, 0, 2));
    await restore(put('a.py', 'theirs'), put('d/e/new.sh', 'new', { executable: true }), put('gone.bin', null));
    assert.deepEqual([await text('a.py'), await text('d/e/new.sh')], ['theirs', 'new']);
    assert.equal((await stat(join(root, 'd/e/new.sh'))).mode & 0o111, 0o111);
    assert.deepEqual((await readdir(root)).sort(), ['a.py', 'd']);
    const last = (await lastAside(shelf)) ?? assert.fail('nothing to undo');
    assert.deepEqual(await changedSince(last), []);
    await undo(last);
    assert.equal(await text('a.py'), 'mine');
    assert.equal((await stat(join(root, 'a.py'))).mode & 0o777, 0o755);
    assert.deepEqual(await readFile(join(root, 'gone.bin')), Buffer.of(1, 0, 2));
    assert.deepEqual(await readdir(join(root, 'd/e')), []);
    assert.equal(await lastAside(shelf), null);
  });

  it('keep what an editor had not saved', async () => {
    await writeFile(join(root, 'a.py'), 'saved');
    const aside = await restore(put('a.py', 'theirs', { unsaved: Buffer.from('typed') }));
    await undo(aside);
    assert.equal(await text('a.py'), 'typed');
  });

  it('tell what was written since, before it is lost', async () => {
    const aside = await restore(put('a.py', 'theirs'), put('b.py', 'theirs'));
    await writeFile(join(root, 'a.py'), 'later');
    assert.deepEqual(await changedSince(aside), ['a.py']);
  });

  it('replace a link and not what it leads to', async () => {
    const outside = join(folder.path, 'outside.txt');
    await writeFile(outside, 'safe');
    await symlink(outside, join(root, 'a.py'));
    const aside = await restore(put('a.py', 'theirs'));
    assert.equal(await readFile(outside, 'utf8'), 'safe');
    assert.ok((await lstat(join(root, 'a.py'))).isFile());
    await undo(aside);
    assert.equal(await readlink(join(root, 'a.py')), outside);
  });

  it('are never written outside of the folder', async () => {
    await mkdir(join(folder.path, 'outside'));
    await symlink(join(folder.path, 'outside'), join(root, 'data'));
    for (const path of ['data/x.csv', '../x.csv', '/x.csv', 'a/../../x.csv', '']) {
      await assert.rejects(restore(put(path, 'theirs')), { reason: 'unsafe-path' }, path);
    }
    assert.deepEqual(await readdir(join(folder.path, 'outside')), []);
  });

  it('leave everything as it is where a folder stands in the way of one', async () => {
    await mkdir(join(root, 'b.py'));
    await writeFile(join(root, 'a.py'), 'mine');
    await assert.rejects(restore(put('a.py', 'theirs'), put('b.py', 'theirs')), /b\.py is a folder now/);
    assert.equal(await text('a.py'), 'mine');
    assert.equal(await lastAside(shelf), null);
  });

  it('are kept aside for the last ten restores', async () => {
    for (let each = 0; each < 12; each += 1) await restore(put('a.py', `version ${each}`));
    assert.ok((await readdir(shelf)).length <= 10);
    const last = (await lastAside(shelf)) ?? assert.fail('nothing to undo');
    await undo(last);
    assert.equal(await text('a.py'), 'version 10');
  });
});
