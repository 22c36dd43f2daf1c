/**
 * What of the traffic shows that a person works. A page that is merely open
 * asks for news by itself, so reading does not count, and neither do the
 * signs of life of a WebSocket.
 */
import type { IncomingMessage } from 'node:http';

export function isActivity({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): boolean {
  return (method !== 'GET' && method !== 'HEAD') || headers['sec-fetch-mode'] === 'navigate';
}

/** A frame other than close, ping and pong: RFC 6455, 5.2. A piece that begins within a frame is work. */
export function isClientWork(piece: Uint8Array): boolean {
  const [first = 0, second = 0] = piece;
  const isControl = (first & 0x70) === 0 && (first & 0x0f) >= 8 && (second & 0x7f) <= 125;
  return !(isControl && piece.length <= 131);
}
