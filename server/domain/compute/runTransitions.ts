/**
 * Writes what happens to runs: the change that the reducer allows, its event
 * and what goes with it, in one unit of work. Nothing else writes a launched
 * run's state.
 */
import type { Person } from '../../../protocol/model/common.ts';
import { isFinal, type RunState } from '../../../protocol/model/run.ts';
import type { StoredRun } from '../runs/ports.ts';
import type { Stores } from '../shared/store.ts';
import { type RunEvent, reduceRun } from './runReducer.ts';
import type { SchedulerDependencies } from './schedulerDependencies.ts';

export type TransitionOptions = {
  /** Who did it; null for the server itself. */
  readonly actor?: Person;
  /** Written with the change, if there is one. */
  readonly also?: (stores: Stores, run: StoredRun) => Promise<void>;
};

type Dependencies = Pick<SchedulerDependencies, 'store' | 'clock' | 'feed' | 'logs' | 'tokens' | 'ends'> & {
  /** A run has ended, so its place is free: clearing up after it is no reason to wait. */
  readonly onFreed: () => void;
};

export class RunTransitions {
  readonly #deps: Dependencies;

  constructor(deps: Dependencies) {
    this.#deps = deps;
  }

  /** Whether the event counted. */
  async apply(runId: string, event: RunEvent, options: TransitionOptions = {}): Promise<boolean> {
    const state = await this.#deps.store.write((stores) => this.#write(stores, { runId, event, options }));
    if (state === null) return false;
    this.#deps.feed.committed();
    this.#deps.logs.finished(runId);
    if (isFinal(state)) this.#deps.onFreed();
    return true;
  }

  async #write(
    stores: Stores,
    {
      runId,
      event,
      options,
    }: { readonly runId: string; readonly event: RunEvent; readonly options: TransitionOptions },
  ): Promise<RunState | null> {
    const run = await stores.runs.run(runId);
    const change = run && reduceRun(run, event);
    if (!change) return null;
    await stores.runs.updateRun(runId, change);
    await options.also?.(stores, run);
    const at = this.#deps.clock.now();
    const to = change.state ?? run.state;
    if (isFinal(to)) {
      await this.#deps.tokens.removeRunToken(stores, runId);
      await stores.projects.updateProject(run.projectId, { lastActivityAt: at });
    }
    await stores.events.append({
      type: to === run.state ? 'run.updated' : 'run.state-changed',
      actor: options.actor ?? null,
      subject: { projectId: run.projectId, experimentId: run.experimentId, runId },
      detail: { from: run.state, to, reason: change.reason ?? null, name: run.name },
      at,
    });
    if (isFinal(to)) await this.#deps.ends?.ended(stores, { ...run, ...change, launch: run.launch });
    return to;
  }
}
