/**
 * The contract as REST under /api, its OpenAPI document, its readable page,
 * and downloads. Callers are known before a body is read; bodies are JSON or
 * nothing, so that no form of another site can write.
 */

import { SmartCoercionPlugin } from '@orpc/json-schema';
import { OpenAPIHandler } from '@orpc/openapi/node';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import express, { type Request, type Response, type Router } from 'express';
import { DomainError } from '../../domain/shared/errors.ts';
import type { Log } from '../../domain/shared/ports.ts';
import { type Authenticate, createAuthenticate, type ReadSession } from '../http/authenticate.ts';
import { type CallContext, type ContractRouter, callInterceptors } from '../http/contractRouter.ts';
import { sendPage } from '../http/html.ts';
import { callerOf, jsonCalls, type Locals } from '../http/jsonCalls.ts';
import { StreamSlots } from '../http/streamSlots.ts';
import { apiPage } from './apiPage.ts';
import { type DownloadOptions, sendArtifact, sendCode, sendCommitted } from './artifactDownload.ts';
import { createOpenApiDocument } from './openApiDocument.ts';

export type RestOptions = DownloadOptions & {
  readonly router: ContractRouter;
  readonly readSession: ReadSession;
  readonly log: Log;
  readonly version: string;
  /** Aborts when the server stops: streams end then, calls are given time. */
  readonly stopping: AbortSignal;
};

export function createRestRoutes(options: RestOptions): Router {
  const { access, readSession } = options;
  const byToken = createAuthenticate({ access });
  const byTokenOrPage = createAuthenticate({ access, readSession });
  const document = once(() => createOpenApiDocument(options.version));
  const router = express.Router({ caseSensitive: true });
  router.get('/', async (_request, response) => sendPage(response, apiPage(await document())));
  router.get('/openapi.json', async (_request, response) => {
    response.json(await document());
  });
  router.get('/runs/:runId/artifacts/file', async (request, response) => {
    const { caller } = await byTokenOrPage(request);
    await sendArtifact({ request, response, caller }, options);
  });
  router.get('/runs/:runId/code/file', async (request, response) => {
    const { caller } = await byTokenOrPage(request);
    await sendCode({ request, response, caller }, options);
  });
  router.get('/projects/:projectId/code/file', async (request, response) => {
    const { caller } = await byTokenOrPage(request);
    await sendCommitted({ request, response, caller }, options);
  });
  router.use(...jsonCalls(byToken));
  router.use(callEntry(options, byToken));
  return router;
}

type Handler = (request: Request, response: Response<unknown, Locals>) => Promise<void>;

function callEntry({ router, access, log, stopping }: RestOptions, authenticate: Authenticate): Handler {
  const handler = new OpenAPIHandler<CallContext>(router, {
    ...callInterceptors(log),
    plugins: [new SmartCoercionPlugin({ schemaConverters: [new ZodToJsonSchemaConverter()] })],
  });
  return async (request, response) => {
    const caller = callerOf(response);
    // Express took the mount path off; the handler wants the address as it came.
    request.url = request.originalUrl;
    // A stream may go on for hours, but no longer than the token that it was asked for with.
    const ended = new AbortController();
    const look = () => authenticate(request).catch(() => ended.abort());
    response.once(
      'close',
      access.onEnded((isConcerned) => void (isConcerned(caller) && look())),
    );
    const context = { caller, streams: new StreamSlots(1), stopping: AbortSignal.any([stopping, ended.signal]) };
    const { matched } = await handler.handle(request, response, { prefix: '/api', context });
    if (!matched) throw new DomainError('not-found', `There is no ${request.method} ${request.path}`);
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
