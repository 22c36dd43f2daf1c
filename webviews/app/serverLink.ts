/**
 * A page's connection to the server: one WebSocket with the session cookie,
 * opened again with growing pauses when it closes. Calls wait for a
 * connection; streams end with it and are resumed by whoever reads them.
 */
import type { ClientContext, ClientLink, ClientOptions } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { ResponseValidationPlugin } from '@orpc/contract/plugins';
import { contract } from '../../protocol/contract.ts';
import type { ConnectionState } from '../../protocol/panel.ts';

const longestPause = 15_000;
const patience = 10_000;

export class ServerLink implements ClientLink<ClientContext> {
  state: ConnectionState = 'connecting';
  readonly #listeners = new Set<() => void>();
  #link: RPCLink<ClientContext> | null = null;
  #attempts = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    window.addEventListener('online', () => this.retryNow());
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.retryNow());
    this.#open();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  retryNow(): void {
    if (this.state !== 'waiting') return;
    clearTimeout(this.#timer);
    this.#open();
  }

  async call(path: readonly string[], input: unknown, options: ClientOptions<ClientContext>): Promise<unknown> {
    const link = this.#link ?? (await this.#opened(options.signal));
    return link.call(path, input, options);
  }

  #opened(signal: AbortSignal | undefined): Promise<RPCLink<ClientContext>> {
    return new Promise((resolve, reject) => {
      const settle = (outcome: () => void) => {
        stop();
        clearTimeout(timer);
        outcome();
      };
      const stop = this.onChange(() => {
        const link = this.#link;
        if (link) settle(() => resolve(link));
      });
      const timer = setTimeout(() => settle(() => reject(new Error('The server does not answer.'))), patience);
      signal?.addEventListener('abort', () => settle(() => reject(signal.reason)), { once: true });
    });
  }

  #open(): void {
    this.#set('connecting');
    const address = new URL('/rpc', location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(address, ['flywheel.v1']);
    socket.addEventListener('open', () => {
      this.#attempts = 0;
      this.#link = new RPCLink({ websocket: socket, plugins: [new ResponseValidationPlugin(contract)] });
      this.#set('ready');
    });
    socket.addEventListener('close', () => void this.#closed());
  }

  async #closed(): Promise<void> {
    this.#link = null;
    if (await isSignedOut()) return this.#set('signed-out');
    const pause = Math.min(longestPause, 500 * 2 ** this.#attempts) * (0.5 + Math.random() / 2);
    this.#attempts += 1;
    this.#timer = setTimeout(() => this.#open(), pause);
    this.#set('waiting');
  }

  #set(state: ConnectionState): void {
    this.state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}

/** A refused upgrade says no status to a page, so the page itself is asked: without a session it redirects. */
async function isSignedOut(): Promise<boolean> {
  try {
    const response = await fetch('/', { redirect: 'manual', cache: 'no-store' });
    return response.type === 'opaqueredirect' || response.status === 401;
  } catch {
    return false;
  }
}
