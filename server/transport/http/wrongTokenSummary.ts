/**
 * Gathers wrong tokens into one summary for all that came within a minute,
 * from one address or from thousands: who guesses must not be able to fill the
 * log. A few are a slip of somebody's hand and told to nobody. It never sees a
 * token.
 */

import type { WrongTokens } from '../../domain/governance/wrongTokenRecord.ts';

export type SummaryOptions = {
  readonly afterMs: number;
  /** So many at least, unless somebody who failed often before is among them. */
  readonly atLeast: number;
  readonly report: (summary: WrongTokens) => void;
};

export class WrongTokenSummary {
  readonly #options: SummaryOptions;
  readonly #byAddress = new Map<string, number>();
  #count = 0;
  #isNotable = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SummaryOptions) {
    this.#options = options;
  }

  add(address: string, from: { readonly isSuspect: boolean }): void {
    this.#timer ??= setTimeout(() => this.flush(), this.#options.afterMs).unref();
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1);
    this.#count += 1;
    this.#isNotable ||= from.isSuspect || this.#count >= this.#options.atLeast;
  }

  /** Tells what was gathered, and begins anew. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const [most] = [...this.#byAddress].reduce((high, each) => (each[1] > high[1] ? each : high), ['', 0]);
    const summary = { count: this.#count, addresses: this.#byAddress.size, most };
    const isNotable = this.#isNotable;
    this.#byAddress.clear();
    this.#count = 0;
    this.#isNotable = false;
    if (isNotable) this.#options.report(summary);
  }
}
