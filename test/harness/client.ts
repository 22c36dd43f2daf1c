/** A plain client of the contract: one WebSocket, no reconnect. What the product uses is `client/connection`. */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import type { Contract } from '../../protocol/contract.ts';

export type TestClient = ContractRouterClient<Contract>;

export type OpenClient = AsyncDisposable & {
  readonly api: TestClient;
  readonly socket: WebSocket;
  close(): Promise<void>;
};

/** Resolves when the socket is open; rejects with the HTTP status when the server refuses it. */
export async function openClient(server: { readonly url: string; readonly token: string }): Promise<OpenClient> {
  const address = server.url.replace(/^http/, 'ws').replace(/\/$/, '');
  const socket = new WebSocket(`${address}/rpc`, ['flywheel.v1', `flywheel.token.${server.token}`]);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const api: TestClient = createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }));
  const close = () =>
    new Promise<void>((resolve) => {
      if (socket.readyState === WebSocket.CLOSED) resolve();
      socket.once('close', () => resolve());
      socket.close();
    });
  return { api, socket, close, [Symbol.asyncDispose]: close };
}
