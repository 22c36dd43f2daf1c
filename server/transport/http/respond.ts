/** Writes answers outside of express: errors in the shape of the REST wire, on a response or a bare socket. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { toRpcError, type WireError } from './wireError.ts';

const refusedBodyMs = 500;

/** For answers that no page should make use of; pages replace the policy with their own. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // Not `no-referrer`: that would make browsers send `Origin: null` with our own forms.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
};

export function sendError(response: ServerResponse, error: WireError): void {
  // Too late for a status: what was sent must not look complete.
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = JSON.stringify(toRpcError(error).toJSON());
  response.statusCode = error.status;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('content-length', Buffer.byteLength(body));
  if (error.status === 401) response.setHeader('www-authenticate', 'Bearer realm="Flywheel"');
  response.end(body, () => cutOff(response.req));
}

/** The client gets a moment to read the answer before the rest of a refused body is cut off. */
function cutOff(request: IncomingMessage): void {
  if (request.complete) return;
  request.resume();
  setTimeout(() => request.complete || request.socket.destroy(), refusedBodyMs).unref();
}

/** Instead of 101. */
export function refuseUpgrade(socket: Duplex, error: WireError): void {
  const body = JSON.stringify(toRpcError(error).toJSON());
  const lines = [
    `HTTP/1.1 ${error.status} ${error.code}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ];
  socket.end(lines.join('\r\n'), () => socket.destroy());
}
