/**
 * One WebSocket to a server, from opening to its end: the calls over it, and
 * why it ended. It is never reopened; the connection makes a new one. The
 * token travels in the subprotocol, never in the address, and no redirect is
 * followed with it.
 */
import type { ClientLink } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { WebSocket } from 'ws';
import { ClientError, offline, toClientError } from '../clientError.ts';

export type ServerTarget = { readonly url: string; readonly token: string };
type NoContext = Record<never, never>;

export type SessionEnd =
  | { readonly kind: 'lost'; readonly detail: string }
  | { readonly kind: 'refused'; readonly error: ClientError };

export class SocketSession {
  readonly link: ClientLink<NoContext>;
  /** Resolves once, when the session is over; never rejects. */
  readonly ended: Promise<SessionEnd>;
  /** When the server was last heard, in milliseconds of the monotonic clock. */
  heardAt = performance.now();
  readonly #socket: WebSocket;
  readonly #settle: (end: SessionEnd) => void;
  #over = false;

  constructor(target: ServerTarget) {
    const { promise, resolve } = Promise.withResolvers<SessionEnd>();
    this.ended = promise;
    this.#settle = resolve;
    this.#socket = openSocket(target);
    this.#watch(target.url);
    this.link = new RPCLink<NoContext>({
      websocket: this.#quietWhenOver(),
      interceptors: [(options) => options.next().catch((error: unknown) => Promise.reject(this.explain(error)))],
    });
  }

  get over(): boolean {
    return this.#over;
  }

  /** A failure of a call over this session, told apart: did the server answer so, or did the line break? */
  explain(error: unknown): ClientError {
    const known = toClientError(error);
    const brokenLine = this.#over && (known.reason === 'failed' || known.reason === 'cancelled');
    return brokenLine ? offline('The connection to the server broke before it answered.', error) : known;
  }

  end(end: SessionEnd): void {
    if (this.#over) return;
    this.#over = true;
    this.#socket.close(1000);
    // A dead line answers no closing handshake: do not wait for it.
    if (this.#socket.readyState !== WebSocket.CLOSED) setTimeout(() => this.#socket.terminate(), 1_000).unref();
    this.#settle(end);
  }

  /**
   * What the link uses of the socket. A stream that is given up just after the
   * end still wants to say so: nobody hears it, and to the link a closed socket
   * would be an error that nobody catches.
   */
  #quietWhenOver(): globalThis.WebSocket {
    const socket = this.#socket;
    const isOver = () => this.#over;
    const line = {
      get readyState() {
        return isOver() ? WebSocket.OPEN : socket.readyState;
      },
      send: (message: string | Uint8Array) => isOver() || socket.send(message),
      addEventListener: socket.addEventListener.bind(socket),
      removeEventListener: socket.removeEventListener.bind(socket),
    };
    // The `ws` socket has the browser's interface; only the types' event classes differ.
    return line as unknown as globalThis.WebSocket;
  }

  #watch(url: string): void {
    const socket = this.#socket;
    const heard = () => {
      this.heardAt = performance.now();
    };
    socket.on('open', heard).on('message', heard).on('ping', heard).on('pong', heard);
    socket.on('error', (error) =>
      this.end({ kind: 'lost', detail: `${hostOf(url)} does not answer (${reasonOf(error)}).` }),
    );
    socket.on('close', (code, reason) => this.end(endOfClose(code, reason.toString())));
    socket.on('unexpected-response', (request, response) => {
      response.resume();
      this.end(endOfStatus(response.statusCode ?? 0, url));
      request.destroy();
    });
  }
}

function openSocket({ url, token }: ServerTarget): WebSocket {
  const address = new URL('rpc', url.endsWith('/') ? url : `${url}/`);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address, ['flywheel.v1', `flywheel.token.${token}`], {
    handshakeTimeout: 10_000,
    perMessageDeflate: false,
    followRedirects: false,
  });
  socket.binaryType = 'arraybuffer';
  return socket;
}

function endOfClose(code: number, reason: string): SessionEnd {
  if (code === 1008 || code === 4401 || code === 4403) return { kind: 'refused', error: tokenRefused(reason) };
  const known: Readonly<Record<number, string>> = {
    1001: 'The server is stopping.',
    1009: 'A message was too large for the server.',
    1012: 'The server restarts.',
    1013: 'The server closed the connection because this client read too slowly.',
  };
  return { kind: 'lost', detail: known[code] ?? `The connection was closed (${code}${reason ? `: ${reason}` : ''}).` };
}

function endOfStatus(status: number, url: string): SessionEnd {
  if (status === 401) return { kind: 'refused', error: tokenRefused('') };
  if (status === 403) {
    const remedy = 'Use the address that the server was configured with.';
    const message = `${hostOf(url)} refuses connections by this address.`;
    return { kind: 'refused', error: new ClientError('host-refused', message, { remedy }) };
  }
  if (status === 404 || status === 426 || (status >= 300 && status < 400)) {
    const remedy = 'Check the address of the server, with its port.';
    const message = `${hostOf(url)} answers, but is no Flywheel server.`;
    return { kind: 'refused', error: new ClientError('invalid-input', message, { field: 'url', remedy }) };
  }
  return { kind: 'lost', detail: `${hostOf(url)} answered with status ${status}.` };
}

function tokenRefused(reason: string): ClientError {
  const remedy = 'Sign in again, or make a new token with `flywheel token create` on the server.';
  return new ClientError('token-unknown', reason || 'The server does not accept this token.', { remedy });
}

function hostOf(url: string): string {
  return new URL(url).host;
}

function reasonOf(error: Error & { code?: string }): string {
  return error.message || error.code || error.name;
}
