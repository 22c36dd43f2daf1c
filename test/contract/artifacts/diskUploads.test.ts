/** Uploads in parts against their port: any order, each again, whole or not at all, nothing left behind. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DiskArtifactStore } from '../../../server/adapters/blobs/diskArtifactStore.ts';
import { DiskUploads } from '../../../server/adapters/blobs/diskUploads.ts';
import { isDomainError } from '../../../server/domain/shared/errors.ts';
import { skip } from '../../harness/reporter.ts';
import { smallDisk } from '../../harness/smallDisk.ts';
import { type TemporaryFolder, temporaryFolder } from '../../harness/temporaryFolder.ts';

const root = '0/run1/artifacts';

async function* content(...pieces: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield typeof piece === 'string' ? new TextEncoder().encode(piece) : piece;
}

async function* broken(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(1000);
  throw new Error('cut');
}

async function text(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const read: Uint8Array[] = [];
  for await (const piece of pieces) read.push(piece);
  return Buffer.concat(read).toString();
}

const because =
  (reason: string, about = /./) =>
  (error: unknown) =>
    isDomainError(error) && error.reason === reason && about.test(error.message);

describe('uploads in parts: disk', () => {
  let temporary: TemporaryFolder;
  let folder: string;
  let artifacts: DiskArtifactStore;
  let uploads: DiskUploads;
  const clock = { now: Date.now() };
  beforeEach(async () => {
    temporary = await temporaryFolder();
    folder = join(temporary.path, 'artifacts');
    artifacts = new DiskArtifactStore({ folder });
    clock.now = Date.now();
    uploads = new DiskUploads({ folder, artifacts, now: () => clock.now });
  });
  afterEach(() => temporary[Symbol.asyncDispose]());

  const left = () => readdir(join(folder, '.multipart'));

  it('makes one file of parts that came in any order, some twice', async () => {
    const { id, key } = await uploads.begin({ root, path: 'a/big.bin', parts: 3 });
    assert.deepEqual(await uploads.upload(id), { root, path: 'a/big.bin', parts: 3, key });
    const three = await uploads.putPart(id, 3, content('three'));
    const first = await uploads.putPart(id, 1, content('wrong'));
    const one = await uploads.putPart(id, 1, content('o', 'ne'));
    const two = await uploads.putPart(id, 2, content(''));
    assert.notEqual(first.etag, one.etag);
    assert.equal(await artifacts.stat(root, 'a/big.bin'), null, 'nothing is seen before the end');
    assert.deepEqual(await uploads.complete(id, [one.etag, two.etag, three.etag]), { bytes: 8 });
    assert.equal(await text(artifacts.read(root, 'a/big.bin')), 'onethree');
    assert.deepEqual(await left(), []);
    await assert.rejects(uploads.complete(id, [one.etag, two.etag, three.etag]), because('not-found'));
  });

  it('completes nothing of which a part is missing or other than its tag', async () => {
    const { id } = await uploads.begin({ root, path: 'x', parts: 2 });
    const { etag } = await uploads.putPart(id, 1, content('one'));
    const two = await uploads.putPart(id, 2, content('two'));
    for (const etags of [
      [],
      [etag],
      [etag, etag],
      [two.etag, etag],
      [etag, '../../x'],
      [etag, ''],
      [etag, etag, etag],
    ]) {
      await assert.rejects(uploads.complete(id, etags), because('invalid-input', /not complete/));
    }
    assert.equal(await artifacts.stat(root, 'x'), null);
    await uploads.complete(id, [etag, two.etag]);
    assert.equal(await text(artifacts.read(root, 'x')), 'onetwo');
  });

  it('leaves nothing of a part that was cut, nor of what was aborted', async () => {
    const { id } = await uploads.begin({ root, path: 'x', parts: 1 });
    await assert.rejects(uploads.putPart(id, 1, broken()), /cut/);
    assert.deepEqual(await readdir(join(folder, '.multipart', id)), ['upload.json']);
    await uploads.abort(id);
    await uploads.abort(id);
    assert.deepEqual(await left(), []);
    await assert.rejects(uploads.putPart(id, 1, content('late')), because('not-found'));
    assert.deepEqual(await left(), []);
  });

  it('knows no upload by an id that is a path', async () => {
    await uploads.begin({ root, path: 'x', parts: 1 });
    for (const id of ['', '.', '..', '../artifacts', 'a/b', randomUUID()]) {
      assert.equal(await uploads.upload(id), null, id);
      await assert.rejects(uploads.putPart(id, 1, content('x')), because('not-found'), id);
      await uploads.abort(id);
    }
    assert.equal((await left()).length, 1);
  });

  it('survives a restart, and forgets after a day what nobody completed', async () => {
    const { id } = await uploads.begin({ root, path: 'x', parts: 1 });
    const again = new DiskUploads({ folder, artifacts, now: () => clock.now });
    const { etag } = await again.putPart(id, 1, content('kept'));
    await again.complete(id, [etag]);
    assert.equal(await text(artifacts.read(root, 'x')), 'kept');
    const { id: old } = await uploads.begin({ root, path: 'y', parts: 1 });
    clock.now += 24 * 60 * 60 * 1000 + 60_000;
    const { id: fresh } = await uploads.begin({ root, path: 'z', parts: 1 });
    assert.deepEqual(await left(), [fresh]);
    assert.equal(await uploads.upload(old), null);
  });

  it('stores nothing on a full disk, and can be aborted there', async function () {
    const made = await smallDisk(2);
    if (typeof made === 'string') skip(this, made);
    await using disk = made;
    const store = new DiskArtifactStore({ folder: disk.path });
    const small = new DiskUploads({ folder: disk.path, artifacts: store });
    const { id } = await small.begin({ root, path: 'x', parts: 2 });
    const megabyte = new Uint8Array(1024 * 1024);
    const { etag } = await small.putPart(id, 1, content(megabyte));
    await assert.rejects(small.putPart(id, 2, content(megabyte, megabyte)), because('storage-full'));
    assert.deepEqual((await readdir(join(disk.path, '.multipart', id))).sort(), [`1-${etag}`, 'upload.json']);
    const { id: other } = await small.begin({ root, path: 'y', parts: 1 });
    const half = await small.putPart(other, 1, content(megabyte.subarray(0, 700_000)));
    await assert.rejects(small.complete(other, [half.etag]), because('storage-full'));
    assert.equal(await store.stat(root, 'y'), null);
    await small.abort(id);
    await small.complete(other, [half.etag]);
    assert.deepEqual(await store.stat(root, 'y'), { bytes: 700_000 });
  });
});
