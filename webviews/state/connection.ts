/**
 * Whether the server is reached, as the host says it. Knows no transport;
 * keeps the moment since when what is shown may be old.
 */
import type { HostStatus } from '../../protocol/panel.ts';
import type { PanelClient } from './panelClient.ts';
import { pause } from './pause.ts';

export class Connection {
  status: HostStatus['connection'] = { state: 'connecting', detail: null, url: null };
  place: HostStatus['place'] | null = null;
  /** When the connection was last seen working; null before the first time. */
  lastReadyAt: number | null = null;
  readonly #listeners = new Set<() => void>();

  constructor(client: PanelClient) {
    void this.#follow(client);
  }

  get ready(): boolean {
    return this.status.state === 'ready';
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when the server is reached, or when waiting further was given up. */
  whenReady(signal: AbortSignal): Promise<void> {
    if (this.ready) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.onChange(() => {
        if (!this.ready) return;
        stop();
        resolve();
      });
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  async #follow(client: PanelClient): Promise<void> {
    for (;;) {
      try {
        for await (const status of await client.host.status()) this.#take(status);
      } catch {
        // The host went away with its window, or restarts: ask it again.
      }
      await pause(1000);
    }
  }

  #take(status: HostStatus): void {
    if (this.ready || status.connection.state === 'ready') this.lastReadyAt = Date.now();
    this.status = status.connection;
    this.place = status.place;
    for (const listener of [...this.#listeners]) listener();
  }
}
