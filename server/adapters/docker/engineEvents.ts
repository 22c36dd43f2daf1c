/**
 * What an engine tells of a server's containers, as a bell for each: a hint to
 * look again at once, never a fact by itself. Without it everything is found at
 * the next look.
 */
import type { Readable } from 'node:stream';
import { pause, Wakeup } from '../../domain/shared/wakeup.ts';
import { labels } from './containerSettings.ts';
import type { Engine } from './engine.ts';
import { jsonLines } from './jsonLines.ts';

const againMs = 1000;

export class EngineEvents implements Disposable {
  readonly #engine: Engine;
  readonly #serverId: string;
  readonly #bells = new Map<string, { readonly bell: Wakeup; listeners: number }>();
  readonly #closed = new AbortController();
  #listening: Promise<void> | null = null;

  constructor(engine: Engine, serverId: string) {
    this.#engine = engine;
    this.#serverId = serverId;
  }

  /** Rings when something happens to the container, for as long as it is listened to. */
  listen(container: string): Disposable & { readonly bell: Wakeup } {
    const known = this.#bells.get(container) ?? { bell: new Wakeup(), listeners: 0 };
    known.listeners += 1;
    this.#bells.set(container, known);
    this.#listening ??= this.#follow();
    return {
      bell: known.bell,
      [Symbol.dispose]: () => {
        known.listeners -= 1;
        if (known.listeners === 0) this.#bells.delete(container);
      },
    };
  }

  [Symbol.dispose](): void {
    this.#closed.abort();
  }

  /** From the first listener on; a line that breaks is opened again. */
  async #follow(): Promise<void> {
    while (!this.#closed.signal.aborted) {
      await this.#read().catch(() => undefined);
      await pause(againMs, this.#closed.signal);
    }
  }

  async #read(): Promise<void> {
    const filters = { type: ['container' as const], label: [`${labels.server}=${this.#serverId}`] };
    const stream = (await this.#engine.stream((docker) => docker.getEvents({ filters }))) as Readable;
    for await (const { Actor } of jsonLines<Happened>(stream, this.#closed.signal)) {
      this.#bells.get(Actor?.Attributes?.name ?? '')?.bell.ring();
    }
  }
}

type Happened = { readonly Actor?: { readonly Attributes?: { readonly name?: string } } };
