/**
 * The two networks that a server's jobs are on: one that leads out, one that
 * does not. Neighbours on them cannot reach each other; both reach the server.
 * Not one network a job: an engine has addresses for some thirty of them.
 */
import type Docker from 'dockerode';
import type { NetworkInspectInfo } from 'dockerode';
import { DomainError, messageOf } from '../../domain/shared/errors.ts';
import { labels, serverName } from './containerSettings.ts';
import { type Engine, statusOf } from './engine.ts';
import { choosePort, type Relay } from './relay.ts';

export type JobNetwork = { readonly name: string; readonly gateway: string; readonly port: number };
export type Reach = 'open' | 'closed';

export type JobNetworksOptions = {
  readonly engine: Engine;
  readonly serverId: string;
  readonly relay: Relay;
  /** Where jobs reach the server where it is not on the engine's machine; null where it is. */
  readonly serverUrl: string | null;
};

export class JobNetworks {
  readonly #options: JobNetworksOptions;
  readonly #networks = new Map<Reach, Promise<JobNetwork>>();
  #reopened: Promise<void> | null = null;

  constructor(options: JobNetworksOptions) {
    this.#options = options;
  }

  /** Makes it where it is not there yet, and opens the way to the server on it. */
  async network(reach: Reach): Promise<JobNetwork> {
    const known = this.#networks.get(reach);
    if (known) return known;
    const made = this.#make(reach).catch((error: unknown) => {
      this.#networks.delete(reach);
      throw error;
    });
    this.#networks.set(reach, made);
    return made;
  }

  /** After a restart of the server the doors to it are shut: opens those of the networks that are there. */
  reopen(): Promise<void> {
    this.#reopened ??= this.#openAll().catch(() => {
      this.#reopened = null;
    });
    return this.#reopened;
  }

  /** The address at which jobs find the server. The same on both networks, as it is known before the network is. */
  async serverUrl(): Promise<string> {
    const { serverUrl } = this.#options;
    if (serverUrl !== null) return serverUrl;
    const { port } = await this.network('open');
    return `http://${serverName}:${port}`;
  }

  async #openAll(): Promise<void> {
    for (const reach of ['open', 'closed'] as const) {
      if ((await this.#find(reach)) !== null) await this.network(reach);
    }
  }

  async #make(reach: Reach): Promise<JobNetwork> {
    const port = reach === 'open' ? choosePort() : (await this.network('open')).port;
    const found = (await this.#find(reach)) ?? (await this.#create(reach, port));
    const network = { ...placeOf(found), name: found.Name };
    if (this.#options.serverUrl === null) await this.#openDoor(network);
    return network;
  }

  async #openDoor({ gateway, port }: JobNetwork): Promise<void> {
    const { engine, relay } = this.#options;
    try {
      await relay.open({ address: gateway, port });
    } catch (error) {
      const text = `Jobs on the Docker host ${engine.name} cannot reach this server: ${messageOf(error)}`;
      throw new DomainError('backend-unavailable', text, {
        remedy: 'Give the host a serverUrl in catalog.json under which containers reach this server.',
        cause: error,
      });
    }
  }

  async #find(reach: Reach): Promise<NetworkInspectInfo | null> {
    const { engine, serverId } = this.#options;
    const found = await engine.askIfThere((docker) => docker.getNetwork(this.#name(reach)).inspect());
    if (found !== null && found.Labels?.[labels.server] !== serverId) {
      throw new DomainError(
        'backend-unavailable',
        `The Docker host ${engine.name} has a foreign network ${found.Name}.`,
      );
    }
    return found;
  }

  async #create(reach: Reach, port: number): Promise<NetworkInspectInfo> {
    const { engine, serverId } = this.#options;
    const settings: Docker.NetworkCreateOptions = {
      Name: this.#name(reach),
      CheckDuplicate: true,
      Driver: 'bridge',
      Internal: reach === 'closed',
      Options: { 'com.docker.network.bridge.enable_icc': 'false' },
      Labels: { [labels.server]: serverId, [labels.relay]: String(port) },
    };
    try {
      await engine.ask((docker) => docker.createNetwork(settings));
    } catch (error) {
      // Another server object was faster.
      if (statusOf(error) !== 409) throw error;
    }
    const made = await this.#find(reach);
    if (made === null) throw new DomainError('backend-unavailable', `The network ${this.#name(reach)} is gone again.`);
    return made;
  }

  #name(reach: Reach): string {
    return `flywheel-${this.#options.serverId.slice(0, 12)}-${reach}`;
  }
}

function placeOf({ IPAM, Labels, Name }: NetworkInspectInfo): { readonly gateway: string; readonly port: number } {
  const gateway = IPAM?.Config?.find((config) => config['Gateway'])?.['Gateway'];
  const port = Number(Labels?.[labels.relay]);
  if (gateway && port > 0) return { gateway, port };
  throw new DomainError('backend-unavailable', `The network ${Name} has no gateway.`, {
    remedy: 'Remove the network.',
  });
}
