/**
 * A bell: those who wait are woken by the next ring. It carries no data, so a
 * ring that nobody waits for costs nothing; whoever waits must look for itself
 * what changed, after taking the promise and before awaiting it.
 */

export class Wakeup {
  #waiting = Promise.withResolvers<void>();

  ring(): void {
    const { resolve } = this.#waiting;
    this.#waiting = Promise.withResolvers<void>();
    resolve();
  }

  /** Settles at the next ring. Take it before looking, so that no ring is missed. */
  next(): Promise<void> {
    return this.#waiting.promise;
  }
}

/** Waits for any of the promises or for the signal; never throws because of the signal. */
export async function until(signal: AbortSignal, ...promises: readonly Promise<unknown>[]): Promise<void> {
  if (signal.aborted) return;
  const aborted = Promise.withResolvers<void>();
  const onAbort = () => aborted.resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([aborted.promise, ...promises]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Waits that long, or until the signal aborts. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  const elapsed = Promise.withResolvers<void>();
  const timer = setTimeout(() => elapsed.resolve(), milliseconds);
  try {
    await until(signal, elapsed.promise);
  } finally {
    clearTimeout(timer);
  }
}
