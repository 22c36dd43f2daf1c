/**
 * The line to one Docker engine: opens it when it is first needed, gives every
 * question a deadline, and turns what goes wrong on the way into the product's
 * own errors. An engine that does not answer is `backend-unavailable`, never
 * an empty answer.
 */
import { createHash } from 'node:crypto';
import type Docker from 'dockerode';
import { DomainError, messageOf } from '../../domain/shared/errors.ts';

/** How an engine is reached. Files are paths on the server's machine. */
export type EngineAddress =
  | { readonly kind: 'local'; readonly socket: string }
  | {
      readonly kind: 'ssh';
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly keyFile: string | null;
      /** Fingerprint of the host's key, as SHA256:… */
      readonly hostKey: string;
    }
  | {
      readonly kind: 'tls';
      readonly host: string;
      readonly port: number;
      readonly caFile: string;
      readonly certFile: string;
      readonly keyFile: string;
    };

export type EngineOptions = {
  /** For messages. */
  readonly name: string;
  readonly address: EngineAddress;
  readonly deadlineMs?: number;
};

type Ask<T> = (docker: Docker, signal: AbortSignal) => Promise<T>;

export class Engine {
  readonly name: string;
  readonly address: EngineAddress;
  readonly #deadlineMs: number;
  #docker: Promise<Docker> | null = null;

  constructor({ name, address, deadlineMs = 10_000 }: EngineOptions) {
    this.name = name;
    this.address = address;
    this.#deadlineMs = deadlineMs;
  }

  /** A question that is answered at once, or not at all. */
  async ask<T>(work: Ask<T>): Promise<T> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), this.#deadlineMs);
    const silent = new Promise<never>((_resolve, reject) => {
      late.signal.addEventListener('abort', () => reject(this.#silent()), { once: true });
    });
    try {
      return await Promise.race([this.#try(work, late.signal), silent]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** As `ask`, with null where the engine is well and has no such thing. */
  async askIfThere<T>(work: Ask<T>): Promise<T | null> {
    return this.ask((docker, signal) =>
      work(docker, signal).catch((error: unknown) => {
        if (statusOf(error) === 404) return null;
        throw error;
      }),
    );
  }

  /** Something that takes as long as it takes: a stream, a transfer. */
  stream<T>(work: (docker: Docker) => Promise<T>): Promise<T> {
    return this.#try((docker) => work(docker), null);
  }

  async #try<T>(work: (docker: Docker, signal: AbortSignal) => Promise<T>, signal: AbortSignal | null): Promise<T> {
    try {
      this.#docker ??= openDocker(this.address);
      return await work(await this.#docker, signal ?? new AbortController().signal);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  #explain(error: unknown): unknown {
    if (error instanceof DomainError) return error;
    if (/no space left on device|disk quota exceeded/i.test(messageOf(error))) {
      const text = `The disk of the Docker host ${this.name} is full.`;
      return new DomainError('storage-full', text, { remedy: 'Free some space there.', cause: error });
    }
    if (statusOf(error) !== null) return error;
    const text = `The Docker host ${this.name} does not answer: ${messageOf(error)}`;
    return new DomainError('backend-unavailable', text, { cause: error });
  }

  #silent(): DomainError {
    const seconds = this.#deadlineMs / 1000;
    return new DomainError('backend-unavailable', `The Docker host ${this.name} did not answer within ${seconds} s.`);
  }
}

/** The engine's answer as an HTTP status; null where nothing answered. */
export function statusOf(error: unknown): number | null {
  const status = (error as { readonly statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : null;
}

/** As OpenSSH prints it. */
function fingerprintOf(key: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The library is large, and a server without Docker hosts never needs it. */
async function openDocker(address: EngineAddress): Promise<Docker> {
  const { default: Client } = await import('dockerode');
  return new Client(await connection(address));
}

async function connection(address: EngineAddress): Promise<Docker.DockerOptions> {
  const { readFile } = await import('node:fs/promises');
  switch (address.kind) {
    case 'local':
      return { socketPath: address.socket };
    case 'ssh': {
      const { host, port, user: username, keyFile } = address;
      const privateKey = keyFile === null ? undefined : await readFile(keyFile);
      const agent = process.env['SSH_AUTH_SOCK'];
      const hostVerifier = (key: Uint8Array) => fingerprintOf(key) === address.hostKey;
      const sshOptions = { hostVerifier, ...(privateKey && { privateKey }), ...(agent !== undefined && { agent }) };
      return { protocol: 'ssh', host, port, username, sshOptions };
    }
    case 'tls': {
      const { host, port, caFile, certFile, keyFile } = address;
      const [ca, cert, key] = await Promise.all([caFile, certFile, keyFile].map((file) => readFile(file)));
      return { protocol: 'https', host, port, ca, cert, key } as Docker.DockerOptions;
    }
  }
}
