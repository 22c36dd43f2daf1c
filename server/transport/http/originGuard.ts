/**
 * Keeps pages of the web away from the server. A name that resolves to this
 * machine but is not ours is refused (DNS rebinding), and so is a page of
 * another origin, other ports of this machine included. Runs before routing on
 * every request and upgrade.
 */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { refusal, type WireError } from './wireError.ts';

export type OriginGuardOptions = {
  /** The address the server listens on. */
  readonly host: string;
  /** Further names it is reached by, as behind a proxy. */
  readonly hostNames: readonly string[];
  /** Whether an origin is that of a tool in a workspace, which is not ours even under our name. */
  readonly isForeign?: (origin: URL) => boolean;
};

export type OriginGuard = (request: IncomingMessage) => WireError | null;

const localNames = ['localhost', '127.0.0.1', '::1'];

export function createOriginGuard({ host, hostNames, isForeign = () => false }: OriginGuardOptions): OriginGuard {
  const isLocalOnly = localNames.includes(host);
  const names = new Set([...localNames, host, ...hostNames, ...(isLocalOnly ? [] : [hostname().toLowerCase()])]);
  const configured = new Set(hostNames);
  // An address cannot be rebound, so all are fine once the server listens beyond this machine.
  const isOurs = (name: string) => names.has(name) || (!isLocalOnly && isIP(name) > 0);

  return (request) => {
    const host = parseHost(request);
    if (host === null || !isOurs(host.name)) {
      return refusal('host-refused', 'This server does not answer under that name', {
        remedy: 'Use its own name, or add this one with --host-name (FLYWHEEL_HOST_NAMES)',
      });
    }
    const { origin } = request.headers;
    const url = origin === undefined ? null : URL.parse(origin);
    const isOwn = url !== null && !isForeign(url) && isSameOrigin(url, host.authority, configured);
    if (origin === undefined || isOwn) return null;
    return refusal('origin-refused', 'Pages of another origin may not talk to this server');
  };
}

type Host = { readonly name: string; readonly authority: string };

function parseHost(request: IncomingMessage): Host | null {
  // A full address in the request line would overrule the Host header that was checked.
  if (!request.url?.startsWith('/')) return null;
  if (request.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length !== 1) {
    return null;
  }
  const authority = request.headers.host?.toLowerCase() ?? '';
  const [, bracketed, plain] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+))(?::\d{1,5})?$/.exec(authority) ?? [];
  const name = (bracketed ?? plain)?.replace(/\.$/, '');
  return name === undefined || name === '' ? null : { name, authority };
}

function isSameOrigin(url: URL, authority: string, configured: ReadonlySet<string>): boolean {
  if (!/^https?:$/.test(url.protocol)) return false;
  return url.host === authority || configured.has(url.hostname);
}
