/** Writes objects as a pack, one after the other, so that only one is in memory at a time. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type { GitObjects, RawObject } from './gitObjects.ts';

const deflateLater = promisify(deflate);
const types: Readonly<Record<RawObject['type'], number>> = { commit: 1, tree: 2, blob: 3, tag: 4 };

export async function* packStream(
  objects: GitObjects,
  ids: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha1');
  const head = Buffer.alloc(12);
  head.write('PACK', 0, 'latin1');
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(ids.length, 8);
  hash.update(head);
  yield head;
  for (const id of ids) {
    signal.throwIfAborted();
    const { type, content } = await objects.raw(id);
    const piece = Buffer.concat([objectHead(types[type], content.length), await deflateLater(content)]);
    hash.update(piece);
    yield piece;
  }
  yield hash.digest();
}

/** Type and size: four bits of the size first, then seven at a time. */
function objectHead(type: number, size: number): Buffer {
  const bytes: number[] = [];
  let byte = (type << 4) | (size & 15);
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.push(byte | 0x80);
    byte = rest & 0x7f;
  }
  return Buffer.from([...bytes, byte]);
}
