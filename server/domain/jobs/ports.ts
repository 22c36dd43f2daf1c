import type { CostEstimate, EstimateInput } from '../../../protocol/model/cost.ts';
import type { ReadJobFile } from '../../../protocol/model/job.ts';
import type { AwaitedRun, ConcurrencyRule, LaunchInput, RetryRule, RunState } from '../../../protocol/model/run.ts';
import type { Call, Caller } from '../shared/call.ts';

/** What the queue keeps of a launched run beside its launch. A run without an entry is as `plainEntry` says. */
export type QueueEntry = {
  readonly runId: string;
  readonly job: string | null;
  readonly scheduleId: string | null;
  /** Counts from 1; all attempts name the first run. */
  readonly attempt: number;
  readonly firstRunId: string;
  readonly retries: RetryRule | null;
  readonly timeoutMinutes: number | null;
  readonly concurrency: ConcurrencyRule | null;
  readonly after: readonly AwaitedRun[];
  readonly notBefore: number | null;
  readonly paused: boolean;
  /** Instead of the launch's, once the run was moved. */
  readonly priority: number | null;
  /** Within the same project, tier and priority: lower is earlier; null is by age, after those that were moved. */
  readonly place: number | null;
};

export function plainEntry(runId: string): QueueEntry {
  return {
    runId,
    job: null,
    scheduleId: null,
    attempt: 1,
    firstRunId: runId,
    retries: null,
    timeoutMinutes: null,
    concurrency: null,
    after: [],
    notBefore: null,
    paused: false,
    priority: null,
    place: null,
  };
}

/** Of a run that others wait for. */
export type AwaitedState = { readonly name: string; readonly state: RunState };

export type QueueState = {
  /** Of runs that have not ended, by run id. */
  readonly entries: ReadonlyMap<string, QueueEntry>;
  /** The runs that those wait for, by id; one that is not there is gone. */
  readonly awaited: ReadonlyMap<string, AwaitedState>;
};

export interface QueueStore {
  entry(runId: string): Promise<QueueEntry | null>;
  /** Makes a plain one first where the run has none. */
  setEntry(runId: string, change: Partial<Omit<QueueEntry, 'runId'>>): Promise<void>;
  state(): Promise<QueueState>;
  /** Whoever waits for the one run waits for the other from now on. */
  awaitInstead(runId: string, nextRunId: string): Promise<void>;
  /** Runs of a schedule that have not ended, oldest first. */
  unfinishedOf(scheduleId: string): Promise<readonly string[]>;
}

/** Where a launch comes from, beside the person. */
export type LaunchOrigin = {
  readonly job?: string | undefined;
  readonly scheduleId?: string | undefined;
  readonly notify?: 'always' | 'failure' | 'never' | undefined;
};

/** Launches as the `runs` feature does. */
export interface Launches {
  /** Throws what a launch would be refused for; answers the revision that it would take. */
  check(input: LaunchInput, caller: Caller): Promise<{ readonly environmentRevision: number }>;
  /** Answers the id of the run. */
  launch(input: LaunchInput, caller: Caller, origin?: LaunchOrigin): Promise<string>;
}

export interface CostEstimates {
  estimate(input: EstimateInput, call: Call): Promise<CostEstimate>;
}

/** Reads flywheel.yaml. Jobs that are wrong are left out and named with their line. */
export interface JobFileReader {
  read(text: string): Promise<ReadJobFile>;
}
