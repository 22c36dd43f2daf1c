/**
 * A listener list without vscode, so that what uses it is tested in plain
 * node, and the view of it as a stream whose reader sees the newest value.
 */
export type Listener<T> = (value: T) => void;
export type Subscription = { dispose(): void };
export type Signal<T> = (listener: Listener<T>) => Subscription;

export class Emitter<T> {
  readonly #listeners = new Set<Listener<T>>();

  readonly event: Signal<T> = (listener) => {
    // Wrapped, so that one function may listen twice.
    const own: Listener<T> = (value) => listener(value);
    this.#listeners.add(own);
    return { dispose: () => this.#listeners.delete(own) };
  };

  fire(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

/** The present value, then the newest after each change; a slow reader skips what is outdated. */
export async function* valuesOf<T>(
  read: () => T,
  change: Signal<unknown>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T> {
  let wake = Promise.withResolvers<void>();
  const notify = () => wake.resolve();
  const subscription = change(notify);
  signal?.addEventListener('abort', notify, { once: true });
  try {
    while (!signal?.aborted) {
      const next = wake.promise;
      yield read();
      await next;
      wake = Promise.withResolvers<void>();
    }
  } finally {
    subscription.dispose();
    signal?.removeEventListener('abort', notify);
  }
}
