/**
 * How often passwords of an account were wrong lately. From the sixth on, each
 * further one waits before it is even looked at, longer and longer; only few
 * may wait at a time. Bounded, and forgotten after a quarter of an hour.
 */
import { DomainError } from '../shared/errors.ts';

export type AttemptLimits = {
  readonly free: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  readonly waitingAtOnce: number;
};

const usual: AttemptLimits = { free: 5, firstDelayMs: 250, longestDelayMs: 10_000, waitingAtOnce: 5 };
const forgetAfterMs = 15 * 60_000;
const mostAccounts = 10_000;

type Tried = { count: number; waiting: number; at: number };

export class Attempts {
  readonly #limits: AttemptLimits;
  readonly #now: () => number;
  readonly #tried = new Map<string, Tried>();

  constructor(now: () => number, limits: Partial<AttemptLimits> = {}) {
    this.#limits = { ...usual, ...limits };
    this.#now = now;
  }

  delayMs(account: string): number {
    const { free, firstDelayMs, longestDelayMs } = this.#limits;
    const beyond = (this.#of(account)?.count ?? 0) - free;
    return beyond < 0 ? 0 : Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(beyond, 20));
  }

  async hold(account: string): Promise<void> {
    const delay = this.delayMs(account);
    const tried = this.#of(account);
    if (delay === 0 || tried === undefined) return;
    if (tried.waiting >= this.#limits.waitingAtOnce) {
      throw new DomainError('rate-limited', 'There were too many wrong passwords for this account.', {
        remedy: 'Wait a while, then try again, or sign in by another way.',
      });
    }
    tried.waiting += 1;
    await new Promise<void>((go) => void setTimeout(go, delay).unref());
    tried.waiting -= 1;
  }

  /** Answers how many there were. */
  wrong(account: string): number {
    const tried = this.#of(account) ?? this.#begin(account);
    tried.count += 1;
    tried.at = this.#now();
    return tried.count;
  }

  right(account: string): void {
    this.#tried.delete(account);
  }

  #of(account: string): Tried | undefined {
    const tried = this.#tried.get(account);
    return tried !== undefined && this.#now() - tried.at < forgetAfterMs ? tried : undefined;
  }

  #begin(account: string): Tried {
    const [oldest] = this.#tried.keys();
    if (this.#tried.size >= mostAccounts && oldest !== undefined) this.#tried.delete(oldest);
    const tried = { count: 0, waiting: 0, at: this.#now() };
    this.#tried.set(account, tried);
    return tried;
  }
}
