/**
 * Jobs as processes of this machine, each with a supervisor that outlives the
 * server. All that is known about a job lies in its folder; this class holds
 * nothing that a new one could not find there. A handle is the run id.
 */
import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { Tier } from '../../../protocol/model/tier.ts';
import type {
  BackendProbe,
  BuildOutcome,
  CollectedFile,
  ComputeBackend,
  EnvironmentRevisionSpec,
  JobHandle,
  JobSpec,
  JobState,
  OpenVolume,
  OutputPiece,
  UsageSample,
  WatchOptions,
} from '../../domain/compute/ports.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import type { Log } from '../../domain/shared/ports.ts';
import { discardPrefix, removeFolder, sweepLeftovers } from './clearing.ts';
import { collectFiles } from './collectFiles.ts';
import { CpuAllotment } from './cpuAllotment.ts';
import { misfitOf, pinnableCpus, probeHost } from './hostLimits.ts';
import { isMissing, type JobRecord, jobFiles, readRecord, writeRecord } from './jobFolder.ts';
import { followOutput, followStates, followUsage, readJobState } from './jobFollower.ts';
import { connectToPort, dropPorts } from './jobPorts.ts';
import { isClaimed, jobFolderOf, submitJob, withdraw } from './jobSubmission.ts';
import { PythonEnvironments } from './pythonEnvironments.ts';
import { openVolume, removeVolume } from './volumes.ts';

export type ProcessBackendOptions = {
  readonly jobsFolder: string;
  readonly environmentsFolder: string;
  /** Work folders that outlive their jobs. */
  readonly volumesFolder: string;
  /** How much output of a job is kept until the server has fetched it. */
  readonly logLimitMiB: number;
  readonly log: Log;
};

export function createProcessBackend(options: ProcessBackendOptions): ComputeBackend {
  return new ProcessBackend(options);
}

class ProcessBackend implements ComputeBackend {
  readonly id = 'process';
  readonly #options: ProcessBackendOptions;
  readonly #environments: PythonEnvironments;
  readonly #allotment = new CpuAllotment();
  readonly #submitting = new Map<string, Promise<JobHandle>>();
  /** By this object: their supervisors are on their way even where they have not begun. */
  readonly #submitted = new Set<JobHandle>();
  #opened: Promise<readonly number[]> | null = null;

  constructor(options: ProcessBackendOptions) {
    this.#options = options;
    this.#environments = new PythonEnvironments(options.environmentsFolder);
  }

  async probe(): Promise<BackendProbe> {
    return probeHost();
  }

  async misfit(tier: Tier): Promise<string | null> {
    return misfitOf(tier);
  }

  prepare(
    revision: EnvironmentRevisionSpec,
    options: { readonly log: (data: Uint8Array) => void; readonly signal: AbortSignal },
  ): Promise<BuildOutcome> {
    return this.#environments.prepare(revision, options);
  }

  discard(digest: string): Promise<void> {
    return this.#environments.discard(digest);
  }

  submit(spec: JobSpec): Promise<JobHandle> {
    const other = this.#submitting.get(spec.runId);
    if (other) return other;
    const submitted = this.#submit(spec).finally(() => this.#submitting.delete(spec.runId));
    this.#submitting.set(spec.runId, submitted);
    return submitted;
  }

  watch(handle: JobHandle, options: WatchOptions): AsyncIterable<JobState> {
    return this.#watch(handle, options);
  }

