/**
 * The Docker hosts of the catalog as one place to run things: knows what each
 * has and what is taken, and puts runs on them. A run that was placed keeps its
 * host; nothing is ever moved.
 */
import type { Tier } from '../../../protocol/model/tier.ts';
import type { StoredRun } from '../runs/ports.ts';
import { messageOf } from '../shared/errors.ts';
import type { Store } from '../shared/store.ts';
import { addLoad, type Candidate, chooseHosts, type Load, misfitOfAll, noLoad, standingOf } from './placement.ts';
import type { Catalog, ComputeHost, ComputeHosts, EnvironmentRevisionSpec, HostPlacement } from './ports.ts';

export type HostPoolDependencies = {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly hosts: ComputeHosts;
};

/** The backend of tiers whose runs are placed on one of the hosts. */
export const pooledBackend = 'docker';

export class HostPool implements HostPlacement {
  readonly #deps: HostPoolDependencies;

  constructor(deps: HostPoolDependencies) {
    this.#deps = deps;
  }

  /** How things stand now; what is placed from it is counted in it. */
  async survey(unfinished?: readonly StoredRun[]): Promise<HostSurvey> {
    const { store, catalog, hosts } = this.#deps;
    const known = await store.read(async (stores) => ({
      drained: new Set((await stores.hosts.drained()).map(({ hostId }) => hostId)),
      unfinished: unfinished ?? (await stores.runs.unfinished()),
      workspaces: await stores.workspaces.active(),
    }));
    const load = loadOf([...known.unfinished.flatMap(placeOfRun), ...known.workspaces], (id) => catalog.tier(id));
    const all = hosts.list();
    const candidates = all.map((host) => candidateOf(host, { drained: known.drained.has(host.id), load }));
    return new HostSurvey(await Promise.all(candidates), all);
  }

  isPooled(backendId: string): boolean {
    return backendId === pooledBackend;
  }

  async place(
    tier: Tier,
    { environment, near }: { readonly environment: EnvironmentRevisionSpec; readonly near: string | null },
  ): Promise<{ readonly backend: string } | { readonly reason: string }> {
    const survey = await this.survey();
    const before = survey.candidates.find(({ id }) => id === near);
    const standing = before && standingOf(tier, before);
    if (before && standing === 'fits') return { backend: before.id };
    if (before && standing === 'silent') return { reason: `Its folder is on ${before.name}: ${before.problem}` };
    if (before && standing === 'full')
      return { reason: `Its folder is on ${before.name}, where there is no room now.` };
    const backend = await survey.place(tier, environment);
    return backend === null ? { reason: survey.obstacle(tier) ?? 'No host takes it now.' } : { backend };
  }

  /** Why nothing can run on any of them now; null when something can. */
  async problem(): Promise<string | null> {
    const { candidates } = await this.survey([]);
    if (candidates.length === 0) return 'The catalog has no Docker host.';
    return candidates.some(({ facts }) => facts !== null) ? null : (candidates[0]?.problem ?? null);
  }

  async tierProblem(tier: Tier): Promise<string | null> {
    return misfitOfAll(tier, (await this.survey([])).candidates);
  }
}

export class HostSurvey {
  readonly candidates: readonly Candidate[];
  readonly #hosts: ReadonlyMap<string, ComputeHost>;
  readonly #added = new Map<string, Load>();

  constructor(candidates: readonly Candidate[], hosts: readonly ComputeHost[]) {
    this.candidates = candidates;
    this.#hosts = new Map(hosts.map((host) => [host.backend.id, host]));
  }

  /** Why none can take a run of this tier now; null when one can. */
  obstacle(tier: Tier): string | null {
    const choice = chooseHosts(tier, this.#now());
    return 'reason' in choice ? choice.reason : null;
  }

  /** The backend that takes it, counted as taken; null when none can. */
  async place(tier: Tier, environment: EnvironmentRevisionSpec | null): Promise<string | null> {
    const choice = chooseHosts(tier, this.#now());
    if ('reason' in choice) return null;
    const chosen = (await this.#warm(choice.hosts, environment)) ?? choice.hosts[0];
    if (chosen === undefined) return null;
    this.#added.set(chosen.id, addLoad(this.#added.get(chosen.id) ?? noLoad, tier));
    return chosen.id;
  }

  #now(): readonly Candidate[] {
    return this.candidates.map((host) => ({ ...host, load: addLoad(host.load, this.#added.get(host.id) ?? noLoad) }));
  }

  async #warm(hosts: readonly Candidate[], environment: EnvironmentRevisionSpec | null): Promise<Candidate | null> {
    if (hosts.length < 2 || environment === null) return null;
    const warm = hosts.map(async (host) => {
      const has = await this.#hosts
        .get(host.id)
        ?.backend.has(environment)
        .catch(() => false);
      return has ? host : null;
    });
    return (await Promise.all(warm)).find((host) => host !== null) ?? null;
  }
}

type Situation = { readonly drained: boolean; readonly load: ReadonlyMap<string, Load> };

async function candidateOf({ name, labels, backend }: ComputeHost, { drained, load }: Situation): Promise<Candidate> {
  const common = { id: backend.id, name, labels, drained, load: load.get(backend.id) ?? noLoad };
  try {
    return { ...common, facts: await backend.facts(), problem: null };
  } catch (error) {
    return { ...common, facts: null, problem: messageOf(error) };
  }
}

type Place = { readonly backend: string; readonly tierId: string };

/** None before it has one. */
export function placeOfRun({ state, launch }: StoredRun): readonly Place[] {
  return state === 'queued' || launch === null ? [] : [launch];
}

/** What has been placed and has not ended takes, by backend. */
export function loadOf(placed: readonly Place[], tierOf: (id: string) => Tier | null): ReadonlyMap<string, Load> {
  const load = new Map<string, Load>();
  for (const { backend, tierId } of placed) {
    const tier = tierOf(tierId);
    if (tier !== null) load.set(backend, addLoad(load.get(backend) ?? noLoad, tier));
  }
  return load;
}
