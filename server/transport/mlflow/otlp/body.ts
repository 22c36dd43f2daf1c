/** Reads the body of an export, inflated where it is compressed, up to a size both before and after. */
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { DomainError } from '../../../domain/shared/errors.ts';
import { MlflowError } from '../mlflowError.ts';

export const bodyLimits = { sentBytes: 8 * 2 ** 20, inflatedBytes: 32 * 2 ** 20 } as const;

const inflaters = { gzip: promisify(gunzip), deflate: promisify(inflate) } as const;

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const isInflated = encoding === 'gzip' || encoding === 'deflate';
  if (!isInflated && encoding !== 'identity') {
    throw new MlflowError(
      'BAD_REQUEST',
      `The Content-Encoding '${encoding}' is not known; use gzip, deflate, or none.`,
    );
  }
  const sent = await readAll(request, isInflated ? bodyLimits.sentBytes : bodyLimits.inflatedBytes);
  if (!isInflated) return sent;
  try {
    return await inflaters[encoding](sent, { maxOutputLength: bodyLimits.inflatedBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(bodyLimits.inflatedBytes);
    throw new MlflowError('BAD_REQUEST', `The body is not ${encoding}.`);
  }
}

async function readAll(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request.iterator({ destroyOnReturn: false })) {
    bytes += (piece as Buffer).length;
    if (bytes > limit) throw tooLarge(limit);
    pieces.push(piece as Buffer);
  }
  return Buffer.concat(pieces);
}

function tooLarge(limit: number): DomainError {
  return new DomainError('too-large', `An export can have at most ${limit / 2 ** 20} MiB.`, {
    remedy: 'Send fewer spans at a time.',
  });
}
