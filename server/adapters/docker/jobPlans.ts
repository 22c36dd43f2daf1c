/** What a job's container is to be, from the job's spec and what its host has. */
import { randomUUID } from 'node:crypto';
import type { JobSpec } from '../../domain/compute/ports.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import { type ContainerPlan, labels } from './containerSettings.ts';
import type { EngineImages } from './engineImages.ts';
import type { JobContainers } from './jobContainers.ts';
import type { JobNetworks } from './jobNetworks.ts';
import type { JobPorts } from './jobPorts.ts';
import type { JobPrograms } from './jobPrograms.ts';
import type { JobVolumes } from './jobVolumes.ts';
import type { KnownFacts } from './knownFacts.ts';

export type JobPlansOptions = {
  readonly name: string;
  readonly serverId: string;
  readonly diskQuota: boolean;
  readonly logLimitMiB: number;
  readonly containers: JobContainers;
  readonly images: EngineImages;
  readonly networks: JobNetworks;
  readonly volumes: JobVolumes;
  readonly programs: JobPrograms;
  readonly ports: JobPorts;
  readonly facts: KnownFacts;
};

export class JobPlans {
  readonly #options: JobPlansOptions;

  constructor(options: JobPlansOptions) {
    this.#options = options;
  }

  async plan(spec: JobSpec): Promise<ContainerPlan> {
    const { containers, images, networks, volumes, programs, ports } = this.#options;
    const { serverId, logLimitMiB, diskQuota } = this.#options;
    const [image, network] = await Promise.all([
      images.imageOf(spec.environment),
      networks.network(spec.limits.internet === false ? 'closed' : 'open'),
    ]);
    return {
      ...{ name: containers.nameOf(spec.runId), serverId, logLimitMiB, diskQuota },
      runId: spec.runId,
      image: image.name,
      readOnlySystem: image.readOnlySystem,
      command: spec.command,
      folder: spec.folder,
      variables: spec.variables,
      limits: spec.limits,
      lastLine: `# ${randomUUID()}`,
      network,
      gpus: await this.#gpus(spec.limits.gpus ?? 0),
      ...(spec.volume !== undefined && { volume: { id: spec.volume, name: volumes.nameOf(spec.volume) } }),
      programs: await programs.bring(spec.programs ?? []),
      ports: spec.ports ?? [],
      listenOn: ports.listenOn,
    };
  }

  /** Those that no other job of ours has. */
  async #gpus(count: number): Promise<ContainerPlan['gpus']> {
    if (count === 0) return { ids: [], driver: 'named' };
    const { name, facts, containers } = this.#options;
    const [{ gpus, gpuDriver }, jobs] = await Promise.all([facts.get(), containers.list()]);
    const running = jobs.filter(({ State }) => State === 'running' || State === 'created');
    const taken = new Set(running.flatMap(({ Labels }) => (Labels[labels.gpus] ?? '').split(',')));
    const ids = gpus.filter((id) => !taken.has(id)).slice(0, count);
    if (ids.length === count) return { ids, driver: gpuDriver };
    const text = `The Docker host ${name} has ${ids.length} free GPU(s); the job needs ${count}.`;
    throw new DomainError('backend-unavailable', text);
  }
}
