/**
 * Connections that have not sent a whole request yet. Only so many are kept:
 * past the bound the oldest goes, so that idle sockets never keep a client out.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export function boundSilentConnections(server: Server, most: number): void {
  const silent = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
    const [oldest] = silent;
    if (silent.size > most) oldest?.destroy();
  });
  const speak = ({ socket }: { readonly socket: Socket }) => silent.delete(socket);
  server.on('request', speak);
  server.on('upgrade', speak);
}
