/**
 * Connections that owe a request: new ones, and those kept alive after an
 * answer. Only so many are kept: past the bound the one that waits longest
 * goes, so that idle sockets never keep a client out.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export function boundSilentConnections(server: Server, most: number): void {
  const silent = new Set<Socket>();
  const wait = (socket: Socket) => {
    if (socket.destroyed) return;
    silent.add(socket);
    const [oldest] = silent;
    if (silent.size > most) oldest?.destroy();
  };
  server.on('connection', (socket: Socket) => {
    socket.once('close', () => silent.delete(socket));
    wait(socket);
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    silent.delete(socket);
    response.once('close', () => wait(socket));
  });
  server.on('upgrade', ({ socket }: IncomingMessage) => silent.delete(socket));
}
