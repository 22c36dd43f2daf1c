/** Stands for the Docker hosts while the catalog has none: what is behind them is loaded when the first is described. */
import type { Catalog, ComputeHost, ComputeHosts } from '../../domain/compute/ports.ts';
import { messageOf } from '../../domain/shared/errors.ts';
import type { DockerHosts, DockerHostsOptions } from './dockerHosts.ts';

export type HostsOnDemandOptions = DockerHostsOptions & { readonly catalog: Pick<Catalog, 'onChange'> };

export class HostsOnDemand implements ComputeHosts, Disposable {
  readonly #options: HostsOnDemandOptions;
  readonly #stopListening: () => void;
  #hosts: DockerHosts | null = null;
  #loading: Promise<void> | null = null;

  private constructor(options: HostsOnDemandOptions) {
    this.#options = options;
    this.#stopListening = options.catalog.onChange(() => {
      this.#load().catch((error: unknown) => options.log.error('No Docker hosts', { error: messageOf(error) }));
    });
  }

  /** With what the catalog has now. */
  static async open(options: HostsOnDemandOptions): Promise<HostsOnDemand> {
    const hosts = new HostsOnDemand(options);
    await hosts.#load();
    return hosts;
  }

  list(): readonly ComputeHost[] {
    return this.#hosts?.list() ?? [];
  }

  [Symbol.dispose](): void {
    this.#stopListening();
    this.#hosts?.[Symbol.dispose]();
  }

  #load(): Promise<void> {
    if (this.#options.catalog.hosts().length === 0) return Promise.resolve();
    this.#loading ??= import('./dockerHosts.ts').then(({ DockerHosts: Hosts }) => {
      this.#hosts = new Hosts(this.#options);
    });
    return this.#loading;
  }
}
