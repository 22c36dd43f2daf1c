/**
 * Slows down whoever tries tokens. Answers to wrong tokens from an address are
 * held back longer and longer; a right one is never held back, so that nobody
 * can lock others out of an address they share. Tells a summary, not each try.
 */
import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { WrongTokens } from '../../domain/governance/wrongTokenRecord.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import type { Log } from '../../domain/shared/ports.ts';
import { WrongTokenSummary } from './wrongTokenSummary.ts';

type Failures = { count: number; held: number; lastAt: number };

export type FailedSignInsOptions = {
  readonly log: Log;
  readonly freeTries?: number;
  readonly firstDelayMs?: number;
  readonly longestDelayMs?: number;
  readonly heldAtOnce?: number;
  readonly summaryAfterMs?: number;
  /** Keeps a summary where an auditor looks. */
  readonly keep?: (summary: WrongTokens) => Promise<void>;
};

const forgetAfterMs = 15 * 60_000;
const mostAddresses = 10_000;

const defaults = {
  freeTries: 10,
  firstDelayMs: 25,
  longestDelayMs: 2000,
  heldAtOnce: 500,
  summaryAfterMs: 60_000,
  keep: async () => {},
};

export class FailedSignIns {
  readonly #options: Required<FailedSignInsOptions>;
  readonly #byAddress = new Map<string, Failures>();
  readonly #summary: WrongTokenSummary;
  #keeping: Promise<void> = Promise.resolve();

  constructor(options: FailedSignInsOptions) {
    this.#options = { ...defaults, ...options };
    const { summaryAfterMs: afterMs, freeTries: atLeast } = this.#options;
    this.#summary = new WrongTokenSummary({ afterMs, atLeast, report: (summary) => this.#report(summary) });
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
    this.#summary.add(address, { isSuspect: this.isSuspect(address) });
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

  /** Tells what was not told yet. */
  async close(): Promise<void> {
    this.#summary.flush();
    await this.#keeping;
  }

  #report(summary: WrongTokens): void {
    const { log, keep } = this.#options;
    log.warn('Wrong tokens', summary);
    this.#keeping = keep(summary).catch((error: unknown) => log.error('Wrong tokens not kept', { error }));
  }

  #current(address: string): Failures | undefined {
    const failures = this.#byAddress.get(address);
    return failures !== undefined && Date.now() - failures.lastAt < forgetAfterMs ? failures : undefined;
  }

  /** Starts counting anew; the oldest address makes room. */
  #forget(address: string): Failures {
    const [oldest] = this.#byAddress.keys();
    if (this.#byAddress.size >= mostAddresses && oldest !== undefined) this.#byAddress.delete(oldest);
    const fresh = { count: 0, held: 0, lastAt: 0 };
    this.#byAddress.set(address, fresh);
    return fresh;
  }
}

export function addressOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? '';
}
