/** The channel of a page in a browser: contract entries go to the server, `host.*` is answered in the page. */
import { type ClientContext, type ClientOptions, createORPCClient } from '@orpc/client';
import type { PanelPlace } from '../../protocol/panel.ts';
import type { PanelClient } from '../state/panelClient.ts';
import { createBrowserHost } from './browserHost.ts';
import { ServerLink } from './serverLink.ts';

type HostEntry = (input: unknown, options: ClientOptions<ClientContext>) => Promise<unknown>;

export function createBrowserClient(place: PanelPlace): PanelClient {
  const link = new ServerLink();
  const host = createBrowserHost(link, place) as Record<string, HostEntry | undefined>;
  return createORPCClient({
    call: async (path, input, options) => {
      if (path[0] !== 'host') return link.call(path, input, options);
      const entry = host[path[1] ?? ''];
      if (!entry) throw new Error(`no host entry ${path.join('.')}`);
      return entry(input, options);
    },
  });
}
