/** What the pieces that drive one workspace share: its id, its transitions, and a bell that tells of changes. */
import { pause, until, Wakeup } from '../shared/wakeup.ts';
import { type WorkspaceDependencies, type WorkspaceTiming, workspaceTiming } from './dependencies.ts';
import type { StoredWorkspace } from './ports.ts';
import type { WorkSaves } from './saveWork.ts';
import type { WorkspaceActivity } from './workspaceActivity.ts';
import type { WorkspaceEvent } from './workspaceReducer.ts';
import type { Transition, WorkspaceTransitions } from './workspaceTransitions.ts';

export type WorkspaceContextOptions = {
  readonly workspaceId: string;
  readonly deps: WorkspaceDependencies;
  readonly transitions: WorkspaceTransitions;
  readonly saves: WorkSaves;
  readonly activity: WorkspaceActivity;
  readonly shutdown: AbortSignal;
};

export class WorkspaceContext {
  readonly workspaceId: string;
  readonly deps: WorkspaceDependencies;
  readonly saves: WorkSaves;
  readonly activity: WorkspaceActivity;
  readonly shutdown: AbortSignal;
  readonly timing: WorkspaceTiming;
  readonly #transitions: WorkspaceTransitions;
  readonly #bell = new Wakeup();

  constructor(options: WorkspaceContextOptions) {
    this.workspaceId = options.workspaceId;
    this.deps = options.deps;
    this.saves = options.saves;
    this.activity = options.activity;
    this.shutdown = options.shutdown;
    this.timing = { ...workspaceTiming, ...options.deps.timing };
    this.#transitions = options.transitions;
  }

  read(): Promise<StoredWorkspace | null> {
    return this.deps.store.read(({ workspaces }) => workspaces.workspace(this.workspaceId));
  }

  apply(event: WorkspaceEvent, options?: Transition): Promise<boolean> {
    return this.#transitions.apply(this.workspaceId, event, options);
  }

  /** Somebody changed the workspace. */
  wake(): void {
    this.#bell.ring();
  }

  /** Until it was changed, so long has passed, or the signal aborts. */
  async next(milliseconds: number, signal: AbortSignal = this.shutdown): Promise<void> {
    const rung = new AbortController();
    const stop = AbortSignal.any([signal, rung.signal]);
    const bell = this.#bell.next().then(() => rung.abort());
    await until(signal, pause(milliseconds, stop), bell);
    rung.abort();
  }

  /** Until it is to stop, or the signal aborts. */
  async untilStopping(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const rung = this.#bell.next();
      if ((await this.read())?.state !== 'starting' && (await this.read())?.state !== 'ready') return;
      await until(signal, rung);
    }
  }
}
