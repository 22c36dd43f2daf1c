/**
 * Where jobs run. One contract suite (`test/contract`) runs against the fake
 * and every real backend.
 */

import type { Duplex } from 'node:stream';
import type { Person } from '../../../protocol/model/common.ts';
import type { EnvironmentDefinition } from '../../../protocol/model/environment.ts';
import type { Host, HostFacts, HostStatus } from '../../../protocol/model/host.ts';
import type { QueueInfo } from '../../../protocol/model/queueInfo.ts';
import type { RunReason } from '../../../protocol/model/run.ts';
import type { Tier } from '../../../protocol/model/tier.ts';
import type { StopReason, StoredRun } from '../runs/ports.ts';

/** A file of a code snapshot. Paths are relative, checked, with forward slashes. */
export type CodeEntry = {
  readonly path: string;
  readonly kind: 'file' | 'executable' | 'link';
  /** The content, or the target of a link (which never leaves the snapshot). */
  readonly content: Uint8Array;
};

export type EnvironmentRevisionSpec = {
  readonly environmentId: string;
  readonly revision: number;
  readonly digest: string;
  readonly definition: EnvironmentDefinition;
};

export type JobLimits = {
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly maxMinutes: number | null;
  readonly gpus?: number;
  readonly sharedMemoryMiB?: number | null;
  /** What it may write; only where the backend can hold a job to it. */
  readonly diskMiB?: number | null;
  /** Whether it may reach more than the server; absent is yes. */
  readonly internet?: boolean;
};

export type JobSpec = {
  /** Also the name: submitting the same run again finds the first job. */
  readonly runId: string;
  readonly environment: EnvironmentRevisionSpec;
  readonly command: string;
  /** Folder inside the code that the command runs in. */
  readonly folder: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Variables too, of the command alone: never in logs, in records that outlive the job, or in what an engine shows of it. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Contents of files that only the job can read; the variable of each one's name holds its path. Gone with the job. */
  readonly secretFiles?: Readonly<Record<string, string>>;
  readonly limits: JobLimits;
  /** Read once, and not at all when the job exists already, or the volume does. */
  code(): AsyncIterable<CodeEntry>;
  /**
   * A work folder that outlives the job, by an id of the server's making: the command runs in it, and the code is
   * put into it only when it is new. Beside it lies a folder for what a tool keeps for itself, told as
   * `FLYWHEEL_HOME`. At most one job at a time has it. Absent: a folder that goes with the job.
   */
  readonly volume?: string;
  /** Of the server's machine, for the command to use: each variable tells it where the program is for it. */
  readonly programs?: readonly { readonly variable: string; readonly file: string }[];
  /**
   * Names of ports that the command listens on, lower-case letters. The number is told to it as
   * `FLYWHEEL_PORT_<NAME>`; where the backend prefers a Unix socket, its path as `FLYWHEEL_SOCKET_<NAME>`, and
   * whichever of the two the command listens on is connected to. Where the backend prefers an address other than the
   * loopback one, it is `FLYWHEEL_HOST_<NAME>`. Published nowhere.
   */
  readonly ports?: readonly string[];
};

/**
 * A volume as it is now, in folders of this machine, until disposed of. Only to be read. What is no part of a save may
 * be missing from `work`, and from `home` all but the folders of packages in `venv`.
 */
export type OpenVolume = AsyncDisposable & { readonly work: string; readonly home: string };

/** Opaque, persisted; enough for the backend to find the job after a restart. */
export type JobHandle = string;

export type JobState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'running'; readonly startedAt: number }
  | {
      readonly kind: 'ended';
      readonly startedAt: number | null;
      readonly endedAt: number;
      readonly exitCode: number | null;
      readonly reason: RunReason | null;
      readonly detail: string | null;
      readonly usage: JobUsage;
    }
  /** The backend does not answer for it now; ask again. */
  | { readonly kind: 'unknown'; readonly detail: string }
  /** The backend is well and has no such job. */
  | { readonly kind: 'absent' };

export type JobUsage = { readonly cpuSeconds: number; readonly peakMemoryBytes: number };

/** One sample: CPU in cores in use since the sample before, memory in bytes now. */
export type UsageSample = { readonly at: number; readonly cpuCores: number; readonly memoryBytes: number };

export type OutputPiece =
  | { readonly kind: 'data'; readonly offset: number; readonly data: Uint8Array }
  /** Output that was dropped past the limit. */
  | { readonly kind: 'gap'; readonly offset: number; readonly bytes: number };

export type BuildOutcome =
  | { readonly ok: true; readonly lock: string; readonly python?: string | null; readonly bytes?: number | null }
  | { readonly ok: false; readonly error: string };

export type BackendProbe = {
  readonly available: boolean;
  readonly problem: string | null;
  readonly cpus: number;
  readonly memoryMiB: number;
};

export type WatchOptions = { readonly signal: AbortSignal };

