/**
 * The events of the server, as hints that something shown is stale. Resumes
 * where it was after an interruption; what cannot be resumed marks everything
 * stale. Never carries state to panels.
 */
import type { EventMessage } from '../../protocol/events.ts';
import type { Connection } from './connection.ts';
import type { PanelClient } from './panelClient.ts';
import { pause } from './pause.ts';

/** Null means: anything may have changed. */
export type StaleListener = (message: EventMessage | null) => void;

export class Feed {
  readonly #client: PanelClient;
  readonly #connection: Connection;
  readonly #listeners = new Set<StaleListener>();
  #clock: number | undefined;
  #running = false;

  constructor(client: PanelClient, connection: Connection) {
    this.#client = client;
    this.#connection = connection;
  }

  onStale(listener: StaleListener): () => void {
    this.#listeners.add(listener);
    if (!this.#running) void this.#run();
    return () => this.#listeners.delete(listener);
  }

  async #run(): Promise<void> {
    this.#running = true;
    const never = new AbortController().signal;
    for (let round = 0; ; round += 1) {
      await this.#connection.whenReady(never);
      // Growth of metrics and logs is not replayed, so each interruption makes everything stale.
      if (round > 0) this.#tell(null);
      try {
        const input = this.#clock === undefined ? {} : { after: this.#clock };
        for await (const message of await this.#client.events.subscribe(input)) this.#take(message);
      } catch {
        // Closed with its connection: the next round resumes.
      }
      await pause(1000);
    }
  }

  #take(message: EventMessage): void {
    this.#clock = message.kind === 'event' ? message.event.clock : message.clock;
    if (message.kind === 'ready') return;
    this.#tell(message.kind === 'reset' ? null : message);
  }

  #tell(message: EventMessage | null): void {
    for (const listener of [...this.#listeners]) listener(message);
  }
}
