/**
 * The listener for workspaces: requests and WebSockets under
 * `/workspaces/<id>/` go to the tool of that workspace, for whoever may open
 * it. It is apart from the server's own entrance, on a port and where possible
 * on host names of its own, because what a tool shows is not to be trusted.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ProxyServer } from 'httpxy';
import { DomainError, isDomainError, messageOf } from '../../domain/shared/errors.ts';
import type { Log } from '../../domain/shared/ports.ts';
import type { Admission, WorkspaceGate } from '../../domain/workspaces/workspaceGate.ts';
import { boundSilentConnections } from '../http/silentConnections.ts';
import { toWireError } from '../http/wireError.ts';
import { isActivity, isClientWork } from './activity.ts';
import { ToolAgents } from './toolAgents.ts';
import { requestHeaders, responseHeaders } from './toolHeaders.ts';
import { type Visit, Visits, type VisitsOptions } from './visits.ts';
import { answer, notReadyPage, refusedPage, unknownVisitorPage } from './workspacePages.ts';

export type WorkspaceProxyOptions = VisitsOptions & { readonly gate: WorkspaceGate; readonly log: Log };

/** A tool may think about an answer for long, but not for ever. */
const answerMs = 15 * 60_000;
const target = { protocol: 'http:', host: 'tool', port: 80 } as const;

export class WorkspaceProxy {
  readonly #options: WorkspaceProxyOptions;
  readonly #visits: Visits;
  readonly #agents = new ToolAgents();
  readonly #passing = new WeakMap<IncomingMessage, Admission>();
  readonly #server: Server;
  readonly #upgraded = new Set<Duplex>();
  #proxy: Promise<ProxyServer> | null = null;

