/**
 * The settings of a job's container, generated whole: what people write reaches
 * it as the command, as values of variables and as sizes, never as a setting
 * of the engine. Pure; a test holds the result.
 */
import type { ContainerCreateOptions, HostConfig } from 'dockerode';
import type { JobLimits } from '../../domain/compute/ports.ts';
import { environmentText, jobPaths, jobScript, jobUser } from './jobScript.ts';

export const labels = {
  server: 'flywheel.server',
  run: 'flywheel.run',
  folder: 'flywheel.folder',
  maxMinutes: 'flywheel.max-minutes',
  memoryMiB: 'flywheel.memory-mib',
  gpus: 'flywheel.gpus',
  digest: 'flywheel.environment',
  relay: 'flywheel.relay',
} as const;

/** The name under which jobs find the server, where it is on the engine's own machine. */
export const serverName = 'flywheel.internal';

export type ContainerPlan = {
  readonly name: string;
  readonly serverId: string;
  readonly runId: string;
  readonly image: string;
  readonly command: string;
  readonly folder: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly limits: JobLimits;
  /** The line that ends the secrets. */
  readonly lastLine: string;
  readonly network: { readonly name: string; readonly gateway: string };
  readonly logLimitMiB: number;
  /** The devices that are this job's, by id, and whether the engine hands them over or only names them. */
  readonly gpus: { readonly ids: readonly string[]; readonly driver: 'nvidia' | 'named' };
  readonly readOnlySystem: boolean;
  /** Whether the engine can hold a container to a size on disk. */
  readonly diskQuota: boolean;
};

const mebibyte = 1024 * 1024;
/** Engines before 23 lose track of a log that is read while they change files, so that must be rare. */
const logFiles = 2;
const mostProcesses = 4096;

export function containerSettings(plan: ContainerPlan): ContainerCreateOptions {
  return {
    name: plan.name,
    Image: plan.image,
    User: `${jobUser.uid}:${jobUser.gid}`,
    WorkingDir: jobPaths.volume,
    Entrypoint: ['/bin/sh'],
    Cmd: ['-c', jobScript, 'flywheel', plan.lastLine, plan.folder, plan.command],
    Env: environmentText(variablesOf(plan)),
    Labels: labelsOf(plan),
    Healthcheck: { Test: ['NONE'] },
    StopSignal: 'SIGTERM',
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: false,
    AttachStderr: false,
    Tty: false,
    HostConfig: hostConfigOf(plan),
  };
}

function hostConfigOf(plan: ContainerPlan): HostConfig {
  const { limits, network, gpus } = plan;
  const memory = limits.memoryMiB * mebibyte;
  const shared = limits.sharedMemoryMiB ?? Math.max(64, Math.floor(limits.memoryMiB / 2));
  return {
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    Privileged: false,
    ReadonlyRootfs: plan.readOnlySystem,
    PidsLimit: mostProcesses,
    Memory: memory,
    MemorySwap: memory,
    NanoCpus: Math.round(limits.cpus * 1e9),
    ShmSize: shared * mebibyte,
    IpcMode: 'private',
    NetworkMode: network.name,
    ExtraHosts: [`${serverName}:${network.gateway}`],
    RestartPolicy: { Name: 'no' },
    AutoRemove: false,
    Tmpfs: {
      [jobPaths.memory]: `rw,noexec,nosuid,nodev,size=1m,mode=0700,uid=${jobUser.uid},gid=${jobUser.gid}`,
      '/tmp': `rw,nosuid,nodev,size=${Math.max(64, Math.floor(limits.memoryMiB / 4))}m,mode=1777`,
    },
    Mounts: [{ Type: 'volume', Source: '', Target: jobPaths.volume, VolumeOptions: volumeOptions(plan) }],
    // Kept as it was written, byte by byte, unlike what the engine keeps by default.
    LogConfig: {
      Type: 'local',
      Config: { 'max-size': `${Math.max(1, Math.floor(plan.logLimitMiB / logFiles))}m`, 'max-file': String(logFiles) },
    },
    ...(gpus.ids.length > 0 && gpus.driver === 'nvidia' && { DeviceRequests: [deviceRequest(gpus.ids)] }),
    ...(plan.diskQuota && limits.diskMiB && { StorageOpt: { size: `${limits.diskMiB}m` } }),
  };
}

function volumeOptions(plan: ContainerPlan) {
  const { serverId, runId } = plan;
  const isHeld = plan.diskQuota && plan.limits.diskMiB;
  const size: Record<string, string> = isHeld ? { size: `${plan.limits.diskMiB}m` } : {};
  return {
    NoCopy: true,
    Labels: { [labels.server]: serverId, [labels.run]: runId },
    DriverConfig: { Name: 'local', Options: size },
  };
}

function deviceRequest(ids: readonly string[]) {
  const isListed = ids.every((id) => id.startsWith('nvidia.com/gpu='));
  return { Driver: isListed ? 'cdi' : 'nvidia', DeviceIDs: [...ids], Capabilities: [['gpu']] };
}

function labelsOf({ serverId, runId, folder, limits, gpus }: ContainerPlan): Record<string, string> {
  return {
    [labels.server]: serverId,
    [labels.run]: runId,
    [labels.folder]: folder,
    [labels.memoryMiB]: String(limits.memoryMiB),
    ...(limits.maxMinutes !== null && { [labels.maxMinutes]: String(limits.maxMinutes) }),
    ...(gpus.ids.length > 0 && { [labels.gpus]: gpus.ids.join(',') }),
  };
}

const threadCounts = ['OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'NUMEXPR_NUM_THREADS'];

/** A library that counts the machine's processors would start far more threads than it has processors. */
function variablesOf({ limits, variables, gpus }: ContainerPlan): Readonly<Record<string, string>> {
  const threads = String(Math.max(1, Math.floor(limits.cpus)));
  return {
    HOME: `${jobPaths.volume}/home`,
    TMPDIR: `${jobPaths.volume}/tmp`,
    USER: 'flywheel',
    LOGNAME: 'flywheel',
    ...Object.fromEntries(threadCounts.map((name) => [name, threads])),
    ...(gpus.ids.length > 0 && { NVIDIA_VISIBLE_DEVICES: gpus.ids.join(',') }),
    ...variables,
  };
}
