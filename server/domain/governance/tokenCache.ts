/**
 * Callers by the hash of their token, so that a call costs no look-up. It
 * holds hashes only, is bounded, and must be told of every token that goes:
 * one server owns the data folder, so nobody else can revoke behind its back.
 */
import type { Caller } from '../shared/call.ts';

export type CachedToken = {
  readonly caller: Caller;
  readonly expiresAt: number | null;
  touchedAt: number;
};

/** Whether what changed is this caller's token or account. */
export type Concerned = (caller: Pick<Caller, 'userId' | 'tokenId'>) => boolean;

const capacity = 10_000;

export class TokenCache {
  readonly #byHash = new Map<string, CachedToken>();
  /** Raised by every removal: what was read before one is not kept after it. */
  #generation = 0;

  get generation(): number {
    return this.#generation;
  }

  get(hash: string): CachedToken | undefined {
    return this.#byHash.get(hash);
  }

  set(hash: string, token: CachedToken, generation: number): void {
    if (generation !== this.#generation) return;
    const oldest = this.#byHash.size >= capacity ? this.#byHash.keys().next().value : undefined;
    if (oldest !== undefined) this.#byHash.delete(oldest);
    this.#byHash.set(hash, token);
  }

  forget(isConcerned: Concerned): void {
    this.#generation += 1;
    for (const [hash, { caller }] of this.#byHash) if (isConcerned(caller)) this.#byHash.delete(hash);
  }
}
