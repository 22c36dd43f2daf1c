/**
 * The WebSocket at /rpc. Host and Origin were checked before; here a socket
 * needs a valid token before it opens, and is closed when the token ends.
 * Owns every open connection until `close`.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { StandardRPCHandler } from '@orpc/server/standard';
import { type ServerOptions, WebSocketServer } from 'ws';
import { codeOf } from '../../../protocol/errors.ts';
import { DomainError, isDomainError } from '../../domain/shared/errors.ts';
import type { Log } from '../../domain/shared/ports.ts';
import type { Authenticate } from '../http/authenticate.ts';
import { type CallContext, type ContractRouter, callInterceptors } from '../http/contractRouter.ts';
import type { AccessControl } from '../http/services.ts';
import { protocolName, readOffer } from '../http/subprotocol.ts';
import { RpcConnection } from './connection.ts';
import { type RpcLimits, rpcLimits } from './limits.ts';

export type RpcServerOptions = {
  readonly router: ContractRouter;
  readonly access: AccessControl;
  /** Reads who upgrades: subprotocol, header, or a session cookie. */
  readonly authenticate: Authenticate;
  readonly log: Log;
  readonly limits?: Partial<RpcLimits>;
};

export class RpcServer {
  readonly #options: RpcServerOptions;
  readonly #limits: RpcLimits;
  readonly #handler: StandardRPCHandler<CallContext>;
  readonly #sockets: WebSocketServer;
  readonly #connections = new Set<RpcConnection>();
  readonly #perAddress = new Map<string, number>();
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #forget: () => void;
  #closing = false;

  constructor(options: RpcServerOptions) {
    this.#options = options;
    this.#limits = { ...rpcLimits, ...options.limits };
    this.#handler = new StandardRPCHandler(options.router, callInterceptors(options.log));
    const settings: ServerOptions & { readonly closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      maxPayload: this.#limits.messageBytes,
      perMessageDeflate: false,
      handleProtocols: (offered) => (offered.has(protocolName) ? protocolName : false),
      closeTimeout: this.#limits.lingerMs,
    };
    this.#sockets = new WebSocketServer(settings);
    this.#timers = [
      setInterval(() => this.#pingAll(), this.#limits.pingMs).unref(),
      setInterval(() => void this.#recheck(this.#connections), this.#limits.recheckMs).unref(),
    ];
    this.#forget = options.access.onEnded((isConcerned) => {
      void this.#recheck([...this.#connections].filter(({ caller }) => isConcerned(caller)));
    });
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Throws what the client is to be told instead of 101. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    if (this.#closing) throw new DomainError('shutting-down', 'The server is shutting down');
    const offer = readOffer(request);
    const address = request.socket.remoteAddress ?? '';
    const release = this.#takePlace(address);
    socket.once('close', release);
    const { secret, caller } = await this.#options.authenticate(request, offer.secret);
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const { log } = this.#options;
      const connection = new RpcConnection({
        socket: webSocket,
        secret,
        caller,
        handler: this.#handler,
        limits: this.#limits,
        log,
      });
      this.#connections.add(connection);
      webSocket.once('close', () => this.#connections.delete(connection));
      // The server may have begun to stop while the token was looked up.
      if (this.#closing) connection.close(1001, 'The server is shutting down');
    });
  }

  /** Tells everybody that the server goes away; whoever has not left by the deadline is cut off. */
  async close(deadlineMs: number): Promise<void> {
    this.#closing = true;
    for (const timer of this.#timers) clearInterval(timer);
    this.#forget();
    for (const connection of this.#connections) connection.close(1001, 'The server is shutting down');
    const until = performance.now() + deadlineMs;
    while (this.#connections.size > 0 && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    for (const connection of this.#connections) connection.terminate();
  }

  #takePlace(address: string): () => void {
    const open = this.#perAddress.get(address) ?? 0;
    if (open >= this.#limits.socketsPerAddress) {
      throw new DomainError('rate-limited', `At most ${this.#limits.socketsPerAddress} connections from one address`);
    }
    this.#perAddress.set(address, open + 1);
    return () => {
      const left = (this.#perAddress.get(address) ?? 1) - 1;
      if (left === 0) this.#perAddress.delete(address);
      else this.#perAddress.set(address, left);
    };
  }

  #pingAll(): void {
    for (const connection of this.#connections) connection.ping();
  }

  async #recheck(connections: Iterable<RpcConnection>): Promise<void> {
    const bySecret = Map.groupBy(connections, ({ secret }) => secret);
    for (const [secret, sharing] of bySecret) await this.#look(secret, sharing);
  }

  async #look(secret: string, connections: readonly RpcConnection[]): Promise<void> {
    try {
      const caller = await this.#options.access.authenticate(secret);
      for (const connection of connections) connection.caller = caller;
    } catch (error) {
      // Only a refusal ends a session: a store that is busy says nothing about the token.
      if (!isDomainError(error) || codeOf(error.reason) !== 'UNAUTHORIZED') return;
      for (const connection of connections) connection.close(1008, error.reason);
    }
  }
}
