/**
 * The way from jobs to a server that listens on this machine alone: a door on
 * the gateway of their network that leads to the server's own port and nowhere
 * else. The server itself stays on its loopback address.
 */

import { once } from 'node:events';
import { createServer, connect as openSocket, type Server } from 'node:net';

export type Door = { readonly address: string; readonly port: number };
export type Target = { readonly host: string; readonly port: number };

const mostConnections = 1024;

export class Relay implements Disposable {
  readonly #target: () => Target;
  readonly #doors = new Map<string, Server>();

  constructor(target: () => Target) {
    this.#target = target;
  }

  /** Again is harmless. */
  async open({ address, port }: Door): Promise<void> {
    const name = `${address} ${port}`;
    if (this.#doors.has(name)) return;
    const server = createServer({ allowHalfOpen: true }, (inside) => {
      const outside = openSocket(this.#target());
      inside.on('error', () => outside.destroy());
      outside.on('error', () => inside.destroy());
      inside.pipe(outside).pipe(inside);
    });
    server.maxConnections = mostConnections;
    this.#doors.set(name, server);
    try {
      server.listen(port, address);
      await once(server, 'listening');
      server.unref();
    } catch (error) {
      this.#doors.delete(name);
      throw error;
    }
  }

  [Symbol.dispose](): void {
    for (const server of this.#doors.values()) server.close();
    this.#doors.clear();
  }
}

/** Below the numbers that systems give to outgoing connections, so that none of those takes it. */
export function choosePort(random: () => number = Math.random): number {
  return 20_000 + Math.floor(random() * 12_000);
}
