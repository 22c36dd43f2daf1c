/**
 * The hosts of the catalog as backends, made when they are first wanted and
 * made anew when the catalog describes them otherwise. Jobs that are followed
 * through an old one go on; it is closed with all others.
 */
import { join } from 'node:path';
import type { Host } from '../../../protocol/model/host.ts';
import type { Catalog, ComputeHost, ComputeHosts } from '../../domain/compute/ports.ts';
import type { Log } from '../../domain/shared/ports.ts';
import { DockerBackend } from './dockerBackend.ts';
import { Relay, type Target } from './relay.ts';

export type DockerHostsOptions = {
  readonly catalog: Pick<Catalog, 'hosts' | 'defaults'>;
  readonly serverId: string;
  /** Where the server listens, once it does. */
  readonly server: () => Target;
  readonly folder: string;
  /** Of what can be lost at any time. */
  readonly cache: string;
  readonly log: Log;
};

type Made = { readonly described: string; readonly host: ComputeHost; readonly backend: DockerBackend };

/** An engine keeps more than the server does: what it drops can no longer be fetched. */
const logShare = 16;
const leastLogMiB = 1024;

export class DockerHosts implements ComputeHosts, Disposable {
  readonly #options: DockerHostsOptions;
  readonly #relay: Relay;
  readonly #made = new Map<string, Made>();
  readonly #old: DockerBackend[] = [];

  constructor(options: DockerHostsOptions) {
    this.#options = options;
    this.#relay = new Relay(options.server);
  }

  list(): readonly ComputeHost[] {
    return this.#options.catalog.hosts().map((host) => this.#hostOf(host));
  }

  [Symbol.dispose](): void {
    for (const backend of [...this.#old, ...[...this.#made.values()].map((made) => made.backend)]) {
      backend[Symbol.dispose]();
    }
    this.#relay[Symbol.dispose]();
  }

  #hostOf(host: Host): ComputeHost {
    const described = JSON.stringify(host);
    const known = this.#made.get(host.id);
    if (known?.described === described) return known.host;
    if (known) this.#old.push(known.backend);
    const backend = this.#backendOf(host);
    const { id, labels, connection } = host;
    const made = { id, name: host.name ?? id, labels, connection: connection.kind, backend };
    this.#made.set(id, { described, host: made, backend });
    return made;
  }

  #backendOf({ id, name = id, connection, image, serverUrl, diskQuota }: Host): DockerBackend {
    const { serverId, folder, cache, log, catalog } = this.#options;
    return new DockerBackend({
      id: `docker-${id}`,
      name,
      address: connection,
      serverId,
      image,
      serverUrl,
      relay: this.#relay,
      peers: () => [...this.#made.values()].map((made) => made.backend),
      diskQuota,
      logLimitMiB: Math.max(leastLogMiB, logShare * catalog.defaults().logLimitMiB),
      marksFolder: join(folder, id),
      mirrorsFolder: join(cache, 'volumes', id),
      log,
    });
  }
}
