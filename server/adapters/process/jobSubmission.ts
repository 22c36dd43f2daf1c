/**
 * Turns a job spec into a job folder and starts its supervisor. The folder
 * appears whole or not at all, and the supervisor claims the job before the
 * command starts: however often this is repeated, the command starts once.
 */
import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { JobSpec } from '../../domain/compute/ports.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import { jobEnvironment } from './baseEnvironment.ts';
import { draftPrefix } from './clearing.ts';
import { checkWorkFolder, writeCodeTree } from './codeTree.ts';
import {
  claimRecord,
  hasCode,
  type JobRecord,
  jobFiles,
  readRecord,
  type SpecRecord,
  writeRecord,
} from './jobFolder.ts';
import { declareGone } from './jobFollower.ts';
import { portVariables, takePorts } from './jobPorts.ts';
import { isDiskFull } from './spool.ts';
import { useVolume, volumeVariables } from './volumes.ts';

/** Kept beside the job folders; a dot keeps it apart from run ids. */
const compileCache = '.compiled';

export type SubmissionOptions = {
  readonly jobsFolder: string;
  readonly volumesFolder: string;
  readonly logLimitMiB: number;
  /** What the machine has for this job. */
  readonly cpuSet: readonly number[] | null;
  readonly virtualEnvironment: string | null;
};

export function jobFolderOf(jobsFolder: string, runId: string): string {
  if (!/^[a-zA-Z0-9][\w-]{0,255}$/.test(runId))
    throw new DomainError('invalid-input', 'The run id is not usable.', { field: 'runId' });
  return join(jobsFolder, runId);
}

/** Whether a supervisor has the job: from then on nothing about it can change. */
export async function isClaimed(folder: string): Promise<boolean> {
  return existsSync(join(folder, jobFiles.claim));
}

/** Takes a job that no supervisor has, so that none ever will; false when one was faster. */
export async function withdraw(folder: string): Promise<boolean> {
  return claimRecord(folder, jobFiles.claim, { pid: 0, born: '' });
}

export async function submitJob(spec: JobSpec, options: SubmissionOptions): Promise<void> {
  const folder = jobFolderOf(options.jobsFolder, spec.runId);
  if (await isClaimed(folder)) return;
  if (!existsSync(folder)) await makeFolder(folder, spec, options);
  else await renewSpec(folder, spec, options);
  await startSupervisor(folder, options.jobsFolder);
}

/** A job that was written but never begun: what has changed since, such as its token, is renewed. */
async function renewSpec(folder: string, spec: JobSpec, options: SubmissionOptions): Promise<void> {
  const job = await readRecord<JobRecord>(folder, jobFiles.job);
  if (job) await writeRecord(folder, jobFiles.spec, specRecord(spec, options, job));
}

async function makeFolder(folder: string, spec: JobSpec, options: SubmissionOptions): Promise<void> {
  const draft = join(options.jobsFolder, `${draftPrefix}${spec.runId}-${process.pid}-${randomUUID().slice(0, 8)}`);
  try {
    await mkdir(join(draft, jobFiles.output), { recursive: true, mode: 0o700 });
    const { cpuSet } = options;
    const ports = await takePorts(spec.ports ?? []);
    const job: JobRecord = { folder: spec.folder, submittedAt: Date.now(), mark: randomUUID(), cpuSet, ports };
    await allDone([
      writeCode(join(draft, jobFiles.code), spec, options),
      promisify(execFile)('mkfifo', ['-m', '600', join(draft, jobFiles.pipe)]),
      writeRecord(draft, jobFiles.job, job),
      writeRecord(draft, jobFiles.spec, specRecord(spec, options, job)),
    ]);
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another call was faster: its folder is as good.
    if (hasCode(error, 'ENOTEMPTY') || hasCode(error, 'EEXIST')) return;
    if (isDiskFull(error)) {
      throw new DomainError('storage-full', 'The disk for jobs is full.', {
        remedy: 'Free some space and launch again.',
        cause: error,
      });
    }
    throw error;
  }
}

/** Waits for all, also when one fails: nobody must still write into what is then removed. */
async function allDone(work: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

async function writeCode(root: string, spec: JobSpec, { volumesFolder }: SubmissionOptions): Promise<void> {
  if (spec.volume === undefined) await writeCodeTree(root, spec.code());
  else await useVolume(root, { volumesFolder, volume: spec.volume, code: () => spec.code() });
  await checkWorkFolder(root, spec.folder);
}

function specRecord(
  { runId, command, folder, limits, volume, secretFiles = {}, ...spec }: JobSpec,
  options: SubmissionOptions,
  { mark, ports = {} }: JobRecord,
): SpecRecord {
  const { cpuSet, virtualEnvironment, logLimitMiB } = options;
  const { cpus, memoryMiB, maxMinutes } = limits;
  const secretsFolder = join(jobFolderOf(options.jobsFolder, runId), jobFiles.secrets);
  const paths = Object.fromEntries(Object.keys(secretFiles).map((name) => [name, join(secretsFolder, name)]));
  const places = { ...portVariables(ports), ...volumeVariables(options.volumesFolder, volume) };
  const programs = Object.fromEntries((spec.programs ?? []).map(({ variable, file }) => [variable, file]));
  const variables = { ...spec.variables, ...programs, ...paths, ...spec.secrets, ...places };
  return {
    command,
    variables: jobEnvironment({ variables, cpus, virtualEnvironment }),
    secretFiles,
    shell: existsSync('/bin/bash') ? '/bin/bash' : '/bin/sh',
    folder,
    memoryMiB,
    maxMinutes,
    cpuSet,
    logLimitMiB,
    mark,
  };
}

async function startSupervisor(folder: string, jobsFolder: string): Promise<void> {
  const log = await open(join(folder, jobFiles.supervisorLog), 'a', 0o600);
  try {
    const child = spawn(process.execPath, [supervisorFile(), folder], {
      cwd: folder,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: supervisorEnvironment(jobsFolder),
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.once('exit', () => void endIfUnclaimed(folder));
    child.unref();
  } finally {
    await log.close();
  }
}

/** One that could not even begin, for instance because its program is damaged. */
async function endIfUnclaimed(folder: string): Promise<void> {
  if (!existsSync(folder) || (await isClaimed(folder))) return;
  await declareGone(folder, 'Its supervisor could not start; supervisor.log in the job folder says why.').catch(
    () => undefined,
  );
}

/** The source beside this file, or the bundle beside the bundled server. */
function supervisorFile(): string {
  return fileURLToPath(new URL(`./supervisor${extname(new URL(import.meta.url).pathname)}`, import.meta.url));
}

/** None of the server's secrets. Compiling the sources once for all supervisors halves their start. */
function supervisorEnvironment(jobsFolder: string): NodeJS.ProcessEnv {
  const { PATH, ELECTRON_RUN_AS_NODE } = process.env;
  const cache = { NODE_COMPILE_CACHE: join(jobsFolder, compileCache) };
  return ELECTRON_RUN_AS_NODE === undefined ? { PATH, ...cache } : { PATH, ...cache, ELECTRON_RUN_AS_NODE };
}
