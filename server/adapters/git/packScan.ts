/**
 * Reads through a pack that a client sent before anything else does: format,
 * checksum, and sizes, so that a few bytes cannot unfold into more memory than
 * the server has. It resolves no deltas and stores nothing.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { type InputType, inflate, inflateSync, type ZlibOptions } from 'node:zlib';

export class BadPack extends Error {
  override name = 'BadPack';
}

export type PackLimits = { readonly objects: number; readonly objectBytes: number; readonly totalBytes: number };
export const packLimits: PackLimits = { objects: 2_000_000, objectBytes: 128 * 2 ** 20, totalBytes: 4 * 2 ** 30 };

/** With `info` zlib tells how much of the input it used, which is where the next object starts. */
type Inflated = { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };
const inflateLarge = promisify(inflate as (data: InputType, options: ZlibOptions, done: InflateDone) => void);
type InflateDone = (error: Error | null, result: Buffer) => void;

type Head = { readonly type: number; readonly size: number; readonly next: number };
const ofsDelta = 6;
const refDelta = 7;
const deepestDelta = 512;

/** The number of objects. Throws `BadPack`. */
export async function scanPack(pack: Buffer, limits: PackLimits = packLimits): Promise<number> {
  const count = checkFrame(pack, limits);
  const depths = new Map<number, number>();
  let at = 12;
  let total = 0;
  for (let index = 0; index < count; index += 1) {
    const head = readHead(pack, at);
    depths.set(at, depthOf(pack, at, { head, depths }));
    const { bytes, next } = await scanObject(pack, head, limits);
    total += bytes;
    if (total > limits.totalBytes) throw new BadPack('the objects unfold to more than the server takes');
    at = next;
  }
  if (at !== pack.length - 20) throw new BadPack('there is something after the last object');
  return count;
}

/** How large the object is once its delta is applied, and where the next one starts. */
async function scanObject(pack: Buffer, head: Head, limits: PackLimits): Promise<{ bytes: number; next: number }> {
  const start = dataStart(pack, head);
  if (head.size > limits.objectBytes) throw tooLarge(limits);
  const { buffer, engine } = await unfold(pack.subarray(start, pack.length - 20), head.size);
  if (buffer.length !== head.size) throw new BadPack('an object does not have the size it claims');
  const bytes = head.type >= ofsDelta ? resultSize(buffer, limits) : head.size;
  return { bytes, next: start + engine.bytesWritten };
}

function dataStart(pack: Buffer, head: Head): number {
  if (head.type === refDelta) return head.next + 20;
  return head.type === ofsDelta ? skipOffset(pack, head.next) : head.next;
}

function checkFrame(pack: Buffer, limits: PackLimits): number {
  if (pack.length < 32 || pack.toString('latin1', 0, 4) !== 'PACK') throw new BadPack('this is not a pack');
  if (pack.readUInt32BE(4) !== 2) throw new BadPack('only packs of version 2 are taken');
  const sum = createHash('sha1').update(pack.subarray(0, -20)).digest();
  if (!sum.equals(pack.subarray(-20))) throw new BadPack('the checksum of the pack is wrong');
  const count = pack.readUInt32BE(8);
  if (count > limits.objects) throw new BadPack('the pack has more objects than the server takes');
  return count;
}

function readHead(pack: Buffer, at: number): Head {
  let byte = byteAt(pack, at);
  const type = (byte >> 4) & 7;
  if (type === 0 || type === 5) throw new BadPack('an object has an unknown type');
  let size = byte & 15;
  let next = at + 1;
  for (let scale = 16; byte & 0x80; scale *= 128) {
    byte = byteAt(pack, next);
    size += (byte & 0x7f) * scale;
    next += 1;
  }
  return { type, size, next };
}

type Depths = { readonly head: Head; readonly depths: ReadonlyMap<number, number> };

function depthOf(pack: Buffer, at: number, { head, depths }: Depths): number {
  if (head.type !== ofsDelta) return 0;
  const base = depths.get(at - readOffset(pack, head.next));
  if (base === undefined) throw new BadPack('a delta has no base');
  if (base >= deepestDelta) throw new BadPack('deltas are nested too deeply');
  return base + 1;
}

function readOffset(pack: Buffer, at: number): number {
  let byte = byteAt(pack, at);
  let offset = byte & 0x7f;
  for (let next = at + 1; byte & 0x80; next += 1) {
    byte = byteAt(pack, next);
    offset = (offset + 1) * 128 + (byte & 0x7f);
  }
  return offset;
}

function skipOffset(pack: Buffer, at: number): number {
  let next = at;
  while (byteAt(pack, next) & 0x80) next += 1;
  return next + 1;
}

async function unfold(input: Buffer, size: number): Promise<Inflated> {
  const options = {
    info: true,
    maxOutputLength: Math.max(size, 1),
    chunkSize: Math.min(Math.max(size + 1, 64), 65_536),
  };
  try {
    // A large one goes to zlib's own thread; for the many small ones that would only cost.
    const result: unknown = size > 262_144 ? await inflateLarge(input, options) : inflateSync(input, options);
    return result as Inflated;
  } catch (error) {
    throw new BadPack('an object cannot be unfolded', { cause: error });
  }
}

function tooLarge({ objectBytes }: PackLimits): BadPack {
  const most = `${Math.floor(objectBytes / 2 ** 20)} MiB`;
  return new BadPack(`a file is larger than ${most}: log data as a dataset or an artifact of a run, not in Git`);
}

/** A delta begins with the sizes of its base and of its result. */
function resultSize(delta: Buffer, limits: PackLimits): number {
  let at = 0;
  let size = 0;
  for (let part = 0; part < 2; part += 1) {
    size = 0;
    for (let scale = 1, more = true; more; scale *= 128) {
      const byte = byteAt(delta, at);
      size += (byte & 0x7f) * scale;
      more = (byte & 0x80) !== 0;
      at += 1;
    }
  }
  if (size > limits.objectBytes) throw tooLarge(limits);
  return size;
}

function byteAt(bytes: Buffer, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new BadPack('the pack is cut off');
  return byte;
}
