/**
 * Slows down whoever tries tokens. Answers to wrong tokens from an address are
 * held back longer and longer; a right one is never held back, so that nobody
 * can lock others out of an address they share. Logs a summary, not each try.
 */
import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { DomainError } from '../../domain/shared/errors.ts';
import type { Log } from '../../domain/shared/ports.ts';

type Failures = { count: number; held: number; lastAt: number; reportedAt: number };

export type FailedSignInsOptions = {
  readonly log: Log;
  readonly freeTries?: number;
  readonly firstDelayMs?: number;
  readonly longestDelayMs?: number;
  readonly heldAtOnce?: number;
};

const forgetAfterMs = 15 * 60_000;
const reportEveryMs = 60_000;
const mostAddresses = 10_000;

export class FailedSignIns {
  readonly #options: Required<FailedSignInsOptions>;
  readonly #byAddress = new Map<string, Failures>();

  constructor(options: FailedSignInsOptions) {
    this.#options = { freeTries: 10, firstDelayMs: 25, longestDelayMs: 2000, heldAtOnce: 500, ...options };
  }

  /** Whether an address has failed so often that its tokens are looked at before anything else. */
  isSuspect(address: string): boolean {
    return this.delayMs(address) > 0;
  }

  delayMs(address: string): number {
    const { freeTries, firstDelayMs, longestDelayMs } = this.#options;
    const beyond = (this.#current(address)?.count ?? 0) - freeTries;
    return beyond < 0 ? 0 : Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(beyond, 20));
  }

  record(address: string): void {
    const failures = this.#current(address) ?? this.#forget(address);
    failures.count += 1;
    failures.lastAt = Date.now();
    if (failures.count < this.#options.freeTries || failures.lastAt - failures.reportedAt < reportEveryMs) return;
    failures.reportedAt = failures.lastAt;
    this.#options.log.warn('Wrong tokens', { address, count: failures.count });
  }

  /** Waits as long as an answer to a wrong token is held back now. */
  async hold(address: string): Promise<void> {
    const failures = this.#current(address);
    if (failures === undefined) return;
    if (failures.held >= this.#options.heldAtOnce) {
      throw new DomainError('rate-limited', 'Too many wrong tokens from this address', { remedy: 'Try again later' });
    }
    failures.held += 1;
    await wait(this.delayMs(address), undefined, { ref: false });
    failures.held -= 1;
  }

  #current(address: string): Failures | undefined {
    const failures = this.#byAddress.get(address);
    return failures !== undefined && Date.now() - failures.lastAt < forgetAfterMs ? failures : undefined;
  }

  /** Starts counting anew; the oldest address makes room. */
  #forget(address: string): Failures {
    const [oldest] = this.#byAddress.keys();
    if (this.#byAddress.size >= mostAddresses && oldest !== undefined) this.#byAddress.delete(oldest);
    const fresh = { count: 0, held: 0, lastAt: 0, reportedAt: 0 };
    this.#byAddress.set(address, fresh);
    return fresh;
  }
}

export function addressOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? '';
}
