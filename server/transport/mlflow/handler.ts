/**
 * The MLflow wire: which addresses are its own, who calls, and what is
 * answered. Runs before the rest of the HTTP server, because jobs log here at
 * high rates. Every address that it knows is in the route table or below.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LoggedModelRegister } from '../../domain/models/loggedModelRegister.ts';
import type { ModelRegistry } from '../../domain/models/modelRegistry.ts';
import type { ModelVersions } from '../../domain/models/modelVersions.ts';
import type { LoggingAccess } from '../../domain/shared/access.ts';
import type { Call, Caller } from '../../domain/shared/call.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import type { Log } from '../../domain/shared/ports.ts';
import type { TraceService } from '../../domain/traces/traceService.ts';
import type { WebhookService } from '../../domain/webhooks/webhookService.ts';
import { readCredential } from '../http/credential.ts';
import type { AccessControl } from '../http/services.ts';
import { useOf } from '../http/tokenUse.ts';
import { proxyArtifacts } from './artifactProxy.ts';
import { artifactRoutes } from './artifactRoutes.ts';
import type { BatchReader } from './batchReader.ts';
import { experimentRoutes } from './experimentRoutes.ts';
import { loggedModelRoutes } from './loggedModelRoutes.ts';
import { metricRoutes } from './metricRoutes.ts';
import { MlflowError, toMlflowFailure } from './mlflowError.ts';
import { modelVersionRoutes } from './modelVersionRoutes.ts';
import { registeredModelRoutes } from './registeredModelRoutes.ts';
import { type Context, type Exchange, type Route, requireRole } from './route.ts';
import { Router } from './router.ts';
import { runLinkRoutes } from './runLinkRoutes.ts';
import { runRoutes } from './runRoutes.ts';
import { proxyTraceFiles, traceFilesAt } from './traceFiles.ts';
import { traceRoutes } from './traceRoutes.ts';
import { partPrefix, receivePart, type UploadDependencies, uploadRoutes } from './uploadRoutes.ts';
import { webhookRoutes } from './webhookRoutes.ts';

export type MlflowDependencies = UploadDependencies & {
  readonly models: ModelDependencies;
  readonly traces: TraceService;
  readonly webhooks: WebhookService;
  readonly batches: BatchReader;
  readonly access: LoggingAccess & Pick<AccessControl, 'authenticate'>;
  readonly log: Log;
};

type ModelDependencies = {
  readonly logged: LoggedModelRegister;
  readonly registry: ModelRegistry;
  readonly versions: ModelVersions;
};

/** The interface that is spoken here. Clients compare it: from 3.4 on they send spans by OTLP. */
export const mlflowVersion = '3.4.0';

const serverInfo = {
  store_type: 'SqlStore',
  workspaces_enabled: false,
  trace_archival_enabled: false,
  multipart_uploads_enabled: true,
  multipart_downloads_enabled: false,
};

const plainTexts: Readonly<Record<string, string>> = { '/health': 'OK', '/version': mlflowVersion };

/** Under both prefixes everything is served alike. */
const prefixes = /^\/(?:ajax-)?api\/(?=[23]\.0\/)/;
const artifactPrefix = '2.0/mlflow-artifacts/artifacts';
/** Two downloads that stand outside of any version. */
const pageAddress = /^\/(?=(?:model-versions\/)?get-artifact$)/;

export function createMlflowHandler(
  deps: MlflowDependencies,
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  const served = { ...deps, router: new Router(mlflowRoutes(deps)) };
  return async (request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '';
    const plain = plainTexts[path];
    if (plain !== undefined) sendText(response, plain);
    else if (prefixes.test(path) || pageAddress.test(path)) await serve(path, { request, response }, served);
    else return false;
    return true;
  };
}

type Served = MlflowDependencies & { readonly router: Router };

async function serve(path: string, exchange: Exchange, served: Served): Promise<void> {
  try {
    const answered = await answer(path.replace(prefixes, '').replace(pageAddress, ''), exchange, served);
    if (answered !== null) sendJson(exchange.response, 200, answered);
  } catch (error) {
    const told = isGone(exchange) ? new MlflowError('BAD_REQUEST', 'The connection ended early.') : error;
    sendFailure(exchange, toMlflowFailure(told, served.log, `${exchange.request.method} ${path}`));
  }
}

