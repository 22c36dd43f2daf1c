/**
 * Everything a client can reach, put together over the domain's services: one
 * HTTP server with its handlers, the socket, REST, and the pages. It knows no
 * adapter and owns nothing but connections.
 */
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Router } from 'express';
import type { Caller } from './domain/shared/call.ts';
import type { Log } from './domain/shared/ports.ts';
import { createAuthenticate, type ReadSession } from './transport/http/authenticate.ts';
import { type ContractRouter, createRouter } from './transport/http/contractRouter.ts';
import { FailedSignIns, type FailedSignInsOptions } from './transport/http/failedSignIns.ts';
import { createHttpServer, type RawHandler } from './transport/http/httpServer.ts';
import { createOriginGuard } from './transport/http/originGuard.ts';
import type { AccessControl, ServiceTable, SignIn } from './transport/http/services.ts';
import type { DownloadOptions } from './transport/rest/artifactDownload.ts';
import type { RpcLimits } from './transport/rpc/limits.ts';
import { RpcServer } from './transport/rpc/rpcServer.ts';
import { Assets } from './transport/web/assets.ts';
import { SessionCookie } from './transport/web/sessionCookie.ts';
import { SignInCodes } from './transport/web/signInCodes.ts';

export type EntranceOptions = {
  readonly services: ServiceTable;
  readonly access: AccessControl;
  readonly signIn: SignIn;
  readonly files: Omit<DownloadOptions, 'access'>;
  /** Wires that answer before express, in the order in which they are asked. */
  readonly handlers: readonly RawHandler[];
  readonly host: string;
  readonly hostNames: readonly string[];
  /** Origins of workspaces, whose pages may not talk to the server as a person's browser. */
  readonly isForeign?: (origin: URL) => boolean;
  readonly server: { readonly id: string; readonly version: string; readonly sessionKey: Uint8Array };
  readonly assetsFolder: string;
  readonly log: Log;
  readonly keepWrongTokens?: FailedSignInsOptions['keep'];
  readonly limits?: {
    readonly rpc?: Partial<RpcLimits>;
    readonly failures?: Omit<FailedSignInsOptions, 'log' | 'keep'>;
  };
};

export type Entrance = {
  /** Answers the port. */
  listen(port: number): Promise<number>;
  /** A path that signs a browser in as this caller, once, within ten minutes. */
  signInPath(caller: Caller): string;
  /** Tells clients, lets requests finish until the deadline, then cuts off. Again is harmless. */
  stop(deadlineMs: number): Promise<void>;
  /** Who tried wrong tokens, wherever they did. */
  readonly failures: FailedSignIns;
};

export function createEntrance(options: EntranceOptions): Entrance {
  const { services, access, log, server } = options;
  const cookie = new SessionCookie({ key: server.sessionKey, serverId: server.id, now: Date.now });
  const codes = new SignInCodes(Date.now);
  const { keepWrongTokens: keep } = options;
  const failures = new FailedSignIns({ ...options.limits?.failures, log, ...(keep && { keep }) });
  const router = createRouter({ services, access });
  const stopping = new AbortController();
  const shared: Shared = { options, cookie, codes, failures, router, stopping: stopping.signal };
  const rpc = createRpc(shared);
  const guard = createOriginGuard(options);
  const app = lazily(() => loadApp(shared));
  const http = createHttpServer({ guard, access, failures, rpc, handlers: options.handlers, app, log });
  let stopped: Promise<void> | undefined;
  return {
    listen: (port) => listen(http, port, options.host),
    failures,
    signInPath: (caller) => `/sign-in?code=${codes.issue(caller)}`,
    stop: (deadlineMs) => {
      stopping.abort();
      stopped ??= drain({ http, rpc, deadlineMs }).then(() => failures.close());
      return stopped;
    },
  };
}

type Shared = {
  readonly options: EntranceOptions;
  readonly cookie: SessionCookie;
  readonly codes: SignInCodes;
  readonly failures: FailedSignIns;
  readonly router: ContractRouter;
  readonly stopping: AbortSignal;
};

function createRpc({ options: { access, log, limits }, cookie, router }: Shared): RpcServer {
  const authenticate = createAuthenticate({ access, readSession: (request) => cookie.read(request) });
  return new RpcServer({ router, access, authenticate, log, ...(limits?.rpc && { limits: limits.rpc }) });
}

/** Pages and REST come with express and much else: loaded when first asked for, a start does not wait for them. */
async function loadApp(shared: Shared): Promise<RequestListener> {
  const { createApp } = await import('./transport/http/app.ts');
  const { createWebRoutes } = await import('./transport/web/webRoutes.ts');
  const { options, cookie, codes, failures } = shared;
  const { access, services, signIn, assetsFolder, log } = options;
  const endSession = (caller: Caller) => services.session.signOut(undefined, { caller, signal: shared.stopping });
  const assets = new Assets(assetsFolder);
  const web = createWebRoutes({ access, cookie, codes, failures, assets, signIn, endSession });
  return createApp({ web, loadRest: () => loadRest(shared), loadMcp: () => loadMcp(shared), log });
}

function lazily(load: () => Promise<RequestListener>): (...request: Parameters<RequestListener>) => Promise<void> {
  let loading: Promise<RequestListener> | undefined;
  return async (request, response) => {
    loading ??= load();
    (await loading)(request, response);
  };
}

async function loadRest({ options, cookie, router, stopping }: Shared): Promise<Router> {
  const { createRestRoutes } = await import('./transport/rest/restRoutes.ts');
  const { access, files, log, server } = options;
  const readSession: ReadSession = (request) => cookie.read(request);
  return createRestRoutes({ ...files, access, router, readSession, log, version: server.version, stopping });
}

async function loadMcp({ options, router, stopping }: Shared): Promise<Router> {
  const { createMcpRoutes } = await import('./transport/mcp/mcpRoutes.ts');
  const { access, log, server } = options;
  return createMcpRoutes({ access, router, log, version: server.version, stopping });
}

function listen(http: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.off('error', reject);
      resolve((http.address() as AddressInfo).port);
    });
  });
}

type Draining = { readonly http: Server; readonly rpc: RpcServer; readonly deadlineMs: number };

async function drain({ http, rpc, deadlineMs }: Draining): Promise<void> {
  const closed = new Promise<void>((resolve) => http.close(() => resolve()));
  const cutOff = setTimeout(() => http.closeAllConnections(), deadlineMs);
  await rpc.close(deadlineMs);
  http.closeIdleConnections();
  await closed;
  clearTimeout(cutOff);
}
