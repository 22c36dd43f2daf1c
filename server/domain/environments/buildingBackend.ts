/** Where a revision is built that no tier was chosen for: on this machine if that will do, else on a Docker host. */
import type { EnvironmentDefinition } from '../../../protocol/model/environment.ts';
import { dockerNeed } from '../../../protocol/model/environmentNeeds.ts';
import type { ComputeBackend, ComputeHosts } from '../compute/ports.ts';

export type Builders = { readonly backend: ComputeBackend; readonly hosts?: ComputeHosts };

/** The first host of the catalog; without one this machine says what is missing. */
export function buildingBackend({ backend, hosts }: Builders, definition: EnvironmentDefinition): ComputeBackend {
  return dockerNeed(definition) === null ? backend : (hosts?.list()[0]?.backend ?? backend);
}
