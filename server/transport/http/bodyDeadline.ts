/**
 * Ends requests whose body does not arrive. Ordinary bodies are small and have
 * a deadline as a whole; uploads may be long and only must not stand still.
 */
import type { IncomingMessage } from 'node:http';

export type BodyDeadlines = { readonly wholeMs: number; readonly stillMs: number };

export const bodyDeadlines: BodyDeadlines = { wholeMs: 30_000, stillMs: 60_000 };

/** Addresses under which files of any size arrive. */
const uploads = /^\/(?:git\/|(?:ajax-)?api\/2\.0\/mlflow-artifacts\/)/;

export function limitBody(request: IncomingMessage, { wholeMs, stillMs }: BodyDeadlines = bodyDeadlines): void {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (encoding === undefined && (length === undefined || length === '0')) return;
  const end = () => {
    if (!request.complete) request.destroy();
  };
  if (uploads.test(request.url ?? '')) {
    const { socket } = request;
    socket.setTimeout(stillMs, end);
    request.once('close', () => socket.setTimeout(0).off('timeout', end));
    return;
  }
  const timer = setTimeout(end, wholeMs).unref();
  request.once('close', () => clearTimeout(timer));
}
