/**
 * Something fetched for an element to show: fetched when the element appears,
 * again when an event says it is stale, at most once at a time and once a
 * frame, and not at all while the page is hidden. Never stored.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { EventMessage } from '../../protocol/events.ts';
import type { PanelApp } from '../app/client.ts';
import { pause } from './pause.ts';

export type ResourceOptions<T> = {
  readonly app: () => PanelApp;
  /** Answers undefined when there is nothing to ask for yet. */
  readonly load: (signal: AbortSignal) => Promise<T> | undefined;
  readonly isStale: (message: EventMessage) => boolean;
  /** The shortest time between two fetches. */
  readonly pace?: number;
  readonly onValue?: (value: T) => void;
};

export class Resource<T> implements ReactiveController {
  value: T | undefined;
  failure: unknown;
  readonly #host: ReactiveControllerHost;
  readonly #options: ResourceOptions<T>;
  #abort = new AbortController();
  #dirty = false;
  #busy = false;
  #stops: (() => void)[] = [];

  constructor(host: ReactiveControllerHost, options: ResourceOptions<T>) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  get loading(): boolean {
    return this.value === undefined && this.failure === undefined;
  }

  hostConnected(): void {
    this.#abort = new AbortController();
    const { feed, connection } = this.#options.app();
    const visible = () => document.visibilityState === 'visible' && this.#dirty && this.refresh();
    document.addEventListener('visibilitychange', visible);
    this.#stops = [
      feed.onStale((message) => (message === null || this.#options.isStale(message)) && this.refresh()),
      connection.onChange(() => connection.ready && this.failure !== undefined && this.refresh()),
      () => document.removeEventListener('visibilitychange', visible),
    ];
    this.refresh();
  }

  hostDisconnected(): void {
    this.#abort.abort();
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  /** Forgets what was fetched: the question itself changed. */
  reset(): void {
    this.value = undefined;
    this.failure = undefined;
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#busy = false;
    this.refresh();
  }

  /** Takes what a change answered, so that it shows before the next fetch. */
  take(value: T): void {
    this.value = value;
    this.failure = undefined;
    this.#options.onValue?.(value);
    this.#host.requestUpdate();
  }

  refresh(): void {
    this.#dirty = true;
    if (this.#busy || document.visibilityState === 'hidden') return;
    this.#busy = true;
    requestAnimationFrame(() => void this.#fetch(this.#abort.signal));
  }

  async #fetch(signal: AbortSignal): Promise<void> {
    this.#dirty = false;
    try {
      const asked = this.#options.load(signal);
      if (asked) {
        const value = await asked;
        if (signal.aborted) return;
        this.take(value);
      }
    } catch (error) {
      if (signal.aborted) return;
      this.failure = error;
      this.#host.requestUpdate();
    }
    await pause(this.#options.pace ?? 100, signal);
    if (signal.aborted) return;
    this.#busy = false;
    if (this.#dirty) this.refresh();
  }
}
