/**
 * What Git LFS is told, which asks before a push: that data has another home.
 * It is no secret, so nobody needs to be signed in to hear it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

export const noLfs = 'Flywheel keeps no Git LFS files: log data as a dataset of a run, or as its artifact, not in Git.';

const address = /^\/git\/[^/]+\/info\/lfs\//;

/** Whether the request was for Git LFS, and is answered. */
export function refuseLfs(request: IncomingMessage, response: ServerResponse): boolean {
  if (!address.test(new URL(request.url ?? '/', 'http://localhost').pathname)) return false;
  request.resume();
  response.statusCode = 501;
  response.setHeader('content-type', 'application/vnd.git-lfs+json');
  response.end(JSON.stringify({ message: noLfs }));
  return true;
}
