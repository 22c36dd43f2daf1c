/**
 * Waits for something to change in folders: told by the file system, looked
 * for now and then in case it does not tell. Create it before the first look,
 * so that no change falls between.
 */
import { type FSWatcher, watch } from 'node:fs';

export type FolderChangesOptions = { readonly signal: AbortSignal; readonly pollMs: number };

export class FolderChanges implements Disposable {
  readonly #watchers: readonly FSWatcher[];
  readonly #options: FolderChangesOptions;
  #changed = false;
  #wake: () => void = () => {};

  constructor(folders: readonly string[], options: FolderChangesOptions) {
    this.#options = options;
    this.#watchers = folders.flatMap((folder) => this.#watch(folder) ?? []);
    options.signal.addEventListener('abort', this.#note, { once: true });
  }

  /** Until something changed since the last call, the poll is due, or the signal aborts. */
  async next(): Promise<void> {
    if (!this.#changed && !this.#options.signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.#options.pollMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#changed = false;
  }

  [Symbol.dispose](): void {
    this.#options.signal.removeEventListener('abort', this.#note);
    this.#wake();
    for (const watcher of this.#watchers) watcher.close();
  }

  readonly #note = (): void => {
    this.#changed = true;
    this.#wake();
  };

  #watch(folder: string): FSWatcher | null {
    try {
      return watch(folder, { persistent: false }, this.#note).on('error', () => {});
    } catch {
      // Gone, or the system has no watches left: the poll still finds changes.
      return null;
    }
  }
}
