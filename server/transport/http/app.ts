/**
 * The express application: pages, REST, and the answers for what is neither.
 * REST, MCP and their schema machinery load on first use, so that they cost a
 * start nothing.
 */
import express, { type Express, type NextFunction, type Request, type Response, type Router } from 'express';
import { DomainError } from '../../domain/shared/errors.ts';
import type { Log } from '../../domain/shared/ports.ts';
import { sendError } from './respond.ts';
import { toWireError } from './wireError.ts';

export type AppOptions = {
  readonly web: Router;
  readonly loadRest: () => Promise<Router>;
  readonly loadMcp: () => Promise<Router>;
  readonly log: Log;
};

export function createApp({ web, loadRest, loadMcp, log }: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', 'simple');
  app.use(web);
  app.use('/api', lazily(loadRest));
  app.use('/mcp', lazily(loadMcp));
  app.use((request: Request) => {
    throw new DomainError('not-found', `There is no ${request.method} ${request.path}`);
  });
  // biome-ignore lint/complexity/useMaxParams: express tells an error handler by its four parameters
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    sendError(response, toWireError(error, log, `${request.method} ${request.path}`));
  });
  return app;
}

function lazily(load: () => Promise<Router>) {
  let loading: Promise<Router> | undefined;
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    loading ??= load();
    (await loading)(request, response, next);
  };
}
