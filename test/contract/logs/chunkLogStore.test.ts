/** The log store against its port: offsets, gaps, order, limits, a full disk. */
import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChunkLogStore } from '../../../server/adapters/logs/chunkLogStore.ts';
import { isDomainError } from '../../../server/domain/shared/errors.ts';
import { smallDisk } from '../../harness/smallDisk.ts';
import { type TemporaryFolder, temporaryFolder } from '../../harness/temporaryFolder.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const data = (text: string) => ({ kind: 'data' as const, data: bytes(text) });

async function readAll(store: ChunkLogStore, id: string, after = 0): Promise<string> {
  let text = '';
  for (let at = after; ; ) {
    const pieces = await store.read(id, at, 7);
    if (pieces.length === 0) return text;
    for (const piece of pieces) {
      text += piece.kind === 'data' ? new TextDecoder().decode(piece.data) : `<${piece.bytes}>`;
      at = piece.offset + (piece.kind === 'data' ? piece.data.length : piece.bytes);
    }
  }
}

describe('log store: chunk files', () => {
  let folder: TemporaryFolder;
  let store: ChunkLogStore;
  beforeEach(async () => {
    folder = await temporaryFolder();
    store = new ChunkLogStore({ folder: folder.path });
  });
  afterEach(async () => {
    await store.close();
    await folder[Symbol.asyncDispose]();
  });

  it('knows nothing of a log that was never written', async () => {
    assert.equal(await store.size('run1'), 0);
    assert.deepEqual(await store.read('run1', 0, 100), []);
    await store.remove('run1');
  });

  it('keeps appends in the order of the calls, by byte offset', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, n) => store.append('run1', data(`${n},`))));
    const expected = Array.from({ length: 50 }, (_, n) => `${n},`).join('');
    assert.equal(await store.size('run1'), expected.length);
    assert.equal(await readAll(store, 'run1'), expected);
    assert.equal(await readAll(store, 'run1', 4), expected.slice(4));
  });

  it('keeps a gap that a backend reported', async () => {
    await store.append('run1', data('abc'));
    await store.append('run1', { kind: 'gap', bytes: 1000 });
    await store.append('run1', data('xyz'));
    assert.equal(await store.size('run1'), 1006);
    assert.equal(await readAll(store, 'run1'), 'abc<1000>xyz');
    assert.equal(await readAll(store, 'run1', 500), '<503>xyz');
  });

  it('drops the middle of a log that is past its limit, and says so', async () => {
    await store.close();
    const limits = { chunkBytes: 1000, headBytes: 2000, limitBytes: 6000 };
    store = new ChunkLogStore({ folder: folder.path, limits: () => limits });
    const line = (n: number) => `${String(n).padStart(99, '0')}\n`;
    for (let n = 0; n < 200; n += 1) await store.append('run1', data(line(n)));
    const [head, gap, ...tail] = await store.read('run1', 0, 100_000).then((pieces) => joined(pieces));
    assert.equal(head, Array.from({ length: 20 }, (_, n) => line(n)).join(''));
    assert.match(gap ?? '', /^<2000\+\d+>$/);
    assert.ok(tail.join('').endsWith(line(199)));
    assert.equal(await store.size('run1'), 20_000);
    assert.ok((await readdir(join(folder.path, 'run1'))).length <= 6);
  });

  it('goes on with more logs than files that are kept open', async () => {
    await store.close();
    store = new ChunkLogStore({ folder: folder.path, openFiles: 3 });
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(Array.from({ length: 20 }, (_, n) => store.append(`run${n}`, data(`${round}`))));
    }
    for (let n = 0; n < 20; n += 1) assert.equal(await readAll(store, `run${n}`), '01234');
  });

  it('is found again by the next server', async () => {
    await store.append('run1', data('before '));
    await store.close();
    store = new ChunkLogStore({ folder: folder.path });
    assert.equal(await store.size('run1'), 7);
    await store.append('run1', data('after'));
    assert.equal(await readAll(store, 'run1'), 'before after');
  });

  it('removes one log and no other', async () => {
    await store.append('run1', data('one'));
    await store.append('run2', data('two'));
    await store.remove('run1');
    assert.equal(await store.size('run1'), 0);
    assert.equal(await readAll(store, 'run2'), 'two');
  });

  it('refuses ids that leave its folder', async () => {
    for (const id of ['../x', 'a/b', '', '.', 'a\\b', 'a\u0000']) {
      await assert.rejects(
        store.append(id, data('x')),
        (error) => isDomainError(error) && error.reason === 'unsafe-path',
      );
    }
  });

  it('says that the disk is full, keeps what it had, and goes on when there is space', async function () {
    const disk = await smallDisk(2);
    if (typeof disk === 'string') {
      console.log(`    skipped: ${disk}`);
      return this.skip();
    }
    await using _mounted = disk;
    const full = new ChunkLogStore({ folder: disk.path });
    await full.append('run1', data('first line\n'));
    await assert.rejects(
      full.append('run1', { kind: 'data', data: new Uint8Array(3 * 1024 * 1024) }),
      (error) => isDomainError(error) && error.reason === 'storage-full',
    );
    assert.equal(await full.size('run1'), 11);
    await writeFile(join(disk.path, 'probe'), new Uint8Array(1024 * 1024));
    await full.append('run1', data('second line\n'));
    assert.equal(await readAll(full, 'run1'), 'first line\nsecond line\n');
    await full.close();
  });
});

function joined(pieces: Awaited<ReturnType<ChunkLogStore['read']>>): string[] {
  const texts: string[] = [];
  let open = false;
  for (const piece of pieces) {
    if (piece.kind === 'gap') texts.push(`<${piece.offset}+${piece.bytes}>`);
    else if (open) texts[texts.length - 1] += new TextDecoder().decode(piece.data);
    else texts.push(new TextDecoder().decode(piece.data));
    open = piece.kind === 'data';
  }
  return texts;
}
