/**
 * One webview's end of the channel: serves the router over its messages. Each
 * page of the webview (it is made anew whenever it was hidden) gets its own
 * session, and everything that the page before had open ends.
 */
import type { AnyRouter } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { readFrame } from '../../protocol/panelFrame.ts';
import { pageOpened } from './panelHtml.ts';

export type MessageSource = {
  onDidReceiveMessage(listener: (message: unknown) => void): { dispose(): unknown };
  postMessage(message: unknown): PromiseLike<boolean>;
};
type PortListener = (event?: { data: unknown }) => void;

/** A call of a panel is small; what is larger comes from no panel of ours. */
const longestMessage = 4 * 1024 * 1024;
/** A panel that opens makes some dozen calls, and one that is scrolled a few a second. */
const mostAtOnce = 1000;
const mostASecond = 200;

export type ChannelOptions = {
  /** Told how many messages were refused so far, at each power of ten: a flood must not become one of log lines. */
  readonly onRefused?: (total: number) => void;
  /** Milliseconds, for the allowance of calls. */
  readonly now?: () => number;
};

export class PanelChannel {
  readonly #source: MessageSource;
  readonly #handler: RPCHandler<Record<never, never>>;
  readonly #subscription: { dispose(): unknown };
  readonly #onRefused: (total: number) => void;
  readonly #allowance: Allowance;
  #page: Page | null = null;
  #refused = 0;

  constructor(source: MessageSource, router: AnyRouter, options: ChannelOptions = {}) {
    this.#source = source;
    this.#onRefused = options.onRefused ?? (() => {});
    this.#allowance = new Allowance(options.now ?? (() => performance.now()));
    this.#handler = new RPCHandler(router);
    this.#subscription = source.onDidReceiveMessage((message) => this.#receive(message));
  }

  /** How many messages were no calls, or too many. */
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
    else if (this.#page && isCall(message) && this.#allowance.take()) this.#page.receive(message);
    else this.#refuse();
  }

  #refuse(): void {
    this.#refused += 1;
    if (Number.isInteger(Math.log10(this.#refused))) this.#onRefused(this.#refused);
  }

  #openPage(): void {
    this.closePage();
    this.#page = new Page((message) => void this.#source.postMessage(message));
    this.#handler.upgrade(this.#page, { context: {} });
  }
}

/** So many calls at once, and so many more a second. */
class Allowance {
  readonly #now: () => number;
  #left = mostAtOnce;
  #at: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#at = now();
  }

  take(): boolean {
    const now = this.#now();
    this.#left = Math.min(mostAtOnce, this.#left + ((now - this.#at) / 1000) * mostASecond);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}

/** Anything but a call would be an unhandled rejection inside the handler. */
function isCall(message: unknown): boolean {
  if (typeof message !== 'string' || message.length > longestMessage) return false;
  const frame = readFrame(message);
  return frame !== null && (frame.t !== undefined || isRequest(frame.p));
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
