/** What comes before every wire of JSON over express: the caller is known before a body is read, and a body is JSON or nothing. */
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Caller } from '../../domain/shared/call.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import type { Authenticate } from './authenticate.ts';
import { readJsonBody } from './jsonBody.ts';
import { sendError } from './respond.ts';
import { refusal } from './wireError.ts';

export type Locals = { caller?: Caller };

const bodyLimit = 1_000_000;

/** In this order, before whatever answers. */
export function jsonCalls(authenticate: Authenticate): readonly RequestHandler[] {
  return [remember(authenticate), requireJson, readBody];
}

export function callerOf(response: Response<unknown, Locals>): Caller {
  const { caller } = response.locals;
  if (caller === undefined) throw new DomainError('signed-out', 'This needs a token');
  return caller;
}

function remember(authenticate: Authenticate): RequestHandler {
  return async (request, response, next) => {
    response.locals.caller = (await authenticate(request)).caller;
    next();
  };
}

/** A form can send these requests across sites with any type but this one. */
function requireJson(request: Request, response: Response, next: NextFunction): void {
  const { 'content-length': length, 'transfer-encoding': chunked, 'content-encoding': packed } = request.headers;
  const hasBody = chunked !== undefined || (length !== undefined && length !== '0');
  const isJson = request.is('application/json') === 'application/json' && packed === undefined;
  if (hasBody && !isJson) {
    const remedy = 'Send "Content-Type: application/json"';
    sendError(response, { ...refusal('invalid-input', 'The body must be plain JSON', { remedy }), status: 415 });
  } else {
    next();
  }
}

async function readBody(request: Request, _response: Response, next: NextFunction): Promise<void> {
  // The handler takes what stands here instead of reading by itself.
  request.body = await readJsonBody(request, bodyLimit);
  next();
}
