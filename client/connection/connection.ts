/**
 * The connection of one window or command to one server. It keeps itself
 * alive: reconnects with growing, jittered pauses, and notices a server that
 * fell silent. It sends a token to the address that it was given with, and to
 * no other; a changed address is a new `connect` by whoever asked the person.
 */
import { createORPCClient, DynamicLink } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../protocol/contract.ts';
import type { Hello } from '../../protocol/model/session.ts';
import { protocolVersion } from '../../protocol/version.ts';
import { ClientError, offline, toClientError } from '../clientError.ts';
import { type ConnectionInput, type ConnectionStatus, nextStatus, retryDelay } from './connectionState.ts';
import { type ServerTarget, SocketSession } from './socketSession.ts';

export type FlywheelClient = ContractRouterClient<Contract>;

export type ConnectionOptions = {
  readonly client: { readonly name: string; readonly version: string };
  /** Silence after which the server is asked whether it is there. */
  readonly quietMs?: number;
  /** How long it may take to answer that, or the first hello. */
  readonly answerMs?: number;
  readonly random?: () => number;
};

export class Connection {
  /** Calls go over the present session; without one they fail at once with a retryable `offline`. */
  readonly client: FlywheelClient;
  readonly #options: Required<ConnectionOptions>;
  readonly #listeners = new Set<(status: ConnectionStatus) => void>();
  #status: ConnectionStatus = { kind: 'idle' };
  #target: ServerTarget | null = null;
  #session: SocketSession | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = { quietMs: 20_000, answerMs: 10_000, random: Math.random, ...options };
    this.client = createORPCClient<FlywheelClient>(new DynamicLink(() => this.#readySession().link));
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  get url(): string | null {
    return this.#target?.url ?? null;
  }

  /** The session in use while ready: what a stream ran over, to tell a broken line from an answer. */
  get session(): SocketSession | null {
    return this.#status.kind === 'ready' ? this.#session : null;
  }

  onStatus(listener: (status: ConnectionStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Connects to a server, leaving the one before. Also how a refused connection is asked for again. */
  connect(target: ServerTarget): void {
    this.#dropSession();
    this.#target = target;
    this.#step({ kind: 'asked' });
  }

  /** Tries now instead of when the pause ends: after the network came back, or when the person asks. */
  retryNow(): void {
    this.#step({ kind: 'due' });
  }

  stop(): void {
    this.#dropSession();
    this.#target = null;
    this.#step({ kind: 'stopped' });
  }

  /** Waits until calls can be made. Throws when that will not happen by itself. */
  async ready(signal?: AbortSignal): Promise<Hello> {
    const { promise, resolve, reject } = Promise.withResolvers<Hello>();
    const check = (status: ConnectionStatus) => {
      if (status.kind === 'ready') resolve(status.hello);
      else if (status.kind === 'refused') reject(status.error);
      else if (status.kind === 'stopped') reject(new ClientError('cancelled', 'The connection was stopped.'));
    };
    const cancel = () => reject(new ClientError('cancelled', 'Cancelled.'));
    const forget = this.onStatus(check);
    signal?.addEventListener('abort', cancel);
    if (signal?.aborted) cancel();
    check(this.#status);
    return promise.finally(() => {
      forget();
      signal?.removeEventListener('abort', cancel);
    });
  }

  #readySession(): SocketSession {
    if (this.#status.kind === 'ready' && this.#session) return this.#session;
    if (this.#status.kind === 'refused') throw this.#status.error;
    throw offline('Not connected to the server.');
  }

  #step(input: ConnectionInput): void {
    const before = this.#status;
    this.#status = nextStatus(before, input);
    if (this.#status === before) return;
    clearTimeout(this.#timer);
    this.#enter(this.#status);
    for (const listener of [...this.#listeners]) listener(this.#status);
  }

  #enter(status: ConnectionStatus): void {
    if (status.kind === 'connecting') void this.#open();
    else if (status.kind === 'waiting' || status.kind === 'offline') {
      const pause = retryDelay(status.attempt, this.#options.random());
      this.#timer = setTimeout(() => this.#step({ kind: 'due' }), pause);
    } else if (status.kind === 'ready') this.#listenForSilence();
  }

  async #open(): Promise<void> {
    if (!this.#target) return;
    const session = new SocketSession(this.#target);
    this.#session = session;
    void session.ended.then((end) => {
      if (this.#session !== session) return;
      this.#session = null;
      this.#step(end);
    });
    try {
      const hello = await this.#greet(session);
      if (this.#session === session) this.#step({ kind: 'greeted', hello });
    } catch (error) {
      const known = session.explain(error);
      session.end(known.retryable ? { kind: 'lost', detail: known.message } : endOfHello(known));
    }
  }

  async #greet(session: SocketSession): Promise<Hello> {
    const client = createORPCClient<FlywheelClient>(session.link);
    const signal = AbortSignal.timeout(this.#options.answerMs);
    const input = { client: this.#options.client, protocol: protocolVersion.current };
    const hello = await client.session.hello(input, { signal }).catch((error: unknown) => {
      throw signal.aborted ? offline('The server does not answer.', error) : toClientError(error);
    });
    if (hello.protocol < protocolVersion.oldest) throw serverTooOld(hello);
    return hello;
  }

  /** A line can die without a word (sleep, a pulled cable): after a silence the server is asked. */
  #listenForSilence(): void {
    const session = this.#session;
    if (!session) return;
    this.#timer = setTimeout(() => void this.#checkOn(session), this.#options.quietMs);
  }

  async #checkOn(session: SocketSession): Promise<void> {
    if (performance.now() - session.heardAt >= this.#options.quietMs) {
      await this.#greet(session).catch((error: unknown) => {
        const known = session.explain(error);
        session.end(known.retryable ? { kind: 'lost', detail: known.message } : endOfHello(known));
      });
    }
    if (this.#session === session && !session.over) this.#listenForSilence();
  }

  #dropSession(): void {
    const session = this.#session;
    this.#session = null;
    clearTimeout(this.#timer);
    session?.end({ kind: 'lost', detail: 'Left.' });
  }
}

const finalReasons: ReadonlySet<string> = new Set([
  'signed-out',
  'token-unknown',
  'token-expired',
  'role-missing',
  'scope-missing',
  'origin-refused',
  'host-refused',
  'client-too-old',
  'server-too-old',
]);

function endOfHello(error: ClientError) {
  if (finalReasons.has(error.reason)) return { kind: 'refused', error } as const;
  return { kind: 'lost', detail: error.message } as const;
}

function serverTooOld(hello: Hello): ClientError {
  const message = `The server (${hello.version}) is older than this client can work with.`;
  return new ClientError('server-too-old', message, { remedy: 'Update the server, or use an older client.' });
}
