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

/**
 * Waits for any of the promises or for the signal; throws what a promise was
 * rejected with, and never because of the signal. Not `Promise.race`: that
 * leaves something behind with each promise that goes on waiting, and some are
 * waited for as long as the server runs.
 */
export async function until(signal: AbortSignal, ...promises: readonly Promise<unknown>[]): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onAbort = () => resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  const leave = promises.map((each) => waitFor(each, { resolve, reject }));
  try {
    await promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
    for (const one of leave) one();
  }
}

type Waiter = { readonly resolve: () => void; readonly reject: (reason: unknown) => void };
/** How a promise ended is told to all who wait by the one that it was given. */
type Waited = { readonly waiters: Set<Waiter>; tell: ((waiter: Waiter) => void) | null };

const waited = new WeakMap<Promise<unknown>, Waited>();

/** Answers what ends the waiting. */
function waitFor(promise: Promise<unknown>, waiter: Waiter): () => void {
  const known = waited.get(promise) ?? watch(promise);
  if (known.tell === null) known.waiters.add(waiter);
  else known.tell(waiter);
  return () => known.waiters.delete(waiter);
}

function watch(promise: Promise<unknown>): Waited {
  const own: Waited = { waiters: new Set(), tell: null };
  const end = (tell: NonNullable<Waited['tell']>) => {
    own.tell = tell;
    for (const waiter of own.waiters) tell(waiter);
    own.waiters.clear();
  };
  waited.set(promise, own);
  promise.then(
    () => end(({ resolve }) => resolve()),
    (reason: unknown) => end(({ reject }) => reject(reason)),
  );
  return own;
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