export interface ComputeBackend {
  readonly id: string;
  probe(): Promise<BackendProbe>;
  /** What of a tier this host cannot give, in words; null when it fits. */
  misfit(tier: Tier): Promise<string | null>;
  /** Makes the environment usable. Concurrent calls for one digest share one build. Output goes to `log`. */
  prepare(
    revision: EnvironmentRevisionSpec,
    options: { readonly log: (data: Uint8Array) => void; readonly signal: AbortSignal },
  ): Promise<BuildOutcome>;
  /** Frees what was built for a digest, where the backend keeps that. Again is harmless. */
  discard?(digest: string): Promise<void>;
  /** Where its jobs reach the server that listens at `own`; absent where that is the same address. */
  reach?(own: string): Promise<string>;
  /** Starts the job, or finds it when it was submitted before. */
  submit(spec: JobSpec): Promise<JobHandle>;
  /** States from now on, the current one first; ends after `ended` or `absent`. */
  watch(handle: JobHandle, options: WatchOptions): AsyncIterable<JobState>;
  /**
   * Output from a byte offset on, following until the job has ended and all was read.
   * The data of a piece is good until the next one is asked for.
   */
  output(handle: JobHandle, options: WatchOptions & { readonly after: number }): AsyncIterable<OutputPiece>;
  /** Usage samples from a time on, following until the job has ended. */
  usage(handle: JobHandle, options: WatchOptions & { readonly after: number }): AsyncIterable<UsageSample>;
  /** Asks the whole process tree to end; kills it after `graceMs`. Returns when asked, not when ended. Again is harmless. */
  stop(handle: JobHandle, options: { readonly graceMs: number }): Promise<void>;
  /** Files under the given relative paths in the job's work folder, after the end. Links are not followed. */
  collect(handle: JobHandle, paths: readonly string[]): AsyncIterable<CollectedFile>;
  /** Run ids of all jobs of this server that the backend has. */
  list(): Promise<readonly string[]>;
  /** The handle of a run's job, if there is one that began or will begin; otherwise it can be submitted afresh. */
  find(runId: string): Promise<JobHandle | null>;
  /** Frees what an ended job holds. Again is harmless. */
  remove(handle: JobHandle): Promise<void>;
  /**
   * A byte stream to a port that the job was given, by its name; nothing else is reachable through it. Rejects while
   * nothing listens there. A backend without it cannot run workspaces; one with it has the volumes below too.
   */
  connect?(handle: JobHandle, port: string): Promise<Duplex>;
  /** Null when there is no such volume. It may be looked into with what that environment has, which is ready there. */
  openVolume?(volume: string, environment: EnvironmentRevisionSpec): Promise<OpenVolume | null>;
  /** For good. No job may have it. Again is harmless. */
  removeVolume?(volume: string): Promise<void>;
  /** Makes it here as it is there, whole or not at all; false where there is none, or no way from there. */
  copyVolume?(volume: string, from: ComputeBackend): Promise<boolean>;
}

export type CollectedFile = { readonly path: string; readonly bytes: number; open(): AsyncIterable<Uint8Array> };

export type Refusal = { readonly reason: RunReason; readonly detail: string };

/** What of governance keeps queued runs from starting, beside tiers and backends. */
export interface QueueRules {
  open(unfinished: readonly StoredRun[]): Promise<QueueGate>;
}

/** The rules at one look at the queue. */
export interface QueueGate {
  /** Why the run waits, in words; null when it may start. */
  waitsFor(run: StoredRun): string | null;
  /** The run starts now: it counts for those behind it. */
  started(run: StoredRun): void;
}

/** A backend that is one host of several. */
export interface HostBackend extends ComputeBackend {
  /** What its machine has, as of a few seconds ago at most. Throws when it does not answer. */
  facts(): Promise<HostFacts>;
  /** Whether the environment is ready there. */
  has(revision: EnvironmentRevisionSpec): Promise<boolean>;
}

export type ComputeHost = {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly connection: HostStatus['connection'];
  readonly backend: HostBackend;
};

/** The hosts that the catalog describes now. */
export interface ComputeHosts {
  list(): readonly ComputeHost[];
}

export type Drained = { readonly hostId: string; readonly at: number; readonly by: string };

/** Hosts that take no new runs. */
export interface HostStore {
  drained(): Promise<readonly Drained[]>;
  setDrained(hostId: string, drained: Omit<Drained, 'hostId'> | null): Promise<void>;
}

/** Puts on one of several hosts what is no run. */
export interface HostPlacement {
  /** Whether a tier of this backend is placed on one of several. */
  isPooled(backendId: string): boolean;
  /** The backend that takes it, or why none does now. Where it was before comes first, if it may. */
  place(
    tier: Tier,
    wish: { readonly environment: EnvironmentRevisionSpec; readonly near: string | null },
  ): Promise<{ readonly backend: string } | { readonly reason: string }>;
}

/** Backends by their id. */
export type Backends = { get(id: string): ComputeBackend | undefined; values(): Iterable<ComputeBackend> };

/** The scheduler as other features see it. */
export interface RunScheduler {
  /** Something may be able to start now. */
  wake(): void;
  /** Keeps that the run is to stop, and sees to it: for a person, or for a reason of the server's own. Again is harmless. */
  requestStop(runId: string, by: Person | StopReason): Promise<void>;
  /** Ends a queued run that is not to start. */
  refuse(runId: string, why: Refusal, by: Person): Promise<void>;
  /** Where a queued run stands; null for others, and before it was looked at. */
  queueInfo(runId: string): QueueInfo | null;
}

/** Whether what runs jobs can be used now, in words; null when it can. */
export interface TierHealth {
  tierProblem(tier: Tier): Promise<string | null>;
  problem(backendId: string): Promise<string | null>;
}

/** Tiers and defaults as the administrator wrote them (catalog.json), reloaded when the file changes. */
export interface Catalog {
  tiers(): readonly Tier[];
  tier(id: string): Tier | null;
  hosts(): readonly Host[];
  currency(): string;
  defaults(): {
    readonly tierId: string | null;
    readonly environmentId: string | null;
    readonly logLimitMiB: number;
    readonly stopGraceSeconds: number;
    /** Networks that webhooks may reach beside public addresses, as 10.0.0.0/8. */
    readonly webhookRanges: readonly string[];
  };
  /** Why the newest file is not in force, with its line; null when it is. */
  problem(): string | null;
  onChange(listener: () => void): () => void;
}
