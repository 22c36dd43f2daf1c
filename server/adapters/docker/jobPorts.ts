/**
 * The ports that a job may listen on, and the ways there. None is published.
 * Where the engine is on this machine a connection goes to the container's own
 * address; where it is not, or the command listens on its loopback address
 * alone, it goes through the engine as the standard streams of a small program
 * in the container. A connection goes to what the container's labels name,
 * never to what a caller asks for.
 */

import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ContainerInspectInfo } from 'dockerode';
import { DomainError } from '../../domain/shared/errors.ts';
import { labels } from './containerSettings.ts';
import type { Engine } from './engine.ts';
import type { JobContainers } from './jobContainers.ts';
import { portNumber } from './portNumbers.ts';
import { openTunnel } from './tunnel.ts';

const directMs = 1000;
/** A machine whose containers have no address here, as one of Docker Desktop, is not asked each time. */
const doubtMs = 60_000;

export class JobPorts {
  readonly #engine: Engine;
  readonly #containers: Pick<JobContainers, 'inspect'>;
  #directFrom = 0;

  constructor(engine: Engine, containers: Pick<JobContainers, 'inspect'>) {
    this.#engine = engine;
    this.#containers = containers;
  }

  /** Where a command is to listen to be reached soonest. */
  get listenOn(): string {
    return this.#engine.address.kind === 'local' ? '0.0.0.0' : '127.0.0.1';
  }

  /** Rejects while nothing listens. An address is read anew each time: those of containers that ended are given out again. */
  async connect(container: string, name: string): Promise<Duplex> {
    const found = await this.#containers.inspect(container);
    const port = portNumber(found?.Config.Labels[labels.ports], name);
    if (found === null || port === null) throw new DomainError('not-found', 'The job has no such port.');
    if (!found.State.Running) throw new DomainError('wrong-state', 'The job does not run.');
    return (await this.#direct(found, port)) ?? openTunnel(this.#engine, container, port);
  }

  async #direct({ NetworkSettings }: ContainerInspectInfo, port: number): Promise<Socket | null> {
    const [network] = Object.values(NetworkSettings.Networks);
    const host = network?.IPAddress ?? '';
    if (this.#engine.address.kind !== 'local' || host === '' || performance.now() < this.#directFrom) return null;
    try {
      return await dial(host, port);
    } catch (error) {
      const isRefused = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
      if (!isRefused) this.#directFrom = performance.now() + doubtMs;
      return null;
    }
  }
}

function dial(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const timer = setTimeout(() => socket.destroy(new Error('It does not answer.')), directMs);
    socket.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(socket);
    });
  });
}
