/** What whoever looks may do on the server, for what only some are offered. The server decides anew at each call. */
import { protocolVersion } from '../../protocol/version.ts';
import type { PanelClient } from './panelClient.ts';

export type ServerRights = { readonly admin: boolean; readonly auditor: boolean };

export async function serverRights(client: PanelClient, signal: AbortSignal): Promise<ServerRights> {
  const asking = { client: { name: 'panel', version: '1' }, protocol: protocolVersion.current };
  const { user, scope } = await client.session.hello(asking, { signal });
  const isFull = scope.kind === 'user';
  return { admin: user.admin && isFull, auditor: user.auditor && isFull };
}

export async function isAdministrator(client: PanelClient, signal: AbortSignal): Promise<boolean> {
  return (await serverRights(client, signal)).admin;
}
