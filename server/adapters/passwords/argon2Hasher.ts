/**
 * Hashes of passwords by Argon2id, with the parameters that OWASP gives for it
 * (19 MiB, two passes, one lane), written as PHC strings, so that later
 * parameters can stand beside earlier ones. Node computes it since 24.7.
 */
import * as crypto from 'node:crypto';
import type { PasswordHasher } from '../../domain/governance/ports.ts';
import { DomainError } from '../../domain/shared/errors.ts';

type Parameters = { readonly memory: number; readonly passes: number; readonly parallelism: number };

const present: Parameters = { memory: 19_456, passes: 2, parallelism: 1 };
const tagBytes = 32;
const saltBytes = 16;
/** Each takes 19 MiB and a thread; whoever tries passwords must not take all of both. */
const mostAtOnce = 2;
const mostWaiting = 100;

const form = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([\w+/]{11,86})\$([\w+/]{22,86})$/;

export class Argon2Hasher implements PasswordHasher {
  /** Compared with where there is no hash, so that it takes as long. */
  #decoy: Promise<string> | null = null;
  #working = 0;
  readonly #waiting: (() => void)[] = [];

  get isAvailable(): boolean {
    return typeof crypto.argon2 === 'function';
  }

  async make(password: string): Promise<string> {
    const salt = crypto.randomBytes(saltBytes);
    const tag = await this.#derive(password, { ...present, salt });
    const { memory, passes, parallelism } = present;
    return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${plain(salt)}$${plain(tag)}`;
  }

  /** Takes as long without a hash as with one. */
  async isRight(password: string, hash: string | null): Promise<boolean> {
    this.#decoy ??= this.make(crypto.randomUUID());
    const [, memory, passes, parallelism, salt = '', tag = ''] = form.exec(hash ?? (await this.#decoy)) ?? [];
    if (tag === '') return false;
    const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
    const derived = await this.#derive(password, { ...cost, salt: Buffer.from(salt, 'base64') });
    const kept = Buffer.from(tag, 'base64');
    return kept.length === derived.length && crypto.timingSafeEqual(kept, derived) && hash !== null;
  }

  /** Whether it was made with other parameters than a new one would be. */
  isOutdated(hash: string): boolean {
    const { memory, passes, parallelism } = present;
    return !hash.startsWith(`$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$`);
  }

  async #derive(password: string, { salt, ...cost }: Parameters & { readonly salt: Buffer }): Promise<Buffer> {
    await this.#takeTurn();
    try {
      const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
      // The same characters can be typed as different bytes.
      const message = password.normalize('NFKC');
      crypto.argon2('argon2id', { ...cost, message, nonce: salt, tagLength: tagBytes }, (error, tag) =>
        error ? reject(error) : resolve(tag),
      );
      return await promise;
    } finally {
      this.#working -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #takeTurn(): Promise<void> {
    if (this.#working >= mostAtOnce) {
      if (this.#waiting.length >= mostWaiting) throw tooMany();
      await new Promise<void>((go) => this.#waiting.push(go));
    }
    this.#working += 1;
  }
}

function tooMany(): DomainError {
  return new DomainError('rate-limited', 'Too many passwords are being looked at.', {
    remedy: 'Try again in a moment.',
  });
}

function plain(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
