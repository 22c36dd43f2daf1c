import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sharedLines } from '../../../server/domain/code/alignLines.ts';
import { linesOf } from '../../../server/domain/code/textLines.ts';

const lines = (text: string) => text.split(' ').filter((word) => word !== '');

describe('lines that two texts share', () => {
  for (const [wanted, other, shared] of [
    ['a b c', 'a b c', [0, 1, 2]],
    ['a b c', '', []],
    ['', 'a', []],
    ['a x b y c', 'a b c', [0, 2, 4]],
    ['a b c', 'c b a', 1],
    ['} a } b }', 'a }', 2],
    ['new a b', 'a b old', [1, 2]],
  ] as const) {
    it(`of "${wanted}" in "${other}"`, () => {
      const found = sharedLines(lines(wanted), lines(other));
      if (typeof shared === 'number') assert.equal(found.length, shared);
      else assert.deepEqual(found, shared);
    });
  }

  it('are always a common row of both, in order', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd', '}'), { maxLength: 40 });
    fc.assert(
      fc.property(text, text, (wanted, other) => {
        const found = sharedLines(wanted, other);
        let at = 0;
        for (const index of found) {
          at = (other as readonly string[]).indexOf(wanted[index] ?? '', at) + 1;
          assert.notEqual(at, 0);
        }
        assert.deepEqual(
          found,
          [...new Set(found)].sort((a, b) => a - b),
        );
      }),
    );
  });

  it('of long texts are as many as a comparison of all lines finds', () => {
    const wanted = Array.from({ length: 300 }, (_, at) => (at % 4 === 0 ? '' : at % 4 === 1 ? '}' : `line ${at}`));
    const other = wanted.filter((_, at) => at % 7 !== 0).map((line, at) => (at % 11 === 0 ? `${line} changed` : line));
    const kept = other.filter((line) => !line.endsWith('changed')).length;
    assert.equal(sharedLines(wanted, other).length, kept);
  });

  it('are found in long texts that differ nearly everywhere, at anchors, and in time', () => {
    const wanted = Array.from({ length: 20_000 }, (_, at) => (at % 10 === 0 ? `anchor ${at}` : `mine ${at}`));
    const other = wanted.map((line, at) => (at % 10 === 0 ? line : `theirs ${at}`));
    const start = performance.now();
    assert.equal(sharedLines(wanted, other).length, 2000);
    assert.ok(performance.now() - start < 2000);
    const disjoint = wanted.map((line) => `no ${line}`);
    assert.equal(sharedLines(wanted, disjoint).length, 0);
  });
});

describe('lines of a file', () => {
  it('are counted as an editor does, whatever ends them', () => {
    const of = (text: string) => linesOf(Buffer.from(text));
    assert.deepEqual(of(''), []);
    assert.deepEqual(of('\n'), ['']);
    assert.deepEqual(of('a\r\nb\rc\n'), ['a', 'b', 'c']);
    assert.deepEqual(of('a\n\n'), ['a', '']);
    assert.deepEqual(linesOf(Uint8Array.of(0x61, 0xff, 0x0a)), ['a\ufffd']);
    assert.equal(linesOf(Uint8Array.of(0x89, 0x50, 0)), null);
  });
});