  output(handle: JobHandle, options: WatchOptions & { readonly after: number }): AsyncIterable<OutputPiece> {
    return followOutput(this.#folder(handle), options);
  }

  usage(handle: JobHandle, options: WatchOptions & { readonly after: number }): AsyncIterable<UsageSample> {
    return followUsage(this.#folder(handle), options);
  }

  async stop(handle: JobHandle, { graceMs }: { readonly graceMs: number }): Promise<void> {
    const folder = this.#folder(handle);
    const { kind } = await readJobState(folder);
    if (kind !== 'ended' && kind !== 'absent') await writeRecord(folder, jobFiles.stop, { graceMs });
  }

  async *collect(handle: JobHandle, paths: readonly string[]): AsyncIterable<CollectedFile> {
    const root = this.#folder(handle);
    const job = await readRecord<JobRecord>(root, jobFiles.job);
    if (!job) return;
    const base = job.folder === '' ? jobFiles.code : `${jobFiles.code}/${job.folder}`;
    yield* collectFiles({ root, base }, paths);
  }

  async list(): Promise<readonly string[]> {
    await this.#open();
    return (await readdir(this.#options.jobsFolder)).filter((name) => !name.startsWith('.'));
  }

  /** A job that was written but never begun is none: it is withdrawn, so that it can be submitted afresh. */
  async find(runId: string): Promise<JobHandle | null> {
    const folder = this.#folder(runId);
    if (!(await exists(folder))) return null;
    if (this.#submitted.has(runId) || (await isClaimed(folder))) return runId;
    if (!(await withdraw(folder))) return runId;
    await this.#discard(runId);
    return null;
  }

  async remove(handle: JobHandle): Promise<void> {
    const folder = this.#folder(handle);
    const { kind } = await readJobState(folder);
    if (kind === 'absent') return;
    if (kind !== 'ended') {
      throw new DomainError('wrong-state', 'The job has not ended.', { remedy: 'Stop it first.' });
    }
    this.#allotment.release(handle);
    this.#submitted.delete(handle);
    await this.#discard(handle);
  }

  async connect(handle: JobHandle, port: string): Promise<Duplex> {
    return connectToPort(this.#folder(handle), port);
  }

  openVolume(volume: string): Promise<OpenVolume | null> {
    return openVolume(this.#options.volumesFolder, volume);
  }

  removeVolume(volume: string): Promise<void> {
    return removeVolume(this.#options.volumesFolder, volume);
  }

  /** Renamed first: a removal that is interrupted leaves no half a job. */
  async #discard(runId: string): Promise<void> {
    const discarded = join(this.#options.jobsFolder, `${discardPrefix}${runId}-${randomUUID().slice(0, 8)}`);
    await dropPorts((await readRecord<JobRecord>(this.#folder(runId), jobFiles.job)) ?? {});
    try {
      await rename(this.#folder(runId), discarded);
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    await removeFolder(discarded);
  }

  async #submit(spec: JobSpec): Promise<JobHandle> {
    const all = await this.#open();
    const { jobsFolder, volumesFolder, logLimitMiB } = this.#options;
    if (await isClaimed(this.#folder(spec.runId))) return spec.runId;
    const cpuSet = this.#allotment.take(spec.runId, { wanted: spec.limits.cpus, all });
    try {
      const virtualEnvironment = await this.#virtualEnvironment(spec);
      await submitJob(spec, { jobsFolder, volumesFolder, logLimitMiB, cpuSet, virtualEnvironment });
      this.#submitted.add(spec.runId);
    } catch (error) {
      this.#allotment.release(spec.runId);
      throw error;
    }
    return spec.runId;
  }

  async #virtualEnvironment({ environment }: JobSpec): Promise<string | null> {
    if (environment.definition.kind === 'system') return null;
    const found = await this.#environments.find(environment.digest);
    if (found !== null) return found;
    throw new DomainError('wrong-state', `The environment ${environment.environmentId} is not built on this machine.`);
  }

  async *#watch(handle: JobHandle, options: WatchOptions): AsyncGenerator<JobState> {
    for await (const state of followStates(this.#folder(handle), options)) {
      if (state.kind === 'ended' || state.kind === 'absent') this.#allotment.release(handle);
      yield state;
    }
  }

  #folder(handle: JobHandle): string {
    return jobFolderOf(this.#options.jobsFolder, handle);
  }

  /** Once: makes the folder, clears what was left half done, and answers the processors that jobs can be held to. */
  #open(): Promise<readonly number[]> {
    this.#opened ??= this.#takeOver().catch((error: unknown) => {
      this.#opened = null;
      throw error;
    });
    return this.#opened;
  }

  async #takeOver(): Promise<readonly number[]> {
    const { jobsFolder, log } = this.#options;
    await mkdir(jobsFolder, { recursive: true, mode: 0o700 });
    await sweepLeftovers(jobsFolder);
    for (const runId of await readdir(jobsFolder)) {
      if (runId.startsWith('.')) continue;
      const [job, exit] = await Promise.all([
        readRecord<JobRecord>(join(jobsFolder, runId), jobFiles.job),
        readRecord(join(jobsFolder, runId), jobFiles.exit),
      ]);
      if (job && !exit) this.#allotment.keep(runId, job.cpuSet);
    }
    const cpus = await pinnableCpus();
    log.debug('jobs run as processes', { jobsFolder, pinnableCpus: cpus.length });
    return cpus;
  }
}

async function exists(folder: string): Promise<boolean> {
  try {
    await lstat(folder);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
