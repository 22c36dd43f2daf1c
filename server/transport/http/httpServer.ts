/**
 * The one entrance: limits, Host and Origin, security headers and the slowing
 * down of wrong tokens come first, on requests and upgrades alike; then the
 * handlers that must be fast or stream (MLflow, git), then express.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { DomainError } from '../../domain/shared/errors.ts';
import type { Log } from '../../domain/shared/ports.ts';
import { limitBody } from './bodyDeadline.ts';
import { readCredential } from './credential.ts';
import { addressOf, type FailedSignIns } from './failedSignIns.ts';
import type { OriginGuard } from './originGuard.ts';
import { refuseUpgrade, securityHeaders, sendError } from './respond.ts';
import type { AccessControl } from './services.ts';
import { boundSilentConnections } from './silentConnections.ts';
import { readOffer } from './subprotocol.ts';
import { useOf } from './tokenUse.ts';
import { toWireError } from './wireError.ts';

/** Answers a request that is its own; false leaves it to the next. */
export type RawHandler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** Opens a WebSocket, or throws what the client is to be told instead. */
export interface UpgradeHandler {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
}

export type HttpServerOptions = {
  readonly guard: OriginGuard;
  readonly access: AccessControl;
  readonly failures: FailedSignIns;
  readonly rpc: UpgradeHandler;
  /** Asked in order, before express. */
  readonly handlers: readonly RawHandler[];
  readonly app: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly log: Log;
};

const limits = { headersTimeoutMs: 10_000, headerBytes: 32 * 1024, connections: 8192, silentConnections: 1024 };

export function createHttpServer(options: HttpServerOptions): Server {
  const server = createServer({
    headersTimeout: limits.headersTimeoutMs,
    connectionsCheckingInterval: 2000,
    // Bodies have deadlines of their own, which an upload of hours needs.
    requestTimeout: 0,
    keepAliveTimeout: 15_000,
    maxHeaderSize: limits.headerBytes,
  });
  server.maxConnections = limits.connections;
  boundSilentConnections(server, limits.silentConnections);
  server.on('request', (request, response) => void answer(request, response, options));
  server.on('upgrade', (request, socket, head) => void upgrade({ request, socket, head }, options));
  return server;
}

async function answer(request: IncomingMessage, response: ServerResponse, options: HttpServerOptions): Promise<void> {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  try {
    const refused = options.guard(request);
    if (refused !== null) return sendError(response, refused);
    limitBody(request);
    const secret = readCredential(request);
    if (secret !== null) {
      response.once('finish', () => {
        if (response.statusCode === 401) options.failures.record(addressOf(request));
      });
      await slowDown(request, secret, options);
    }
    for (const handler of options.handlers) if (await handler(request, response)) return;
    await options.app(request, response);
  } catch (error) {
    sendError(response, toWireError(error, options.log, pathOf(request)));
  }
}

type Upgrade = { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer };

async function upgrade({ request, socket, head }: Upgrade, options: HttpServerOptions): Promise<void> {
  // A client that resets while its token is looked up must not end the process.
  socket.on('error', () => socket.destroy());
  try {
    const refused = options.guard(request);
    if (refused !== null) return refuseUpgrade(socket, refused);
    if (pathOf(request) !== '/rpc') throw new DomainError('not-found', 'There is no WebSocket at this address');
    const secret = readOffer(request).secret ?? readCredential(request);
    if (secret !== null) await slowDown(request, secret, options);
    await options.rpc.upgrade(request, socket, head);
  } catch (error) {
    const told = toWireError(error, options.log, '/rpc');
    if (told.status === 401) options.failures.record(addressOf(request));
    refuseUpgrade(socket, told);
  }
}

/** From an address that has failed often, a wrong token waits before anything answers it. */
async function slowDown(request: IncomingMessage, secret: string, { failures, access }: HttpServerOptions) {
  const address = addressOf(request);
  if (!failures.isSuspect(address)) return;
  const isRight = await access.authenticate(secret, useOf(request)).then(
    () => true,
    () => false,
  );
  if (!isRight) await failures.hold(address);
}

function pathOf(request: IncomingMessage): string {
  return request.url?.split('?', 1)[0] ?? '';
}
