/** Whether whoever looks administers the server, for what only administrators are offered. The server decides anew at each call. */
import { protocolVersion } from '../../protocol/version.ts';
import type { PanelClient } from './panelClient.ts';

export async function isAdministrator(client: PanelClient, signal: AbortSignal): Promise<boolean> {
  const asking = { client: { name: 'panel', version: '1' }, protocol: protocolVersion.current };
  const { user, scope } = await client.session.hello(asking, { signal });
  return user.admin && scope.kind === 'user';
}
