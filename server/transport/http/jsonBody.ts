/**
 * Reads a JSON body up to a limit. It stops at the first byte too many instead
 * of reading on, and takes no packed bodies, so that nothing small on the wire
 * becomes large in memory.
 */
import type { IncomingMessage } from 'node:http';
import { DomainError } from '../../domain/shared/errors.ts';

/** Undefined without a body. */
export async function readJsonBody(request: IncomingMessage, limit: number): Promise<unknown> {
  const tooLarge = () => new DomainError('too-large', `The body is larger than ${limit} bytes`);
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request.iterator({ destroyOnReturn: false })) {
    bytes += (piece as Buffer).length;
    if (bytes > limit) throw tooLarge();
    pieces.push(piece as Buffer);
  }
  return bytes === 0 ? undefined : parse(Buffer.concat(pieces));
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new DomainError('invalid-input', 'The body is not valid JSON', { cause });
  }
}
