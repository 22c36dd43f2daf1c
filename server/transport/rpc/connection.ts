/**
 * One open socket: decodes frames, runs calls within the limits, and aborts
 * everything it started when it closes. Who is at the other end was checked
 * before the socket opened and is checked again by the server's sweep.
 */
import type { StandardHandler } from '@orpc/server/standard';
import { ServerPeer, type ServerPeerHandleRequestFn } from '@orpc/standard-server-peer';
import type { RawData, WebSocket } from 'ws';
import type { Caller } from '../../domain/shared/call.ts';
import type { Log } from '../../domain/shared/ports.ts';
import type { CallContext } from '../http/contractRouter.ts';
import { StreamSlots } from '../http/streamSlots.ts';
import { refusal, toRpcError, type WireError } from '../http/wireError.ts';
import type { RpcLimits } from './limits.ts';
import { Outgoing } from './outgoing.ts';

export type ConnectionOptions = {
  readonly socket: WebSocket;
  readonly secret: string;
  readonly caller: Caller;
  readonly handler: StandardHandler<CallContext>;
  readonly limits: RpcLimits;
  readonly log: Log;
};

type PeerResponse = Awaited<ReturnType<ServerPeerHandleRequestFn>>;

export class RpcConnection {
  readonly secret: string;
  /** As of the last check of the token. */
  caller: Caller;
  readonly #options: ConnectionOptions;
  readonly #peer: ServerPeer;
  readonly #streams: StreamSlots;
  #calls = 0;
  #answeredPing = true;

  constructor(options: ConnectionOptions) {
    const { socket, limits, secret, caller } = options;
    this.secret = secret;
    this.caller = caller;
    this.#options = options;
    this.#streams = new StreamSlots(limits.streamsPerSocket);
    const giveUp = () => this.close(1013, 'Reads too slowly');
    const outgoing = new Outgoing({ socket, limits, giveUp });
    // Frames are text: the contract has no files, and the codec makes binary only of those.
    this.#peer = new ServerPeer((frame) => outgoing.send(String(frame)));
    socket.on('message', (data, isBinary) => void this.#receive(data, isBinary));
    socket.on('pong', () => {
      this.#answeredPing = true;
    });
    // The library has closed the socket with the fitting code by then.
    socket.on('error', (error) => options.log.debug('Socket error', { message: error.message }));
    socket.once('close', () => this.#peer.close());
  }

  close(code: number, reason: string): void {
    this.#peer.close();
    this.#options.socket.close(code, reason);
  }

  terminate(): void {
    this.#options.socket.terminate();
  }

  /** Ends a peer that did not answer the last ping. */
  ping(): void {
    if (this.#answeredPing) this.#options.socket.ping();
    else this.terminate();
    this.#answeredPing = false;
  }

  async #receive(data: RawData, isBinary: boolean): Promise<void> {
    const { socket, log } = this.#options;
    if (isBinary) return socket.close(1003, 'Text frames only');
    try {
      await this.#peer.message(data.toString(), (request) => this.#handle(request));
    } catch (error) {
      if (socket.readyState !== socket.OPEN) return;
      log.debug('Undecodable frame', { error });
      socket.close(1007, 'Not a message of this protocol');
    }
  }

  async #handle(request: Parameters<ServerPeerHandleRequestFn>[0]): Promise<PeerResponse> {
    const { callsPerSocket } = this.#options.limits;
    if (this.#calls >= callsPerSocket) {
      return asResponse(refusal('rate-limited', `At most ${callsPerSocket} calls at once on a connection`));
    }
    this.#calls += 1;
    try {
      const context = { caller: this.caller, streams: this.#streams };
      const lazy = { ...request, body: () => Promise.resolve(request.body) };
      const { response } = await this.#options.handler.handle(lazy, { context });
      return response ?? asResponse(refusal('not-found', `No entry ${request.url.pathname}`));
    } finally {
      this.#calls -= 1;
    }
  }
}

function asResponse(error: WireError): PeerResponse {
  return { status: error.status, headers: {}, body: { json: toRpcError(error).toJSON(), meta: [] } };
}
