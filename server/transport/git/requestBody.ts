/**
 * The body of a Git request: unzipped where the client zipped it, and never
 * more of it than is allowed, before or after.
 */
import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { joinBytes, MalformedPacket, packetLength } from '../../../protocol/pktLine.ts';
import { DomainError } from '../../domain/shared/errors.ts';

export function openBody(request: IncomingMessage, limit: number): Readable {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (!['identity', 'gzip', 'x-gzip'].includes(encoding)) {
    throw new DomainError('invalid-input', `The content encoding ${encoding} is not taken.`);
  }
  const bounded = boundary(limit);
  const unzip = encoding === 'identity' ? new PassThrough() : createGunzip();
  // A failure reaches whoever reads the last stream.
  pipeline(request, unzip, bounded).catch(() => undefined);
  return bounded;
}

function boundary(limit: number): Transform {
  let total = 0;
  return new Transform({
    transform(piece: Uint8Array, _encoding, done) {
      total += piece.length;
      if (total <= limit) return done(null, piece);
      const mebibytes = Math.round(limit / 2 ** 20);
      done(
        new DomainError('too-large', `A push may send at most ${mebibytes} MiB at once.`, {
          remedy: 'Push in parts, or keep large files out of the repository.',
        }),
      );
    },
  });
}

/** Reads up to and with the first flush packet; what follows stays to be read. */
export class PacketBody {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #buffered: Uint8Array = new Uint8Array(0);

  constructor(body: Readable) {
    this.#pieces = body[Symbol.asyncIterator]();
  }

  /** The bytes of one section, with its flush packet; `limit` bounds what a client makes us keep. */
  async section(limit: number): Promise<Uint8Array> {
    let at = 0;
    for (let length = await this.#packetAt(at, limit); ; length = await this.#packetAt(at, limit)) {
      at += Math.max(length, 4);
      if (length === 0) break;
    }
    const section = this.#buffered.subarray(0, at);
    this.#buffered = this.#buffered.subarray(at);
    return section;
  }

  /** The length of the packet at a position, once all of it has arrived. */
  async #packetAt(at: number, limit: number): Promise<number> {
    for (let length = this.#wholePacketAt(at); ; length = this.#wholePacketAt(at)) {
      if (length !== null) return length;
      if (this.#buffered.length > limit) throw new MalformedPacket('too many lines');
      if (!(await this.#more())) throw new MalformedPacket('the request is cut off');
    }
  }

  async *rest(): AsyncGenerator<Uint8Array> {
    if (this.#buffered.length > 0) yield this.#buffered;
    for (let next = await this.#pieces.next(); !next.done; next = await this.#pieces.next()) yield next.value;
  }

  async #more(): Promise<boolean> {
    const next = await this.#pieces.next();
    if (!next.done) this.#buffered = joinBytes([this.#buffered, next.value]);
    return !next.done;
  }

  #wholePacketAt(at: number): number | null {
    if (this.#buffered.length < at + 4) return null;
    const length = Number.parseInt(new TextDecoder().decode(this.#buffered.subarray(at, at + 4)), 16);
    return length > 4 && this.#buffered.length < at + length ? null : packetLength(this.#buffered, at);
  }
}
