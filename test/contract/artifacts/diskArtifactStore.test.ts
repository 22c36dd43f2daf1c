/** The artifact store against its port: whole files or none, nothing outside the root, a full disk. */
import assert from 'node:assert/strict';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DiskArtifactStore } from '../../../server/adapters/blobs/diskArtifactStore.ts';
import { isDomainError } from '../../../server/domain/shared/errors.ts';
import { smallDisk } from '../../harness/smallDisk.ts';
import { type TemporaryFolder, temporaryFolder } from '../../harness/temporaryFolder.ts';

const root = '0/run1/artifacts';

async function* content(...pieces: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield typeof piece === 'string' ? new TextEncoder().encode(piece) : piece;
}

async function text(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const read: Uint8Array[] = [];
  for await (const piece of pieces) read.push(piece);
  return Buffer.concat(read).toString();
}

const because = (reason: string) => (error: unknown) => isDomainError(error) && error.reason === reason;

describe('artifact store: disk', () => {
  let folder: TemporaryFolder;
  let store: DiskArtifactStore;
  beforeEach(async () => {
    folder = await temporaryFolder();
    store = new DiskArtifactStore({ folder: join(folder.path, 'artifacts'), maxBytes: 1000 });
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  it('stores, lists, reads and removes files in folders', async () => {
    assert.deepEqual(await store.put(root, 'model/weights.bin', content('abc', 'def')), { bytes: 6 });
    await store.put(root, 'model/notes.md', content('# notes'));
    await store.put(root, 'top.txt', content(''));
    assert.deepEqual(await store.list(root, ''), [
      { path: 'model', folder: true, bytes: null },
      { path: 'top.txt', folder: false, bytes: 0 },
    ]);
    assert.deepEqual(
      (await store.list(root, 'model')).map(({ path }) => path),
      ['model/notes.md', 'model/weights.bin'],
    );
    assert.deepEqual(await store.stat(root, 'model/weights.bin'), { bytes: 6 });
    assert.equal(await text(store.read(root, 'model/weights.bin')), 'abcdef');
    assert.equal(await text(store.read(root, 'model/weights.bin', { from: 2, bytes: 3 })), 'cde');
    await store.remove(root, 'model');
    assert.deepEqual(await store.list(root, 'model'), []);
    assert.equal(await store.stat(root, 'model/weights.bin'), null);
  });

  it('replaces a file whole', async () => {
    await store.put(root, 'a', content('a long first version'));
    await store.put(root, 'a', content('second'));
    assert.equal(await text(store.read(root, 'a')), 'second');
  });

  it('answers nothing where there is nothing', async () => {
    assert.deepEqual(await store.list(root, 'nowhere'), []);
    assert.equal(await store.stat(root, 'nowhere'), null);
    await store.put(root, 'file', content('x'));
    assert.equal(await store.stat(root, 'file/below'), null);
    assert.deepEqual(await store.list(root, 'file'), []);
    await assert.rejects(text(store.read(root, 'nowhere')), because('not-found'));
  });

  it('leaves nothing of an upload that breaks off', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(10);
      throw new Error('connection lost');
    }
    await assert.rejects(store.put(root, 'half', broken()), /connection lost/);
    assert.equal(await store.stat(root, 'half'), null);
    assert.deepEqual(await readdir(join(folder.path, 'artifacts', '.uploads')), []);
  });

  it('refuses a file past the limit and keeps nothing of it', async () => {
    await assert.rejects(
      store.put(root, 'big', content(new Uint8Array(600), new Uint8Array(600))),
      because('too-large'),
    );
    assert.equal(await store.stat(root, 'big'), null);
  });

  it('refuses every path that could leave the root', async () => {
    const paths = [
      '../x',
      'a/../../x',
      '/etc/passwd',
      'a\\..\\b',
      'C:/x',
      'a//b',
      './a',
      'a/.',
      'x\u0000',
      'trailing. ',
    ];
    for (const path of paths) {
      await assert.rejects(store.put(root, path, content('x')), because('unsafe-path'), path);
      await assert.rejects(store.stat(root, path), because('unsafe-path'), path);
      await assert.rejects(store.list(root, path), because('unsafe-path'), path);
      await assert.rejects(store.remove(root, path), because('unsafe-path'), path);
      await assert.rejects(text(store.read(root, path)), because('unsafe-path'), path);
    }
    await assert.rejects(store.put('../other', 'a', content('x')), because('unsafe-path'));
    await assert.rejects(store.put('', 'a', content('x')), because('unsafe-path'));
    await assert.rejects(store.remove(root, ''), because('unsafe-path'));
  });

  it('follows no link, in a folder or as the file', async () => {
    const secret = join(folder.path, 'secret');
    await mkdir(secret);
    await writeFile(join(secret, 'token'), 'secret');
    const inside = join(folder.path, 'artifacts', root);
    await mkdir(inside, { recursive: true });
    await symlink(secret, join(inside, 'folder'));
    await symlink(join(secret, 'token'), join(inside, 'file'));
    await assert.rejects(text(store.read(root, 'folder/token')), because('unsafe-path'));
    await assert.rejects(text(store.read(root, 'file')), because('unsafe-path'));
    await assert.rejects(store.put(root, 'folder/new', content('x')), because('unsafe-path'));
    await assert.rejects(store.remove(root, 'folder/token'), because('unsafe-path'));
    assert.deepEqual(await store.list(root, ''), []);
    assert.deepEqual(await readdir(secret), ['token']);
    await store.remove(root, 'folder');
    assert.deepEqual(await readdir(secret), ['token'], 'the link goes, not what it names');
  });

  it('refuses a name that is a folder already, and one below a file', async () => {
    await store.put(root, 'a/b', content('x'));
    await assert.rejects(store.put(root, 'a', content('x')), because('already-exists'));
    await assert.rejects(store.put(root, 'a/b/c', content('x')), because('already-exists'));
    await assert.rejects(store.put(root, 'n'.repeat(300), content('x')), because('invalid-input'));
    assert.equal(await text(store.read(root, 'a/b')), 'x');
  });

  it('says that the disk is full and leaves no part of the file', async function () {
    const disk = await smallDisk(2);
    if (typeof disk === 'string') {
      console.log(`    skipped: ${disk}`);
      return this.skip();
    }
    await using _mounted = disk;
    const full = new DiskArtifactStore({ folder: disk.path });
    const pieces = Array.from({ length: 40 }, () => new Uint8Array(100_000));
    await assert.rejects(full.put(root, 'big', content(...pieces)), because('storage-full'));
    assert.equal(await full.stat(root, 'big'), null);
    assert.deepEqual(await readdir(join(disk.path, '.uploads')), []);
    assert.deepEqual(await full.put(root, 'small', content('fits')), { bytes: 4 });
  });
});
