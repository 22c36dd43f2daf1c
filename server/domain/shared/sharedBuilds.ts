/**
 * One build a digest, shared by all who ask for it at the same time, and
 * cancelled when the last of them leaves. Whoever leaves a build that others
 * wait for need not see it through; the last one sees it gone.
 */
import type { BuildOutcome } from '../compute/ports.ts';

export type BuildOptions = { readonly log: (data: Uint8Array) => void; readonly signal: AbortSignal };

type SharedBuild = {
  readonly outcome: Promise<BuildOutcome>;
  readonly listeners: Set<(data: Uint8Array) => void>;
  readonly cancel: AbortController;
  waiting: number;
};

export const cancelledBuild: BuildOutcome = { ok: false, error: 'The build was cancelled.' };

export class SharedBuilds {
  readonly #builds = new Map<string, SharedBuild>();

  /** Joins the build that goes on, or begins this one. */
  async join(
    digest: string,
    options: BuildOptions,
    begin: (options: BuildOptions) => Promise<BuildOutcome>,
  ): Promise<BuildOutcome> {
    const build = await this.#find(digest, begin);
    build.waiting += 1;
    build.listeners.add(options.log);
    const leave = () => {
      build.waiting -= 1;
      build.listeners.delete(options.log);
      if (build.waiting === 0) build.cancel.abort();
    };
    if (options.signal.aborted) leave();
    else options.signal.addEventListener('abort', leave, { once: true });
    try {
      return await outcomeFor(build, options.signal);
    } finally {
      options.signal.removeEventListener('abort', leave);
    }
  }

  /** Ends the build for all, and waits until it is gone. */
  async cancel(digest: string): Promise<void> {
    const build = this.#builds.get(digest);
    build?.cancel.abort();
    await build?.outcome.catch(() => undefined);
  }

  async #find(digest: string, begin: (options: BuildOptions) => Promise<BuildOutcome>): Promise<SharedBuild> {
    let build = this.#builds.get(digest);
    while (build?.cancel.signal.aborted) {
      await build.outcome.catch(() => undefined);
      build = this.#builds.get(digest);
    }
    if (build) return build;
    const cancel = new AbortController();
    const listeners: SharedBuild['listeners'] = new Set();
    const log = (data: Uint8Array) => {
      for (const listener of listeners) listener(data);
    };
    // Begins a turn later, when the first listener is there.
    const outcome = Promise.resolve()
      .then(() => begin({ log, signal: cancel.signal }))
      .finally(() => this.#builds.delete(digest));
    outcome.catch(() => undefined);
    const begun = { outcome, listeners, cancel, waiting: 0 };
    this.#builds.set(digest, begun);
    return begun;
  }
}

function outcomeFor(build: SharedBuild, signal: AbortSignal): Promise<BuildOutcome> {
  const left = new Promise<BuildOutcome>((resolve) => {
    const check = () => build.waiting > 0 && resolve(cancelledBuild);
    if (signal.aborted) check();
    else signal.addEventListener('abort', check, { once: true });
  });
  return Promise.race([build.outcome, left]);
}
