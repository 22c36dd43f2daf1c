/**
 * Sees to it that every workspace that is to run is driven by exactly one
 * driver. What is to be is in the store first and on a backend second;
 * everything is looked at again at start, when woken, and every few seconds.
 * Workspaces go on while the server is away.
 */
import { messageOf } from '../shared/errors.ts';
import { pause, until, Wakeup } from '../shared/wakeup.ts';
import type { WorkspaceDependencies } from './dependencies.ts';
import type { WorkSaves } from './saveWork.ts';
import type { WorkspaceActivity } from './workspaceActivity.ts';
import { WorkspaceContext } from './workspaceContext.ts';
import { driveWorkspace } from './workspaceDriver.ts';
import { WorkspaceTransitions } from './workspaceTransitions.ts';

/** How long a stop waits for what is under way. */
const letGoMs = 5000;
const lookAgainMs = 10_000;

type Drive = { readonly context: WorkspaceContext; readonly done: Promise<void> };

export type WorkspaceKeeperDependencies = WorkspaceDependencies & {
  readonly saves: WorkSaves;
  readonly activity: WorkspaceActivity;
};

export class WorkspaceKeeper {
  readonly #deps: WorkspaceKeeperDependencies;
  readonly #shutdown = new AbortController();
  readonly #bell = new Wakeup();
  readonly #drives = new Map<string, Drive>();
  #timer: NodeJS.Timeout | undefined;
  #loop: Promise<void> = Promise.resolve();

  constructor(deps: WorkspaceKeeperDependencies) {
    this.#deps = deps;
  }

  /** Takes up everything where it was. */
  start(): void {
    this.#timer = setInterval(() => this.#bell.ring(), lookAgainMs).unref();
    this.#loop = this.#run();
  }

  /** Something of this workspace was changed. */
  wake(workspaceId: string): void {
    this.#drives.get(workspaceId)?.context.wake();
    this.#bell.ring();
  }

  /** Lets go of everything. Workspaces keep running. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#shutdown.abort();
    this.#bell.ring();
    const settled = Promise.allSettled([this.#loop, ...[...this.#drives.values()].map(({ done }) => done)]);
    const isSettled = new AbortController();
    await Promise.race([settled.finally(() => isSettled.abort()), pause(letGoMs, isSettled.signal)]);
  }

  async #run(): Promise<void> {
    const { store, log } = this.#deps;
    while (!this.#shutdown.signal.aborted) {
      const rung = this.#bell.next();
      try {
        for (const { id } of await store.read(({ workspaces }) => workspaces.active())) this.#drive(id);
      } catch (error) {
        log.error('Workspaces could not be looked at', { error: messageOf(error) });
      }
      await until(this.#shutdown.signal, rung);
    }
  }

  #drive(workspaceId: string): void {
    if (this.#drives.has(workspaceId) || this.#shutdown.signal.aborted) return;
    const { saves, activity } = this.#deps;
    const transitions = new WorkspaceTransitions(this.#deps);
    const shutdown = this.#shutdown.signal;
    const context = new WorkspaceContext({ workspaceId, deps: this.#deps, transitions, saves, activity, shutdown });
    const done = driveWorkspace(context)
      .catch((error: unknown) =>
        this.#deps.log.error('A workspace is left for now', { workspaceId, error: messageOf(error) }),
      )
      .finally(() => this.#drives.delete(workspaceId));
    this.#drives.set(workspaceId, { context, done });
  }
}
