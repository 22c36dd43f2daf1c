/**
 * One webview's end of the channel: serves the router over its messages. Each
 * page of the webview (it is made anew whenever it was hidden) gets its own
 * session, and everything that the page before had open ends.
 */
import type { AnyRouter } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { pageOpened } from './panelHtml.ts';

export type MessageSource = {
  onDidReceiveMessage(listener: (message: unknown) => void): { dispose(): unknown };
  postMessage(message: unknown): PromiseLike<boolean>;
};
type PortListener = (event?: { data: unknown }) => void;

/** A call of a panel is small; what is larger comes from no panel of ours. */
const longestMessage = 4 * 1024 * 1024;

export class PanelChannel {
  readonly #source: MessageSource;
  readonly #handler: RPCHandler<Record<never, never>>;
  readonly #subscription: { dispose(): unknown };
  #page: Page | null = null;
  #refused = 0;

  constructor(source: MessageSource, router: AnyRouter) {
    this.#source = source;
    this.#handler = new RPCHandler(router);
    this.#subscription = source.onDidReceiveMessage((message) => this.#receive(message));
  }

  /** How many messages were no calls. */
  get refused(): number {
    return this.#refused;
  }

  /** Ends the streams of a page that is hidden or gone. */
  closePage(): void {
    this.#page?.close();
    this.#page = null;
  }

  dispose(): void {
    this.closePage();
    this.#subscription.dispose();
  }

  #receive(message: unknown): void {
    if (message === pageOpened) this.#openPage();
    else if (this.#page && isFrame(message)) this.#page.receive(message);
    else this.#refused += 1;
  }

  #openPage(): void {
    this.closePage();
    this.#page = new Page((message) => void this.#source.postMessage(message));
    this.#handler.upgrade(this.#page, { context: {} });
  }
}

/** A frame is JSON with a request id; anything else would be an unhandled rejection inside the handler. */
function isFrame(message: unknown): message is string {
  if (typeof message !== 'string' || message.length > longestMessage) return false;
  try {
    const frame: unknown = JSON.parse(message);
    if (typeof frame !== 'object' || frame === null || !('i' in frame) || typeof frame.i !== 'string') return false;
    return 't' in frame || isRequest('p' in frame ? frame.p : null);
  } catch {
    return false;
  }
}

function isRequest(payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && 'u' in payload && /^(\/\w+)+$/.test(String(payload.u));
}

/** A message port in the form that the handler knows from Electron. */
class Page {
  readonly postMessage: (message: unknown) => void;
  readonly #listeners: Record<'message' | 'close', PortListener[]> = { message: [], close: [] };

  constructor(send: (message: unknown) => void) {
    this.postMessage = (message) => {
      if (!this.#closed) send(message);
    };
  }

  #closed = false;

  on(kind: string, listener: PortListener): void {
    if (kind === 'message' || kind === 'close') this.#listeners[kind].push(listener);
  }

  receive(data: unknown): void {
    for (const listener of this.#listeners.message) listener({ data });
  }

  close(): void {
    this.#closed = true;
    for (const listener of this.#listeners.close) listener();
  }
}
