/**
 * The window's one connection: finds its server, keeps to it, and tells
 * everyone its state and what happens there. It never sends a token to an
 * address that the person has not agreed to, and awaits nothing at activation.
 */
import { ClientError } from '../../client/clientError.ts';
import { Connection, type FlywheelClient } from '../../client/connection/connection.ts';
import { followEvents } from '../../client/connection/follow.ts';
import type { EventMessage } from '../../protocol/events.ts';
import type { Hello } from '../../protocol/model/session.ts';
import type { HostStatus } from '../../protocol/panel.ts';
import { Emitter } from '../platform/emitter.ts';
import type { Discovery } from './discovery.ts';
import { statusOf } from './statusOf.ts';

export type ServerStatus = HostStatus['connection'];
type Found = Extract<Discovery, { kind: 'found' }>;

export type ServerConnectionDeps = {
  readonly version: string;
  readonly discover: () => Promise<Discovery>;
  /** Throws when the person does not want to be connected to this server. */
  readonly approve: (found: Found) => Promise<void>;
  readonly log: { info(message: string): void; warn(message: string): void };
  /** How often to look for a server that is not there yet. */
  readonly lookEveryMs?: number;
};

export class ServerConnection {
  readonly #deps: ServerConnectionDeps;
  readonly #connection: Connection;
  readonly #changed = new Emitter<void>();
  readonly #events = new Emitter<EventMessage>();
  #found: Discovery | null = null;
  #wanted = false;
  #streams = new AbortController();
  #lookout: NodeJS.Timeout | undefined;
  /** Each attempt to find a server takes a number; an overtaken one changes nothing. */
  #attempt = 0;

  readonly onDidChange = this.#changed.event;
  /** What happens on the server, without loss or doubling over a lost connection. */
  readonly onEvent = this.#events.event;

  constructor(deps: ServerConnectionDeps) {
    this.#deps = deps;
    this.#connection = new Connection({ client: { name: 'Flywheel for VS Code', version: deps.version } });
    this.#connection.onStatus(() => this.#onStatus());
  }

  get status(): ServerStatus {
    return statusOf(this.#connection.status, this.#found);
  }

  get hello(): Hello | null {
    const status = this.#connection.status;
    return status.kind === 'ready' ? status.hello : null;
  }

  /** For calls: they fail at once with a reason while there is no connection. */
  get client(): FlywheelClient {
    if (this.#found?.kind === 'signed-out') {
      throw new ClientError('signed-out', `You are not signed in to ${this.#found.url}.`, { remedy: 'Sign in first.' });
    }
    return this.#connection.client;
  }

  /** For streams that are taken up again after a lost connection. */
  get link(): Connection {
    return this.#connection;
  }

  /** Address and token for the few things that do not travel over the contract: code and whole artifacts. */
  get target(): { readonly url: string; readonly token: string } {
    if (this.#found?.kind === 'found') return { url: this.#found.url, token: this.#found.token };
    throw new ClientError('offline', 'There is no connection to a server.', { remedy: 'Connect first.' });
  }

  /** Finds the server anew and connects to it. */
  async connect(): Promise<Discovery> {
    this.#wanted = true;
    this.#attempt += 1;
    const attempt = this.#attempt;
    const found = await this.#deps.discover();
    if (attempt !== this.#attempt) return found;
    if (found.kind === 'found') await this.#deps.approve(found);
    if (attempt === this.#attempt) this.#adopt(found);
    return found;
  }

  disconnect(): void {
    this.#wanted = false;
    this.#leave();
  }

  /** Waits until calls can be made. */
  ready(signal?: AbortSignal): Promise<Hello> {
    return this.#connection.ready(signal);
  }

  retryNow(): void {
    this.#connection.retryNow();
  }

  dispose(): void {
    this.disconnect();
    this.#changed.dispose();
    this.#events.dispose();
  }

  #adopt(found: Discovery): void {
    this.#leave();
    this.#found = found;
    if (found.kind === 'found') {
      this.#deps.log.info(`connecting to ${found.url} (${found.source})`);
      this.#connection.connect({ url: found.url, token: found.token });
      void this.#follow(this.#streams.signal);
    }
    this.#changed.fire();
    this.#lookOut();
  }

  #leave(): void {
    this.#attempt += 1;
    clearTimeout(this.#lookout);
    this.#streams.abort();
    this.#streams = new AbortController();
    this.#found = { kind: 'none' };
    this.#connection.stop();
  }

  #onStatus(): void {
    const { state, detail } = this.status;
    this.#deps.log.info(`connection: ${state}${detail ? ` (${detail})` : ''}`);
    this.#changed.fire();
    this.#lookOut();
  }

  async #follow(signal: AbortSignal): Promise<void> {
    try {
      for await (const message of followEvents(this.#connection, { signal })) this.#events.fire(message);
    } catch (error) {
      if (!signal.aborted) this.#deps.log.warn(`events ended: ${String(error)}`);
    }
  }

  /** A local server comes back at another port with another token: its file is looked at while it is away. */
  #lookOut(): void {
    clearTimeout(this.#lookout);
    const found = this.#found;
    const away = !found || found.kind === 'none' || (found.source === 'local' && this.status.state !== 'ready');
    if (!this.#wanted || !away) return;
    this.#lookout = setTimeout(() => void this.#look(), this.#deps.lookEveryMs ?? 2_000);
  }

  async #look(): Promise<void> {
    const attempt = this.#attempt;
    const found = await this.#deps.discover();
    if (attempt !== this.#attempt) return;
    const before = this.#found;
    const moved =
      found.kind === 'found' && (before?.kind !== 'found' || before.token !== found.token || before.url !== found.url);
    if (moved) await this.connect().catch((error: unknown) => this.#deps.log.warn(String(error)));
    else this.#lookOut();
  }
}
