/** What people and panels see of the connection, from the state of the line and of the search for a server. */
import type { ConnectionStatus } from '../../client/connection/connectionState.ts';
import type { HostStatus } from '../../protocol/panel.ts';
import type { Discovery } from './discovery.ts';

const signedOut: ReadonlySet<string> = new Set(['signed-out', 'token-unknown', 'token-expired']);

/** `found` is null until it was looked for a server for the first time. */
export function statusOf(line: ConnectionStatus, found: Discovery | null): HostStatus['connection'] {
  if (found === null) return { state: 'connecting', detail: null, url: null };
  if (found.kind === 'none') return { state: 'stopped', detail: null, url: null };
  const { url } = found;
  if (found.kind === 'signed-out') return { state: 'signed-out', detail: null, url };
  switch (line.kind) {
    case 'ready':
    case 'stopped':
    case 'connecting':
      return { state: line.kind, detail: null, url };
    case 'idle':
      return { state: 'connecting', detail: null, url };
    case 'waiting':
    case 'offline':
      return { state: line.kind, detail: line.detail, url };
    case 'refused':
      return { state: signedOut.has(line.error.reason) ? 'signed-out' : 'refused', detail: line.error.message, url };
  }
}
