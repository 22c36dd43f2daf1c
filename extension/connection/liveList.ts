/**
 * A list from the server that is fetched again when an event says that it is
 * stale: many events in a moment cost one fetch. It holds what was fetched
 * last, also while offline, and nothing of a server that was left.
 */
import type { FlywheelClient } from '../../client/connection/connection.ts';
import type { EventMessage, FlywheelEvent } from '../../protocol/events.ts';
import { Emitter, type Subscription } from '../platform/emitter.ts';
import type { ServerConnection } from './serverConnection.ts';

export type LiveListOptions<T> = {
  readonly server: Pick<ServerConnection, 'client' | 'status' | 'onEvent' | 'onDidChange'>;
  readonly fetch: (client: FlywheelClient) => Promise<readonly T[]>;
  readonly isAbout: (event: FlywheelEvent) => boolean;
  readonly onError: (error: unknown) => void;
};

const quietMs = 150;

export class LiveList<T> {
  readonly #options: LiveListOptions<T>;
  readonly #changed = new Emitter<void>();
  readonly #subscriptions: readonly Subscription[];
  #items: readonly T[] = [];
  #url: string | null = null;
  #timer: NodeJS.Timeout | undefined;
  #fetching = false;
  #stale = false;
  #disposed = false;

  readonly onDidChange = this.#changed.event;

  constructor(options: LiveListOptions<T>) {
    this.#options = options;
    this.#subscriptions = [
      options.server.onEvent((message) => this.#onMessage(message)),
      options.server.onDidChange(() => this.#onServer()),
    ];
  }

  get items(): readonly T[] {
    return this.#items;
  }

  /** Fetches soon; calls in between are one. */
  refresh(): void {
    this.#stale = true;
    if (this.#fetching || this.#timer || this.#disposed) return;
    this.#timer = setTimeout(() => void this.#fetch(), quietMs);
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  #onMessage(message: EventMessage): void {
    if (message.kind === 'touched') return;
    if (message.kind !== 'event' || this.#options.isAbout(message.event)) this.refresh();
  }

  #onServer(): void {
    const { url } = this.#options.server.status;
    if (url === this.#url) return;
    this.#url = url;
    this.#items = [];
    this.#changed.fire();
  }

  async #fetch(): Promise<void> {
    this.#timer = undefined;
    this.#stale = false;
    this.#fetching = true;
    const url = this.#url;
    try {
      const items = await this.#options.fetch(this.#options.server.client);
      if (url !== this.#url) return;
      this.#items = items;
      this.#changed.fire();
    } catch (error) {
      this.#options.onError(error);
    } finally {
      this.#fetching = false;
      if (this.#stale) this.refresh();
    }
  }
}
