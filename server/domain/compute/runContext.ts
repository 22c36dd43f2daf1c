/**
 * What the phases of one run's way share while this server drives it. What
 * must outlive the server is in the store; only what may be lost is here.
 */
import type { StoredLaunch, StoredRun } from '../runs/ports.ts';
import { DomainError } from '../shared/errors.ts';
import type { ComputeBackend } from './ports.ts';
import type { RunEvent } from './runReducer.ts';
import type { RunTransitions, TransitionOptions } from './runTransitions.ts';
import {
  type SchedulerDependencies,
  type SchedulerStep,
  type SchedulerTiming,
  schedulerTiming,
} from './schedulerDependencies.ts';

export type RunContextOptions = {
  readonly runId: string;
  readonly deps: SchedulerDependencies;
  readonly transitions: RunTransitions;
  /** Aborts when the server goes away; the run goes on without it. */
  readonly shutdown: AbortSignal;
};

/** A launched run: what a phase is given. */
export type LaunchedRun = StoredRun & { readonly launch: StoredLaunch };

export class RunContext {
  readonly runId: string;
  readonly deps: SchedulerDependencies;
  readonly timing: SchedulerTiming;
  readonly shutdown: AbortSignal;
  /** Aborts when the run is to stop. */
  readonly stopping = new AbortController();
  /** How often in a row the backend, being well, had no job for it. */
  absences = 0;
  readonly #transitions: RunTransitions;
  #secret: string | null = null;

  constructor({ runId, deps, transitions, shutdown }: RunContextOptions) {
    this.runId = runId;
    this.deps = deps;
    this.timing = { ...schedulerTiming, ...deps.timing };
    this.shutdown = shutdown;
    this.#transitions = transitions;
  }

  apply(event: RunEvent, options?: TransitionOptions): Promise<boolean> {
    return this.#transitions.apply(this.runId, event, options);
  }

  async step(name: SchedulerStep): Promise<void> {
    await this.deps.step?.(name, this.runId);
  }

  backendOf(run: LaunchedRun): ComputeBackend {
    const backend = this.deps.backends.get(run.launch.backend);
    if (backend !== undefined) return backend;
    throw new DomainError('backend-unavailable', `This server has no compute backend ${run.launch.backend} any more.`);
  }

  /** The job's token, if it was minted in this process for a job that was never tried before. */
  takeSecret(): string | null {
    const secret = this.#secret;
    this.#secret = null;
    return secret;
  }

  keepSecret(secret: string): void {
    this.#secret = secret;
  }
}
