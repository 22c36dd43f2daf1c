/**
 * What a client offers when it opens the socket: the protocol, and its token
 * as a second protocol, because a browser cannot set headers there and an
 * address would end up in logs.
 */
import type { IncomingMessage } from 'node:http';
import { DomainError } from '../../domain/shared/errors.ts';

export const protocolName = 'flywheel.v1';
const tokenPrefix = 'flywheel.token.';

export type Offer = { readonly secret: string | null };

export function readOffer(request: Pick<IncomingMessage, 'headers'>): Offer {
  const header = request.headers['sec-websocket-protocol'];
  if (header === undefined) return { secret: null };
  const offered = header.split(',').map((name) => name.trim());
  if (!offered.includes(protocolName)) {
    throw new DomainError('server-too-old', `This server speaks the subprotocol ${protocolName} only`, {
      field: 'Sec-WebSocket-Protocol',
      remedy: 'Use a client that fits the version of the server',
    });
  }
  const token = offered.find((name) => name.startsWith(tokenPrefix));
  return { secret: token?.slice(tokenPrefix.length) || null };
}
