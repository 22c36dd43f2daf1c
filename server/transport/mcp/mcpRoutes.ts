/**
 * The Model Context Protocol at /mcp, over streamable HTTP without sessions:
 * editors' agents find and read prior work as the person whose token they
 * carry. https://modelcontextprotocol.io/specification
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { createMcpHandler } from '@modelcontextprotocol/server';
import express, { type Request as ExpressRequest, type Response as ExpressResponse, type Router } from 'express';
import type { Caller } from '../../domain/shared/call.ts';
import { DomainError, messageOf } from '../../domain/shared/errors.ts';
import { createAuthenticate } from '../http/authenticate.ts';
import { callerOf, jsonCalls } from '../http/jsonCalls.ts';
import type { AccessControl } from '../http/services.ts';
import { createToolServer, type ToolServerOptions } from './toolServer.ts';

export type McpOptions = ToolServerOptions & { readonly access: AccessControl };

export function createMcpRoutes(options: McpOptions): Router {
  const { access, log } = options;
  const handler = createMcpHandler(
    // Revisions before 2026-07-28 leave a server without sessions no way to ask the person.
    ({ era, authInfo }) =>
      createToolServer({ ...options, caller: callerIn(authInfo?.extra) }, { canAsk: era === 'modern' }),
    { onerror: (error) => log.debug('An MCP request was refused', { error: messageOf(error) }) },
  );
  options.stopping.addEventListener('abort', () => void handler.close(), { once: true });
  const router = express.Router({ caseSensitive: true });
  router.use(...jsonCalls(createAuthenticate({ access })));
  router.use(async (request, response) => {
    const caller = callerOf(response);
    const authInfo = { token: '', clientId: caller.userId, scopes: [], extra: { caller } };
    await send(response, await handler.fetch(toWebRequest(request), { authInfo, parsedBody: request.body }));
  });
  return router;
}

function callerIn(extra: Readonly<Record<string, unknown>> | undefined): Caller {
  if (extra?.caller === undefined) throw new DomainError('signed-out', 'This needs a token');
  return extra.caller as Caller;
}

/** Without its body, which was read. */
function toWebRequest(request: ExpressRequest): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (name !== 'authorization' && typeof value === 'string') headers.set(name, value);
  }
  return new Request(`http://${request.headers.host}${request.originalUrl}`, { method: request.method, headers });
}

async function send(response: ExpressResponse, answer: Response): Promise<void> {
  response.status(answer.status).setHeaders(answer.headers);
  if (answer.body === null) response.end();
  else await pipeline(Readable.fromWeb(answer.body as ReadableStream), response);
}
