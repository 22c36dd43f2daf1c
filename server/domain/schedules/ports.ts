import type { Access } from '../../../protocol/model/access.ts';
import type { AwaitedRun } from '../../../protocol/model/run.ts';
import type { Firing, ScheduledWork } from '../../../protocol/model/schedule.ts';
import type { LaunchOrigin } from '../jobs/ports.ts';
import type { Caller } from '../shared/call.ts';

export type StoredSchedule = {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly cron: string;
  readonly timezone: string;
  readonly overlap: 'skip' | 'queue' | 'cancel-older' | 'allow';
  readonly catchUp: 'skip' | 'one' | 'all';
  readonly work: ScheduledWork;
  readonly ownerId: string;
  readonly paused: boolean;
  readonly pauseReason: string | null;
  /** The next time that has not been dealt with; null while it is paused. */
  readonly nextAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** It stays, with its history, for whoever looks into what it did. */
  readonly deletedAt: number | null;
};

export type StoredFiring = Firing & { readonly scheduleId: string };

export interface ScheduleStore {
  schedule(id: string): Promise<StoredSchedule | null>;
  /** By name, without deleted ones. `projectIds` null means all. */
  schedules(projectIds: readonly string[] | null): Promise<readonly StoredSchedule[]>;
  /** Those that are due at that time, the longest overdue first. */
  due(at: number): Promise<readonly StoredSchedule[]>;
  /** The earliest time at which one is due; null for none. */
  nextDue(): Promise<number | null>;
  insertSchedule(schedule: StoredSchedule): Promise<void>;
  updateSchedule(id: string, change: Partial<Omit<StoredSchedule, 'id' | 'projectId' | 'createdAt'>>): Promise<void>;
  /** Dealing with the same time again replaces what came of it. */
  insertFiring(firing: StoredFiring): Promise<void>;
  /** Newest first. */
  firings(scheduleId: string, limit: number): Promise<readonly Firing[]>;
}

export type WorkRequest = {
  readonly projectId: string;
  readonly work: ScheduledWork;
  /** The same again finds the same run. */
  readonly requestId: string;
  readonly after: readonly AwaitedRun[];
  readonly origin: LaunchOrigin;
};

/** Launches what a schedule names, by the rules of every launch. */
export interface WorkLauncher {
  /** Throws what the launch would be refused for now. */
  checkWork(request: Pick<WorkRequest, 'projectId' | 'work'>, caller: Caller): Promise<void>;
  /** Answers the id of the run. */
  launchWork(request: WorkRequest, caller: Caller): Promise<string>;
}

/** Whether a caller may; throws what they are to be told. */
export interface RoleCheck {
  authorize(caller: Caller, access: Access, input: unknown): Promise<void>;
}
