/** What an engine says of its machine. Parsed here; nothing else reads the engine's own words. */
import { statfs } from 'node:fs/promises';
import type { HostFacts } from '../../../protocol/model/host.ts';
import type { Engine } from './engine.ts';

type Resource = {
  readonly NamedResourceSpec?: { readonly Kind: string; readonly Value: string };
  readonly DiscreteResourceSpec?: { readonly Kind: string; readonly Value: number };
};

type Info = {
  readonly ServerVersion?: string;
  readonly NCPU?: number;
  readonly MemTotal?: number;
  readonly GenericResources?: readonly Resource[] | null;
  readonly Runtimes?: Readonly<Record<string, unknown>>;
  readonly LiveRestoreEnabled?: boolean;
  readonly Swarm?: { readonly LocalNodeState?: string };
  readonly DockerRootDir?: string;
  readonly DiscoveredDevices?: readonly { readonly Source: string; readonly ID: string }[] | null;
};

const mebibyte = 1024 * 1024;

export async function probeEngine(engine: Engine): Promise<HostFacts> {
  const info = (await engine.ask((docker) => docker.info())) as Info;
  const { ServerVersion = 'unknown', NCPU = 0, MemTotal = 0, DockerRootDir = '' } = info;
  return {
    ...gpusOf(info),
    version: ServerVersion,
    cpus: NCPU,
    memoryMiB: Math.floor(MemTotal / mebibyte),
    liveRestore: info.LiveRestoreEnabled === true,
    swarm: info.Swarm?.LocalNodeState === 'active',
    freeDiskMiB: engine.address.kind === 'local' ? await freeDisk(DockerRootDir) : null,
  };
}

/** As the administrator named them to the engine; else as their driver lists them. */
function gpusOf({ GenericResources, DiscoveredDevices, Runtimes }: Info) {
  const named = (GenericResources ?? []).flatMap(namesOf);
  const listed = (DiscoveredDevices ?? []).filter(({ Source }) => Source === 'cdi').map(({ ID }) => ID);
  const cdi = listed.filter((id) => /^nvidia\.com\/gpu=(?!all$)/.test(id));
  const gpuDriver: HostFacts['gpuDriver'] =
    (named.length === 0 && cdi.length > 0) || (Runtimes && 'nvidia' in Runtimes) ? 'nvidia' : 'named';
  const gpus = named.length > 0 ? named.map(({ id }) => id) : cdi;
  return { gpus, gpuDriver, gpuKinds: [...new Set(named.map(({ kind }) => kind))] };
}

function namesOf({ NamedResourceSpec: named, DiscreteResourceSpec: discrete }: Resource) {
  if (named) return isGpu(named.Kind) ? [{ id: named.Value, kind: named.Kind }] : [];
  if (!discrete || !isGpu(discrete.Kind)) return [];
  return Array.from({ length: discrete.Value }, (_, index) => ({ id: String(index), kind: discrete.Kind }));
}

function isGpu(kind: string): boolean {
  return /gpu/i.test(kind);
}

async function freeDisk(folder: string): Promise<number | null> {
  return statfs(folder).then(
    ({ bavail, bsize }) => Math.floor((bavail * bsize) / mebibyte),
    () => null,
  );
}