/** Whether the client went away, which explains any error and is none of ours. */
function isGone({ request, response }: Exchange): boolean {
  return response.destroyed || (request.destroyed && !request.complete);
}

/** Every call that is served, for the handler and for the tests that compare them with what they should be. */
export function mlflowRoutes(deps: RouteDependencies): readonly Route[] {
  const { tracking, models, artifacts, uploads, batches } = deps;
  return [
    ...experimentRoutes(tracking),
    ...runRoutes({ tracking, batches }),
    ...runLinkRoutes(tracking),
    ...metricRoutes(tracking),
    ...loggedModelRoutes(models),
    ...registeredModelRoutes(models),
    ...modelVersionRoutes(models),
    ...artifactRoutes({ tracking, models, artifacts }),
    ...uploadRoutes({ tracking, models, artifacts, uploads }),
    ...traceRoutes(deps),
    ...webhookRoutes(deps),
  ];
}

type RouteDependencies = Omit<MlflowDependencies, 'log'>;

/** The answer's JSON; null when it was streamed already. */
async function answer(address: string, exchange: Exchange, deps: Served): Promise<unknown> {
  const { request, response } = exchange;
  if (address.startsWith(partPrefix) && request.method === 'PUT') {
    return await receivePart(address.slice(partPrefix.length), exchange, deps.uploads);
  }
  const caller = await authenticate(request, deps);
  const call = new ExchangeCall(caller, response);
  const context: Context = { call, exchange, require: (need) => requireRole(deps.access, call, need) };
  if (address === '3.0/mlflow/server-info') return serverInfo;
  if (address === artifactPrefix || address.startsWith(`${artifactPrefix}/`)) {
    const raw = address.slice(artifactPrefix.length + 1);
    const ofTrace = traceFilesAt(raw);
    if (ofTrace !== null) return await proxyTraceFiles(ofTrace, { ...context, ...deps });
    return await proxyArtifacts(raw, { ...context, ...deps });
  }
  const found = deps.router.find(request.method ?? '', address);
  if (found !== null) return await found.route.run(found.parameters, context);
  throw new MlflowError('ENDPOINT_NOT_FOUND', `There is no ${request.method} ${address} here.`);
}

/** Most calls never look at their signal, which is dear to make and to abort. */
class ExchangeCall implements Call {
  readonly caller: Caller;
  readonly #response: ServerResponse;
  #aborted: AbortController | null = null;

  constructor(caller: Caller, response: ServerResponse) {
    this.caller = caller;
    this.#response = response;
  }

  get signal(): AbortSignal {
    if (this.#aborted === null) {
      const aborted = new AbortController();
      if (this.#response.closed) aborted.abort();
      else this.#response.once('close', () => aborted.abort());
      this.#aborted = aborted;
    }
    return this.#aborted.signal;
  }
}

async function authenticate(request: IncomingMessage, { access }: MlflowDependencies): Promise<Caller> {
  const secret = readCredential(request);
  if (secret !== null) return await access.authenticate(secret, useOf(request));
  throw new DomainError('signed-out', 'This needs a token.', {
    remedy: 'Set MLFLOW_TRACKING_TOKEN to one; make it with `flywheel token create`.',
  });
}

function sendText(response: ServerResponse, text: string): void {
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(text);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

const drainedBytes = 16 * 1024 * 1024;

function sendFailure({ request, response }: Exchange, { status, body }: ReturnType<typeof toMlflowFailure>): void {
  // Too late for a status: what was sent must not look complete.
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (status === 401) response.setHeader('www-authenticate', 'Basic realm="mlflow"');
  if (!request.complete) {
    // Clients send a body to its end before they read: a short one is read off, a long one is cut.
    if (Number(request.headers['content-length'] ?? Number.NaN) <= drainedBytes) request.resume();
    else response.setHeader('connection', 'close');
  }
  sendJson(response, status, body);
}
