/** The chunk files that logs and spools are kept in. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChunkedWriter, type ChunkPiece, chunkedSize, readChunks } from '../../../server/platform/chunkedFile.ts';

const limits = { chunkBytes: 10, headBytes: 20, limitBytes: 50 };
const bytes = (text: string) => new TextEncoder().encode(text);

const read = (folder: string, after: number, limit: number) => readChunks(folder, after, Buffer.alloc(limit));

/** Pieces as text, a gap as `<offset+bytes>`. */
function show(pieces: readonly ChunkPiece[]): string {
  return pieces
    .map((piece) => (piece.kind === 'data' ? new TextDecoder().decode(piece.data) : `<${piece.offset}+${piece.bytes}>`))
    .join('');
}

describe('chunked file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'flywheel-chunks-')), 'stream');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('reads nothing where nothing was written', async () => {
    assert.equal(await chunkedSize(folder), 0);
    assert.deepEqual(await read(folder, 0, 100), []);
  });

  it('reads back what was appended, from any offset, up to the limit', async () => {
    const writer = await ChunkedWriter.open(folder, limits);
    await writer.append(bytes('0123456789abcdefghij'));
    await writer.append(bytes('KLMNO'));
    assert.equal(writer.size, 25);
    assert.equal(show(await read(folder, 0, 100)), '0123456789abcdefghijKLMNO');
    assert.equal(show(await read(folder, 9, 3)), '9ab');
    assert.equal(show(await read(folder, 20, 100)), 'KLMNO');
    assert.deepEqual(await read(folder, 25, 100), []);
    await writer.close();
  });

  it('keeps the head and the newest, and reports the middle as one gap', async () => {
    const writer = await ChunkedWriter.open(folder, limits);
    for (let line = 0; line < 30; line += 1) await writer.append(bytes(`line ${String(line).padStart(4, '0')}\n`));
    assert.equal(writer.size, 300);
    assert.equal(show(await read(folder, 0, 1000)).slice(0, 28), 'line 0000\nline 0001\n<20+250>');
    assert.equal(show(await read(folder, 0, 1000)).slice(28), 'line 0027\nline 0028\nline 0029\n');
    assert.equal(show(await read(folder, 100, 1000)).slice(0, 9), '<100+170>');
    assert.ok((await readdir(folder)).length <= 5, 'no more than the limit allows');
    await writer.close();
  });

  it('holds gaps that were told, also at the beginning and at the end', async () => {
    const writer = await ChunkedWriter.open(folder, limits);
    await writer.appendGap(5);
    await writer.append(bytes('abc'));
    await writer.appendGap(4);
    await writer.appendGap(3);
    assert.equal(writer.size, 15);
    assert.equal(show(await read(folder, 0, 100)), '<0+5>abc<8+7>');
    await writer.close();
    assert.equal(await chunkedSize(folder), 15);
    const again = await ChunkedWriter.open(folder, limits);
    await again.append(bytes('z'));
    assert.equal(show(await read(folder, 6, 100)), 'bc<8+7>z');
    await again.close();
  });

  it('continues where a killed writer stopped, losing nothing that it had acknowledged', async () => {
    for (let round = 0; round < 3; round += 1) {
      const acknowledged = await appendUntilKilled(folder);
      const writer = await ChunkedWriter.open(folder, limits);
      assert.equal(writer.size, await chunkedSize(folder));
      assert.ok(writer.size >= acknowledged, `${writer.size} >= ${acknowledged}`);
      await writer.append(bytes('!'));
      assert.equal(show(await read(folder, writer.size - 1, 10)), '!');
      await writer.close();
    }
  });
});

/** A child appends and says how far it is; it is killed after a few answers. */
async function appendUntilKilled(folder: string): Promise<number> {
  const module = new URL('../../../server/platform/chunkedFile.ts', import.meta.url).href;
  const script = `
    const { ChunkedWriter } = await import(${JSON.stringify(module)});
    const writer = await ChunkedWriter.open(${JSON.stringify(folder)}, ${JSON.stringify(limits)});
    for (;;) { await writer.append(new Uint8Array(7).fill(120)); process.stdout.write(writer.size + '\\n'); }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const data of child.stdout) {
    text += String(data);
    if (text.split('\n').length > 20) child.kill('SIGKILL');
  }
  const lines = text.split('\n').slice(0, -1);
  return Number(lines.at(-1));
}
