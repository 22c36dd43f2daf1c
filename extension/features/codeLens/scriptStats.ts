/**
 * What the server knows of scripts, kept until something happens to runs. It
 * is read without waiting: what is not there yet is fetched and announced, and
 * however much happens, each script is asked for at most every few seconds.
 */
import type { FlywheelClient } from '../../../client/connection/connection.ts';
import type { EventMessage } from '../../../protocol/events.ts';
import type { ScriptSummary, ScriptSummaryInput } from '../../../protocol/model/script.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { Emitter, type Subscription } from '../../platform/emitter.ts';

export type ScriptStatsOptions = {
  readonly server: Pick<ServerConnection, 'client' | 'status' | 'onEvent' | 'onDidChange'>;
  readonly onError: (error: unknown) => void;
  readonly paceMs?: number;
};

type Kept = { value: ScriptSummary | undefined; stale: boolean; busy: boolean; askedAt: number };

const keptScripts = 200;

export class ScriptStats {
  readonly #options: ScriptStatsOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #changed = new Emitter<void>();
  readonly #subscriptions: readonly Subscription[];
  #url: string | null;
  #timer: NodeJS.Timeout | undefined;

  /** Something that was read before may be different now. */
  readonly onDidChange = this.#changed.event;

  constructor(options: ScriptStatsOptions) {
    this.#options = options;
    this.#url = options.server.status.url;
    this.#subscriptions = [
      options.server.onEvent((message) => isAboutRuns(message) && this.#outdate()),
      options.server.onDidChange(() => this.#onServer()),
    ];
  }

  /** Undefined until it was fetched. */
  read(script: ScriptSummaryInput): ScriptSummary | undefined {
    const key = JSON.stringify(script);
    const kept = this.#kept.get(key) ?? { value: undefined, stale: true, busy: false, askedAt: 0 };
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= keptScripts) break;
      this.#kept.delete(oldest);
    }
    if (kept.stale && !kept.busy) void this.#fetch(kept, script);
    return kept.value;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  get #pace(): number {
    return this.#options.paceMs ?? 5000;
  }

  async #fetch(kept: Kept, script: ScriptSummaryInput): Promise<void> {
    const wait = kept.askedAt + this.#pace - Date.now();
    if (wait > 0 || this.#options.server.status.state !== 'ready') {
      if (wait > 0) this.#announce(wait);
      return;
    }
    Object.assign(kept, { busy: true, stale: false, askedAt: Date.now() });
    const before = JSON.stringify(kept.value);
    try {
      kept.value = await this.#client.scripts.summary(script);
    } catch (error) {
      kept.stale = true;
      this.#options.onError(error);
    }
    kept.busy = false;
    if (JSON.stringify(kept.value) !== before) this.#changed.fire();
  }

  get #client(): FlywheelClient {
    return this.#options.server.client;
  }

  #outdate(): void {
    for (const kept of this.#kept.values()) kept.stale = true;
    if (this.#kept.size > 0) this.#announce(this.#pace);
  }

  /** Whoever shows something reads it again then, which fetches it. */
  #announce(inMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#changed.fire();
    }, inMs);
  }

  #onServer(): void {
    const { url, state } = this.#options.server.status;
    if (url !== this.#url) {
      this.#url = url;
      this.#kept.clear();
    }
    if (state === 'ready') this.#changed.fire();
  }
}

function isAboutRuns(message: EventMessage): boolean {
  if (message.kind === 'event') return message.event.type.startsWith('run.');
  return message.kind !== 'ready';
}
