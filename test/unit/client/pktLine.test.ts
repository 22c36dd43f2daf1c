import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isSafeLinkTarget } from '../../../protocol/model/common.ts';
import { flushPacket, joinBytes, MalformedPacket, packet, readPackets } from '../../../protocol/pktLine.ts';

describe('pkt-line', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 200 }).filter((text) => !text.endsWith('\n'))), (lines) => {
        const bytes = joinBytes([...lines.map((line) => packet(`${line}\n`)), flushPacket, new Uint8Array([1, 2])]);
        const { lines: read, rest } = readPackets(bytes, 'flush');
        assert.deepEqual(read, [...lines, null]);
        assert.deepEqual([...rest], [1, 2]);
      }),
    );
  });

  it('throws one kind of error for anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          readPackets(bytes);
        } catch (error) {
          assert.ok(error instanceof MalformedPacket);
        }
      }),
    );
  });
});

describe('isSafeLinkTarget', () => {
  const table: readonly (readonly [string, string, boolean])[] = [
    ['a', 'b', true],
    ['a', './b/c', true],
    ['x/a', '../b', true],
    ['x/y/a', '../../b', true],
    ['a', '..', false],
    ['x/a', '../..', false],
    ['x/a', '../../b', false],
    ['a', '/etc/passwd', false],
    ['a', 'C:/x', false],
    ['a', 'b/../../c', false],
    ['x/a', 'link/../../../c', false],
    ['a', '', false],
    ['a', 'b\\..\\c', false],
  ];
  for (const [path, target, safe] of table) {
    it(`${safe ? 'keeps' : 'refuses'} ${path} -> ${JSON.stringify(target)}`, () => {
      assert.equal(isSafeLinkTarget(path, target), safe);
    });
  }
});
