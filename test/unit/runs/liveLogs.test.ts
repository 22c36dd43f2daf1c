import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LogChunk } from '../../../protocol/model/run.ts';
import { ChunkLogStore } from '../../../server/adapters/logs/chunkLogStore.ts';
import type { LogStore } from '../../../server/domain/runs/ports.ts';
import { completeUtf8Length } from '../../../server/domain/shared/completeUtf8.ts';
import { LiveLogs } from '../../../server/domain/shared/liveLogs.ts';
import { collect } from '../../harness/domain.ts';
import { temporaryFolder } from '../../harness/temporaryFolder.ts';

type Piece = Awaited<ReturnType<LogStore['read']>>[number];

/** A log in memory that hands out what it has in pieces as they came. */
class PieceLogs implements LogStore {
  readonly pieces: Piece[] = [];

  async size(): Promise<number> {
    const last = this.pieces.at(-1);
    return last ? endOf(last) : 0;
  }

  async append(_id: string, piece: Parameters<LogStore['append']>[1]): Promise<void> {
    this.pieces.push({ ...piece, offset: await this.size() });
  }

  async read(_id: string, after: number): Promise<readonly Piece[]> {
    const rest = this.pieces.filter((piece) => endOf(piece) > after);
    return rest.map((piece) => {
      if (piece.kind === 'gap' || piece.offset >= after) return piece;
      return { ...piece, offset: after, data: piece.data.subarray(after - piece.offset) };
    });
  }

  async remove(): Promise<void> {
    this.pieces.splice(0);
  }
}

function endOf(piece: Piece): number {
  return piece.offset + (piece.kind === 'gap' ? piece.bytes : piece.data.length);
}

const signal = new AbortController().signal;
const textOf = (chunks: readonly LogChunk[]) =>
  chunks.map((chunk) => (chunk.kind === 'text' ? chunk.text : '')).join('');

describe('live logs', () => {
  it('never split a character, wherever the output was cut, and their offsets stay right', async () => {
    const cuts = fc.array(fc.nat({ max: 12 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), cuts, async (text, lengths) => {
        const store = new PieceLogs();
        const logs = new LiveLogs(store);
        const data = Buffer.from(text);
        let at = 0;
        let isFinished = false;
        const follow = { after: 0, follow: true, isFinished: async () => isFinished, signal };
        const chunks: LogChunk[] = [];
        const reading = (async () => {
          for await (const chunk of logs.follow('x', follow)) chunks.push(chunk);
        })();
        for (const length of [...lengths, data.length]) {
          const piece = data.subarray(at, at + length);
          at += piece.length;
          if (piece.length > 0) await logs.append('x', { kind: 'data', data: piece });
        }
        isFinished = true;
        logs.finished('x');
        await reading;
        assert.equal(textOf(chunks), data.toString());
        let offset = 0;
        for (const chunk of chunks) {
          assert.equal(chunk.offset, offset);
          if (chunk.kind === 'text') {
            assert.equal(Buffer.byteLength(chunk.text), chunk.bytes);
            offset += chunk.bytes;
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('resume at the offset after any chunk without losing or doubling', async () => {
    await using folder = await temporaryFolder();
    const store = new ChunkLogStore({ folder: folder.path });
    const logs = new LiveLogs(store);
    const text = 'äöü€😀\n'.repeat(20_000);
    await logs.append('x', { kind: 'data', data: Buffer.from(text) });
    const options = { follow: false, isFinished: async () => true, signal };
    const all = await collect(logs.follow('x', { ...options, after: 0 }));
    assert.equal(textOf(all), text);
    const [first] = all;
    assert.ok(first?.kind === 'text' && all.length > 2);
    const rest = await collect(logs.follow('x', { ...options, after: first.offset + first.bytes }));
    assert.equal(first.text + textOf(rest), text);
    await store.close();
  });

  it('begin a tail with a whole character', async () => {
    const logs = new LiveLogs(new PieceLogs());
    await logs.append('x', { kind: 'data', data: Buffer.from('a€b') });
    const options = { after: 0, follow: false, isFinished: async () => true, signal };
    for (const [tail, text] of [
      [1, 'b'],
      [2, 'b'],
      [3, 'b'],
      [4, '€b'],
      [100, 'a€b'],
    ] as const) {
      const chunks = await collect(logs.follow('x', { ...options, tail }));
      assert.equal(textOf(chunks), text);
      assert.equal(chunks.at(-1)?.offset, 5);
    }
  });

  it('tell of what was left out, and go on after it', async () => {
    const logs = new LiveLogs(new PieceLogs());
    await logs.append('x', { kind: 'data', data: Buffer.from('abc') });
    await logs.append('x', { kind: 'gap', bytes: 1000 });
    await logs.append('x', { kind: 'data', data: Buffer.from('end') });
    const options = { after: 0, follow: false, isFinished: async () => true, signal };
    const chunks = await collect(logs.follow('x', options));
    assert.deepEqual(chunks, [
      { kind: 'text', offset: 0, bytes: 3, text: 'abc' },
      { kind: 'gap', offset: 3, bytes: 1000 },
      { kind: 'text', offset: 1003, bytes: 3, text: 'end' },
      { kind: 'end', offset: 1006 },
    ]);
  });

  it('show bytes that are no text without losing their place', async () => {
    const logs = new LiveLogs(new PieceLogs());
    await logs.append('x', { kind: 'data', data: Buffer.from([0xff, 0x41, 0xe2, 0x82]) });
    const options = { after: 0, follow: false, isFinished: async () => true, signal };
    const chunks = await collect(logs.follow('x', options));
    assert.equal(textOf(chunks), '\ufffdA\ufffd');
    assert.equal(chunks.at(-1)?.offset, 4);
  });

  it('stop waiting when the reader goes', async () => {
    const logs = new LiveLogs(new PieceLogs());
    const gone = new AbortController();
    const stream = logs.follow('x', { after: 0, follow: true, isFinished: async () => false, signal: gone.signal });
    const next = stream.next();
    gone.abort();
    assert.equal((await next).done, true);
  });
});

describe('complete UTF-8', () => {
  it('holds back only the beginning of a character', () => {
    const whole = Buffer.from('a€😀');
    const lengths = [0, 1, 1, 1, 4, 4, 4, 4, 8];
    for (const [cut, length] of lengths.entries()) assert.equal(completeUtf8Length(whole.subarray(0, cut)), length);
    assert.equal(completeUtf8Length(Buffer.from([0x80, 0x80, 0x80, 0x80])), 4);
  });
});
