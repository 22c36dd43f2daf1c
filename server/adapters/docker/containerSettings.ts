/**
 * The settings of a job's container, generated whole: what people write reaches
 * it as the command, as values of variables and as sizes, never as a setting
 * of the engine. Pure; a test holds the result.
 */
import type { ContainerCreateOptions, HostConfig } from 'dockerode';
import type { JobLimits } from '../../domain/compute/ports.ts';
import { environmentText, jobPaths, jobScript, jobUser, workFolderOf } from './jobScript.ts';
import { portsLabel, portVariables } from './portNumbers.ts';
import { withTunnel } from './tunnel.ts';

export const labels = {
  server: 'flywheel.server',
  run: 'flywheel.run',
  folder: 'flywheel.folder',
  maxMinutes: 'flywheel.max-minutes',
  memoryMiB: 'flywheel.memory-mib',
  gpus: 'flywheel.gpus',
  digest: 'flywheel.environment',
  relay: 'flywheel.relay',
  volume: 'flywheel.volume',
  ports: 'flywheel.ports',
  program: 'flywheel.program',
  /** Of containers that only look into a volume. */
  look: 'flywheel.look',
} as const;

/** The name under which jobs find the server, where it is on the engine's own machine. */
export const serverName = 'flywheel.internal';

/** A program of the server's machine, in a volume that the job has under `folder`. */
export type BroughtProgram = {
  /** Of the job: it holds the path of the program. */
  readonly variable: string;
  readonly volume: string;
  readonly folder: string;
  readonly path: string;
};

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
  /** That outlives the job: its id, and the engine's name for it. */
  readonly volume?: { readonly id: string; readonly name: string };
  /** Of the server's machine, each in a volume. */
  readonly programs: readonly BroughtProgram[];
  /** Names of ports that the command may listen on. */
  readonly ports: readonly string[];
  /** Where it is to listen if it can choose: where the server reaches it soonest. */
  readonly listenOn: string;
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
    Cmd: ['-c', jobScript, 'flywheel', plan.lastLine, folderOf(plan), withTunnel(plan.command, plan.ports)],
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
    Mounts: mountsOf(plan),
    // Kept as it was written, byte by byte, unlike what the engine keeps by default.
    LogConfig: {
      Type: 'local',
      Config: { 'max-size': `${Math.max(1, Math.floor(plan.logLimitMiB / logFiles))}m`, 'max-file': String(logFiles) },
    },
    ...(gpus.ids.length > 0 && gpus.driver === 'nvidia' && { DeviceRequests: [deviceRequest(gpus.ids)] }),
    ...(plan.diskQuota && limits.diskMiB && { StorageOpt: { size: `${limits.diskMiB}m` } }),
  };
}

function folderOf({ volume, folder }: ContainerPlan): string {
  return `${workFolderOf(volume?.id)}${folder === '' ? '' : `/${folder}`}`;
}

/** The job's own, and one that outlives it. The engine makes what is not there. */
function mountsOf(plan: ContainerPlan): NonNullable<HostConfig['Mounts']> {
  const { serverId, runId, volume, programs } = plan;
  const brought = programs.map(({ volume: Source, folder: Target }) => ({
    ...{ Type: 'volume' as const, Source, Target, ReadOnly: true },
    VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: 'local', Options: {} } },
  }));
  const own = { [labels.server]: serverId, [labels.run]: runId };
  const ownMount = { Source: '', Target: jobPaths.volume, VolumeOptions: volumeOptions(plan, own) };
  if (volume === undefined) return [{ Type: 'volume', ...ownMount }, ...brought];
  const kept = { [labels.server]: serverId, [labels.volume]: volume.id };
  const keptMount = { Source: volume.name, Target: jobPaths.kept, VolumeOptions: volumeOptions(plan, kept) };
  return [{ Type: 'volume', ...ownMount }, { Type: 'volume', ...keptMount }, ...brought];
}

function volumeOptions(plan: ContainerPlan, given: Record<string, string>) {
  const isHeld = plan.diskQuota && plan.limits.diskMiB;
  const size: Record<string, string> = isHeld ? { size: `${plan.limits.diskMiB}m` } : {};
  return {
    NoCopy: true,
    Labels: given,
    DriverConfig: { Name: 'local', Options: size },
  };
}

function deviceRequest(ids: readonly string[]) {
  const isListed = ids.every((id) => id.startsWith('nvidia.com/gpu='));
  return { Driver: isListed ? 'cdi' : 'nvidia', DeviceIDs: [...ids], Capabilities: [['gpu']] };
}

function labelsOf({ serverId, runId, folder, limits, gpus, volume, ports }: ContainerPlan): Record<string, string> {
  return {
    [labels.server]: serverId,
    [labels.run]: runId,
    [labels.folder]: folder,
    [labels.memoryMiB]: String(limits.memoryMiB),
    ...(limits.maxMinutes !== null && { [labels.maxMinutes]: String(limits.maxMinutes) }),
    ...(gpus.ids.length > 0 && { [labels.gpus]: gpus.ids.join(',') }),
    ...(volume !== undefined && { [labels.volume]: volume.id }),
    ...(ports.length > 0 && { [labels.ports]: portsLabel(ports) }),
  };
}

const threadCounts = ['OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'NUMEXPR_NUM_THREADS'];

/** A library that counts the machine's processors would start far more threads than it has processors. */
function variablesOf(plan: ContainerPlan): Readonly<Record<string, string>> {
  const { limits, variables, gpus, volume, ports, listenOn, programs } = plan;
  const threads = String(Math.max(1, Math.floor(limits.cpus)));
  return {
    HOME: `${volume === undefined ? jobPaths.volume : jobPaths.kept}/home`,
    TMPDIR: `${jobPaths.volume}/tmp`,
    USER: 'flywheel',
    LOGNAME: 'flywheel',
    ...Object.fromEntries(threadCounts.map((name) => [name, threads])),
    ...(gpus.ids.length > 0 && { NVIDIA_VISIBLE_DEVICES: gpus.ids.join(',') }),
    ...(volume !== undefined && { FLYWHEEL_HOME: `${jobPaths.kept}/home` }),
    ...portVariables(ports, listenOn),
    ...Object.fromEntries(programs.map(({ variable, path }) => [variable, path])),
    ...variables,
  };
}