  constructor(options: WorkspaceProxyOptions) {
    this.#options = options;
    this.#visits = new Visits(options);
    this.#server = createServer({ requestTimeout: 0, headersTimeout: 10_000, maxHeaderSize: 32 * 1024 });
    this.#server.maxConnections = 8192;
    boundSilentConnections(this.#server, 1024);
    this.#server.on('request', (request, response) => void this.#answer(request, response));
    this.#server.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head));
  }

  /** Answers the port. One that is taken gives way to a free one. */
  async listen(port: number, host: string): Promise<number> {
    try {
      return await listen(this.#server, port, host);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      this.#options.log.warn('The port for workspaces is in use, another is taken', { port });
      return listen(this.#server, 0, host);
    }
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#upgraded) socket.destroy();
    this.#server.closeAllConnections();
    this.#agents.close();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const visit = await this.#visits.of(request);
      if (visit.kind === 'redirect') return redirect(response, visit);
      if (visit.kind === 'unknown') return answer(request, response, unknownVisitorPage());
      await this.#pass(request, response, visit);
    } catch (error) {
      this.#refuse(request, response, error);
    }
  }

  async #pass(
    request: IncomingMessage,
    response: ServerResponse,
    visit: Extract<Visit, { kind: 'admitted' }>,
  ): Promise<void> {
    const { admission } = visit;
    if (admission.workspace.state !== 'ready') return answer(request, response, notReadyPage(admission.workspace));
    requireMode(request, admission);
    if (isActivity(request)) this.#options.gate.touch(admission.workspace.id);
    const proxy = await this.#ready();
    this.#prepare(request, visit);
    await proxy.web(request, response, this.#optionsFor(admission));
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    this.#upgraded.add(socket);
    socket.once('close', () => this.#upgraded.delete(socket));
    try {
      const visit = await this.#visits.of(request);
      if (visit.kind !== 'admitted') return endWith(socket, 401);
      const { admission } = visit;
      if (admission.workspace.state !== 'ready') return endWith(socket, 503);
      requireMode(request, admission);
      const proxy = await this.#ready();
      this.#prepare(request, visit);
      socket.on('data', (piece: Buffer) => {
        if (isClientWork(piece)) this.#options.gate.touch(admission.workspace.id);
      });
      // Listening made it flow: it is to wait for the tool.
      socket.pause();
      this.#leaveWhenRefused(socket, visit);
      await proxy.ws(request, socket as never, this.#optionsFor(admission), head);
    } catch (error) {
      endWith(socket, isDomainError(error) ? toWireError(error, this.#options.log, 'upgrade').status : 502);
    }
  }

  /** A WebSocket lasts for hours: whoever loses the right to it is out within half a minute, at once when signed out. */
  #leaveWhenRefused(socket: Duplex, { admission, visitor }: Extract<Visit, { kind: 'admitted' }>): void {
    const look = async () => {
      const now = await this.#options.gate.admit(admission.workspace.id, visitor).catch(() => null);
      if (now === null || now.mode !== 'full') socket.destroy();
    };
    const timer = setInterval(() => void look(), 30_000).unref();
    const forget = this.#options.access.onEnded((isConcerned) => {
      if (!isConcerned(visitor)) return;
      this.#options.gate.forget(isConcerned);
      void look();
    });
    socket.once('close', () => {
      clearInterval(timer);
      forget();
    });
  }

  /** The request becomes one to the tool: its path, and the headers that it may have. */
  #prepare(request: IncomingMessage, { admission, path, ownCredential }: Extract<Visit, { kind: 'admitted' }>): void {
    const { connection, tool, workspace } = admission;
    const proto = this.#options.hosts.secure ? 'https' : 'http';
    const secret = workspace.tool === 'jupyter' ? connection.secret : null;
    const address = request.socket.remoteAddress ?? '';
    request.headers = requestHeaders(request.headers, {
      basePath: connection.basePath,
      secret,
      proto,
      address,
      ownCredential,
    });
    request.url = tool.basePath === 'kept' ? path : `/${path.slice(connection.basePath.length)}`;
    this.#passing.set(request, admission);
  }

  #optionsFor(admission: Admission) {
    return { target, agent: this.#agents.of(admission), proxyTimeout: answerMs };
  }

  /** The library is fetched with the first request: most servers rest without it. */
  #ready(): Promise<ProxyServer> {
    this.#proxy ??= import('httpxy').then(({ createProxyServer }) => {
      const proxy = createProxyServer({ target, xfwd: false, changeOrigin: false });
      proxy.on('proxyRes', (fromTool, request) => {
        const admission = this.#passing.get(request);
        if (admission === undefined) return;
        const { connection, tool } = admission;
        const from = {
          basePath: connection.basePath,
          host: request.headers.host ?? '',
          stripped: tool.basePath === 'stripped',
        };
        fromTool.headers = responseHeaders(fromTool.headers, from);
      });
      proxy.on('error', (error, request, response) => this.#onToolError(error, request, response));
      return proxy;
    });
    return this.#proxy;
  }

  #onToolError(error: Error, request: IncomingMessage | undefined, response: unknown): void {
    const admission = request && this.#passing.get(request);
    this.#options.log.debug('A tool did not answer', { workspaceId: admission?.workspace.id, error: messageOf(error) });
    if (request && admission && isResponse(response)) {
      answer(request, response, { ...notReadyPage(admission.workspace), status: 502 });
    } else (response as Duplex | undefined)?.destroy();
  }

  #refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    const told = toWireError(error, this.#options.log, 'workspace proxy');
    answer(request, response, refusedPage(told.message, told.status));
  }
}

function isResponse(value: unknown): value is ServerResponse {
  return typeof (value as { readonly setHeader?: unknown } | undefined)?.setHeader === 'function';
}

/** Whoever may only look sends nothing that could change something. */
function requireMode({ method, headers }: IncomingMessage, { mode, tool }: Admission): void {
  if (mode === 'full') return;
  const looks = (method === 'GET' || method === 'HEAD') && headers.upgrade === undefined;
  if (looks && tool.readable) return;
  throw new DomainError('role-missing', 'This workspace is shared for reading only.', {
    remedy: 'Ask its owner to share it for working together.',
  });
}

function redirect(response: ServerResponse, { to, cookie }: Extract<Visit, { kind: 'redirect' }>): void {
  response.setHeader('cache-control', 'no-store');
  response.setHeader('referrer-policy', 'no-referrer');
  if (cookie !== null) response.setHeader('set-cookie', cookie);
  response.writeHead(303, { location: to });
  response.end();
}

function endWith(socket: Duplex, status: number): void {
  if (!socket.destroyed) socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
