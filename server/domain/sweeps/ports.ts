/** What the server keeps of sweeps. What a trial came to is its run's, and kept there alone. */
import type { CodeRef } from '../../../protocol/model/run.ts';
import type {
  Objective,
  ParameterValues,
  SweepFields,
  SweepReason,
  SweepState,
} from '../../../protocol/model/sweep.ts';

export type StoredSweep = {
  readonly id: string;
  readonly projectId: string;
  readonly experimentId: string;
  readonly name: string;
  readonly origin: 'flywheel' | 'optuna';
  readonly state: SweepState;
  readonly reason: SweepReason | null;
  readonly detail: string | null;
  readonly createdById: string;
  readonly createdAt: number;
  readonly endedAt: number | null;
  /** Milliseconds before `activeSince`; together they are what the budget of time counts. */
  readonly activeMs: number;
  /** Null while it is paused or over. */
  readonly activeSince: number | null;
  /** Null for one that was recorded. */
  readonly definition: SweepFields | null;
  readonly code: CodeRef | null;
  readonly objective: Objective;
  readonly requestId: string | null;
};

export type StoredTrial = {
  readonly sweepId: string;
  readonly number: number;
  /** Null until it is launched. */
  readonly runId: string | null;
  /** Of the launch; null for a recorded one. */
  readonly requestId: string | null;
  readonly tierId: string | null;
  readonly given: ParameterValues;
  /** The last step up to which it was judged; null before the first look. */
  readonly judged: number | null;
};

export type SweepChange = Partial<Omit<StoredSweep, 'id' | 'projectId' | 'experimentId' | 'origin' | 'createdAt'>>;

export interface SweepStore {
  sweep(id: string): Promise<StoredSweep | null>;
  sweepByRequest(projectId: string, requestId: string): Promise<StoredSweep | null>;
  /** Newest first. `projectIds` null means all. */
  sweeps(query: {
    readonly projectIds: readonly string[] | null;
    readonly limit: number;
  }): Promise<readonly StoredSweep[]>;
  /** Those that have not ended, oldest first. */
  unfinishedSweeps(): Promise<readonly StoredSweep[]>;
  insertSweep(sweep: StoredSweep): Promise<void>;
  updateSweep(id: string, change: SweepChange): Promise<void>;
  /** By number. */
  trials(sweepId: string): Promise<readonly StoredTrial[]>;
  trialOfRun(runId: string): Promise<StoredTrial | null>;
  insertTrial(trial: StoredTrial): Promise<void>;
  updateTrial(
    trial: Pick<StoredTrial, 'sweepId' | 'number'>,
    change: Partial<Pick<StoredTrial, 'runId' | 'judged' | 'given'>>,
  ): Promise<void>;
  /** Takes back those that were never launched. */
  deleteUnlaunched(sweepId: string): Promise<void>;
  /** Where the search for studies of other programs stands; null before it began. */
  studyCursor(): Promise<number | null>;
  setStudyCursor(position: number): Promise<void>;
}
