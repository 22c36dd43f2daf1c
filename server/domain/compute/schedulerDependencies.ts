/** What the scheduler and its pieces are given, and the points between its steps. */
import type { CodeStore } from '../code/ports.ts';
import type { EnvironmentBuilds } from '../environments/ports.ts';
import type { EventFeed } from '../events/ports.ts';
import type { ArtifactStore, StoredRun } from '../runs/ports.ts';
import type { JobSecrets } from '../secrets/ports.ts';
import type { RunTokens } from '../shared/access.ts';
import type { LiveLogs } from '../shared/liveLogs.ts';
import type { Clock, Log } from '../shared/ports.ts';
import type { Store, Stores } from '../shared/store.ts';
import type { BackendHealth } from './backendHealth.ts';
import type { HostPool } from './hostPool.ts';
import type { Backends, Catalog, QueueRules } from './ports.ts';

/** Between every two things that a run's way does. A test that kills the server here must lose and double nothing. */
export const schedulerSteps = [
  'picked',
  'environment-built',
  'starting-kept',
  'submitted',
  'handle-kept',
  'running-kept',
  'stop-asked',
  'end-seen',
  'output-kept',
  'artifacts-kept',
  'end-kept',
  'job-removed',
] as const;
export type SchedulerStep = (typeof schedulerSteps)[number];

export type SchedulerTiming = {
  /** How often everything is looked at even if nothing seems to have happened. */
  readonly reconcileMs: number;
  /** How often jobs of runs that have ended are looked for. */
  readonly sweepMs: number;
  /** How long after a job was not found it is looked for again. */
  readonly absenceMs: number;
  /** The first wait after a failure; it doubles up to the last. */
  readonly firstRetryMs: number;
  readonly lastRetryMs: number;
};

export const schedulerTiming: SchedulerTiming = {
  reconcileMs: 3000,
  sweepMs: 60_000,
  absenceMs: 1500,
  firstRetryMs: 500,
  lastRetryMs: 30_000,
};

/** What follows from the end of a run, kept in the same write: another attempt, say. */
export interface RunEnds {
  ended(stores: Stores, run: StoredRun): Promise<void>;
}

export type SchedulerDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly feed: EventFeed;
  readonly logs: LiveLogs;
  readonly artifacts: Pick<ArtifactStore, 'put'>;
  readonly code: Pick<CodeStore, 'entries' | 'pin'>;
  readonly catalog: Catalog;
  readonly backends: Backends;
  /** Where tiers have a choice of hosts; absent where none has. */
  readonly pool?: HostPool;
  readonly health: BackendHealth;
  readonly builds: EnvironmentBuilds;
  readonly tokens: RunTokens;
  readonly ends?: RunEnds;
  readonly jobSecrets: JobSecrets;
  readonly rules: QueueRules;
  /** Where jobs reach this server. */
  readonly url: () => string;
  readonly timing?: Partial<SchedulerTiming>;
  /** Called between every two steps; nothing in production. */
  readonly step?: (name: SchedulerStep, runId: string) => Promise<void> | void;
};
