/**
 * The framing of Git's smart HTTP wire: four hex digits of length, then the
 * line. Shared by the server, which serves it, and the client, which pushes
 * snapshots. It knows lines and their bounds, not what they mean.
 */
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A flush packet ends a section. */
export const flushPacket = encoder.encode('0000');
export const longestLine = 65_516;

export function packet(line: string | Uint8Array): Uint8Array {
  const bytes = typeof line === 'string' ? encoder.encode(line) : line;
  if (bytes.length > longestLine) throw new RangeError('a pkt-line holds at most 65516 bytes');
  const head = encoder.encode((bytes.length + 4).toString(16).padStart(4, '0'));
  return joinBytes([head, bytes]);
}

export type PacketLines = {
  /** The lines, without their line feeds; null is a flush packet. */
  readonly lines: readonly (string | null)[];
  /** What follows the last whole packet that was asked for. */
  readonly rest: Uint8Array;
};

/** Reads packets: all of them, or up to and with the first flush packet, after which a pack may follow. */
export function readPackets(bytes: Uint8Array, until: 'end' | 'flush' = 'end'): PacketLines {
  const lines: (string | null)[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = packetLength(bytes, at);
    lines.push(length === 0 ? null : decoder.decode(bytes.subarray(at + 4, at + length)).replace(/\n$/, ''));
    at += Math.max(length, 4);
    if (length === 0 && until === 'flush') break;
  }
  return { lines, rest: bytes.subarray(at) };
}

/** Thrown for bytes that are no packets, or are cut off. */
export class MalformedPacket extends Error {
  override name = 'MalformedPacket';
}

/** The length of the packet at a position with its head; 0 is a flush packet. */
export function packetLength(bytes: Uint8Array, at: number): number {
  const head = decoder.decode(bytes.subarray(at, at + 4));
  if (!/^[0-9a-f]{4}$/i.test(head)) throw new MalformedPacket('not a pkt-line');
  const length = Number.parseInt(head, 16);
  if (length === 0) return 0;
  if (length < 4 || at + length > bytes.length) throw new MalformedPacket('a pkt-line is cut off');
  return length;
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
