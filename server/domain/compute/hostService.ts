/** The `compute` entries: the hosts with what is on them, and draining one. */
import type { DrainInput, HostFacts, HostStatus } from '../../../protocol/model/host.ts';
import type { EventFeed } from '../events/ports.ts';
import type { Call } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { actorOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import { requireFullScope } from '../shared/scope.ts';
import type { Store } from '../shared/store.ts';
import type { HostPool } from './hostPool.ts';
import type { Candidate } from './placement.ts';
import type { ComputeHost, ComputeHosts, Drained, RunScheduler } from './ports.ts';

export type HostServiceDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly hosts: ComputeHosts;
  readonly pool: HostPool;
  readonly scheduler: Pick<RunScheduler, 'wake'>;
};

export class HostService {
  readonly #deps: HostServiceDependencies;

  constructor(deps: HostServiceDependencies) {
    this.#deps = deps;
  }

  async hosts(_input: unknown, { caller }: Call): Promise<readonly HostStatus[]> {
    requireFullScope(caller, 'see hosts');
    return this.#statuses();
  }

  async drain({ hostId, drain }: DrainInput, { caller }: Call): Promise<HostStatus> {
    const { store, clock, feed, scheduler, hosts } = this.#deps;
    if (!hosts.list().some(({ id }) => id === hostId)) throw noHost(hostId);
    const at = clock.now();
    await store.write(async (stores) => {
      const isDrained = (await stores.hosts.drained()).some((each) => each.hostId === hostId);
      if (isDrained === drain) return;
      await stores.hosts.setDrained(hostId, drain ? { at, by: caller.userName } : null);
      const type = drain ? 'host.drained' : 'host.opened';
      await stores.events.append({ type, actor: actorOf(caller), subject: { hostId }, at });
    });
    feed.committed();
    scheduler.wake();
    const status = (await this.#statuses()).find(({ id }) => id === hostId);
    if (status === undefined) throw noHost(hostId);
    return status;
  }

  async #statuses(): Promise<readonly HostStatus[]> {
    const { store, hosts, pool } = this.#deps;
    const { unfinished, drained } = await store.read(async (stores) => ({
      unfinished: await stores.runs.unfinished(),
      drained: new Map((await stores.hosts.drained()).map((each) => [each.hostId, each])),
    }));
    const { candidates } = await pool.survey(unfinished);
    return hosts.list().flatMap((host) => {
      const candidate = candidates.find(({ id }) => id === host.backend.id);
      const placed = unfinished.filter(
        ({ state, launch }) => state !== 'queued' && launch?.backend === host.backend.id,
      );
      return candidate
        ? [statusOf(host, { candidate, drained: drained.get(host.id) ?? null, runs: placed.length })]
        : [];
    });
  }
}

function noHost(hostId: string): DomainError {
  return new DomainError('not-found', `The catalog has no host ${hostId}.`, {
    field: 'hostId',
    remedy: 'Choose one of the list of hosts.',
  });
}

type Situation = { readonly candidate: Candidate; readonly drained: Drained | null; readonly runs: number };

function statusOf(host: ComputeHost, { candidate, drained, runs }: Situation): HostStatus {
  const { id, name, connection, labels } = host;
  const { facts, problem, load } = candidate;
  return {
    id,
    name,
    connection,
    labels,
    drained: drained === null ? null : { at: drained.at, by: drained.by },
    facts,
    problem,
    advice: facts === null ? [] : adviceOf(facts),
    runs,
    cpusTaken: load.cpus,
    memoryMiBTaken: load.memoryMiB,
    gpusTaken: load.gpus,
  };
}

const littleDiskMiB = 5 * 1024;

function adviceOf(facts: HostFacts): readonly string[] {
  const restore = facts.swarm
    ? 'No live-restore in a swarm: jobs end with a restart of the engine.'
    : 'No live-restore: jobs end with a restart of the engine. Set "live-restore": true in its daemon.json.';
  const disk = `It has ${facts.freeDiskMiB} MiB of disk left.`;
  const gpus = 'No NVIDIA runtime: containers are told which GPUs are theirs, and are not given them.';
  return [
    ...(facts.liveRestore ? [] : [restore]),
    ...(facts.freeDiskMiB !== null && facts.freeDiskMiB < littleDiskMiB ? [disk] : []),
    ...(facts.gpus.length > 0 && facts.gpuDriver === 'named' ? [gpus] : []),
  ];
}
