/**
 * OTLP over HTTP for traces: protobuf and JSON, plain or gzip, into the
 * experiment that a header names. Answers in the form of the request, and says
 * which spans were not kept, as the protocol has it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LoggingAccess } from '../../../domain/shared/access.ts';
import type { Caller } from '../../../domain/shared/call.ts';
import { DomainError } from '../../../domain/shared/errors.ts';
import type { Log } from '../../../domain/shared/ports.ts';
import type { TraceService } from '../../../domain/traces/traceService.ts';
import { readCredential } from '../../http/credential.ts';
import type { AccessControl } from '../../http/services.ts';
import { useOf } from '../../http/tokenUse.ts';
import { experimentIdField, parseFields, runIdField } from '../fields.ts';
import { MlflowError, toMlflowFailure } from '../mlflowError.ts';
import { requireRole } from '../route.ts';
import { readBody } from './body.ts';
import { type ReadSpans, readExport } from './readExport.ts';

export type OtlpDependencies = {
  readonly traces: TraceService;
  readonly access: LoggingAccess & Pick<AccessControl, 'authenticate'>;
  readonly log: Log;
};

export const otlpPath = '/v1/traces';
const experimentHeader = 'x-mlflow-experiment-id';
const runHeader = 'x-mlflow-run-id';

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };
type Form = 'protobuf' | 'json';

export function createOtlpHandler(
  deps: OtlpDependencies,
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  return async (request, response) => {
    if (request.url?.split('?', 1)[0] !== otlpPath) return false;
    const form = formOf(request);
    await send({ request, response }, await answer(request, form, deps), form);
    return true;
  };
}

type Answer = {
  readonly status: number;
  readonly name: 'Response' | 'Failure';
  readonly fields: Readonly<Record<string, unknown>>;
};

async function answer(request: IncomingMessage, form: Form | null, deps: OtlpDependencies): Promise<Answer> {
  try {
    const { rejected, message } = await take(request, form, deps);
    const partialSuccess = { rejectedSpans: rejected, errorMessage: message };
    return { status: 200, name: 'Response', fields: rejected > 0 ? { partialSuccess } : {} };
  } catch (error) {
    const told = toMlflowFailure(error, deps.log, `POST ${otlpPath}`);
    const status = error instanceof DomainError && error.reason === 'too-large' ? 413 : told.status;
    return { status, name: 'Failure', fields: { code: rpcCodes[status] ?? 2, message: told.body.message } };
  }
}

/** The codes that such a failure has in the protocol's status message. */
const rpcCodes: Readonly<Record<number, number>> = { 400: 3, 401: 16, 403: 7, 404: 5, 413: 8, 429: 8, 503: 14, 507: 8 };

async function take(
  request: IncomingMessage,
  form: Form | null,
  { traces, access }: OtlpDependencies,
): Promise<Pick<ReadSpans, 'rejected' | 'message'>> {
  if (request.method !== 'POST')
    throw new MlflowError('ENDPOINT_NOT_FOUND', `There is no ${request.method} ${otlpPath}.`);
  const caller = await callerOf(request, access);
  const experimentId = parseFields(experimentIdField, oneHeader(request, experimentHeader));
  const run = request.headers[runHeader];
  const runId = run === undefined || run === '' ? null : parseFields(runIdField, run);
  const call = { caller, signal: new AbortController().signal };
  await requireRole(access, call, { role: 'contributor', experimentId });
  if (runId !== null) await requireRole(access, call, { role: 'contributor', runId });
  if (form === null) {
    const given = request.headers['content-type'] ?? 'none';
    const message = `The Content-Type must be application/x-protobuf or application/json, not '${given}'.`;
    throw new MlflowError('BAD_REQUEST', message);
  }
  const read = await readExport(await readBody(request), form);
  if (read.spans.length === 0) return read;
  const logged = await traces.intake.log({ experimentId, spans: read.spans }, runId);
  return { rejected: read.rejected + logged.rejected, message: read.message || logged.message };
}

async function callerOf(request: IncomingMessage, access: OtlpDependencies['access']): Promise<Caller> {
  const secret = readCredential(request);
  if (secret !== null) return await access.authenticate(secret, useOf(request));
  throw new DomainError('signed-out', 'This needs a token.', {
    remedy: 'Send it in the header Authorization, as "Bearer TOKEN"; make one with `flywheel token create`.',
  });
}

function oneHeader(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new MlflowError(
    'INVALID_PARAMETER_VALUE',
    `The header ${name} is missing: it says which experiment the traces go to.`,
  );
}

function formOf(request: IncomingMessage): Form | null {
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/x-protobuf') return 'protobuf';
  return type === 'application/json' ? 'json' : null;
}

async function send(
  { request, response }: Exchange,
  { status, name, fields }: Answer,
  form: Form | null,
): Promise<void> {
  const isBinary = form === 'protobuf';
  const body = isBinary
    ? (await import('./messages.ts')).encodeMessage(name, fields)
    : Buffer.from(JSON.stringify(fields));
  if (response.destroyed) return;
  if (status === 401) response.setHeader('www-authenticate', 'Basic realm="mlflow"');
  // What is left of a refused body is not read: the connection ends with the answer.
  if (!request.complete) response.setHeader('connection', 'close');
  response.writeHead(status, {
    'content-type': isBinary ? 'application/x-protobuf' : 'application/json',
    'content-length': body.length,
  });
  response.end(body);
}
