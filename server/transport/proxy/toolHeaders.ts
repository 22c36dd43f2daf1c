/**
 * What of a request's headers a tool is given, and what of its answer's
 * headers a browser is. Pure. Nothing of ours goes in: no session, no token.
 * Nothing of a tool's reaches beyond its own path.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { cookiesOf, ownCookiePrefix } from './workspaceSession.ts';

export type ToRequest = {
  readonly basePath: string;
  /** The tool's own secret, where it asks for one. */
  readonly secret: string | null;
  readonly proto: 'http' | 'https';
  readonly address: string;
  /** Whether the Authorization header was meant for us. */
  readonly ownCredential: boolean;
};

/** Headers that a client could tell lies with. */
const forwarded = ['forwarded', 'x-forwarded-for', 'x-forwarded-port', 'x-forwarded-server', 'x-real-ip'];

export function requestHeaders(headers: IncomingHttpHeaders, to: ToRequest): IncomingHttpHeaders {
  const sent: IncomingHttpHeaders = { ...headers };
  for (const name of forwarded) delete sent[name];
  const cookies = cookiesOf(headers.cookie).filter(([name]) => !isOurs(name));
  delete sent.cookie;
  if (cookies.length > 0) sent.cookie = cookies.map(([name, value]) => `${name}=${value}`).join('; ');
  if (to.ownCredential) delete sent.authorization;
  if (to.secret !== null) sent.authorization = `token ${to.secret}`;
  sent['x-forwarded-for'] = to.address;
  sent['x-forwarded-proto'] = to.proto;
  sent['x-forwarded-host'] = headers.host ?? '';
  sent['x-forwarded-prefix'] = to.basePath.slice(0, -1);
  return sent;
}

export type FromTool = { readonly basePath: string; readonly host: string; readonly stripped: boolean };

/** They would reach other paths of the host, or the host itself. */
const kept = ['strict-transport-security', 'clear-site-data', 'alt-svc', 'public-key-pins', 'x-powered-by'];

export function responseHeaders(headers: IncomingHttpHeaders, from: FromTool): IncomingHttpHeaders {
  const shown: IncomingHttpHeaders = { ...headers };
  for (const name of kept) delete shown[name];
  const cookies = (headers['set-cookie'] ?? []).flatMap((cookie) => ownPathCookie(cookie, from.basePath));
  delete shown['set-cookie'];
  if (cookies.length > 0) shown['set-cookie'] = cookies;
  if (headers.location !== undefined) shown.location = location(headers.location, from);
  if (!String(headers['service-worker-allowed'] ?? from.basePath).startsWith(from.basePath)) {
    shown['service-worker-allowed'] = from.basePath;
  }
  // A policy of its own beside the tool's: a browser keeps to both.
  const policies = [headers['content-security-policy'], "frame-ancestors 'self'"]
    .flat()
    .filter((one) => one !== undefined);
  shown['content-security-policy'] = policies as unknown as string;
  shown['cross-origin-opener-policy'] = 'same-origin';
  shown['referrer-policy'] ??= 'same-origin';
  return shown;
}

function isOurs(name: string): boolean {
  return name.toLowerCase().startsWith(ownCookiePrefix);
}

/** None for a cookie that would pass for one of ours. */
function ownPathCookie(cookie: string, basePath: string): readonly string[] {
  const [pair = '', ...attributes] = cookie.split(';').map((part) => part.trim());
  if (isOurs(pair.split('=', 1)[0]?.trim() ?? '')) return [];
  const others = attributes.filter((attribute) => !/^(?:domain|path)\b/i.test(attribute));
  const path = /^path=(.*)$/i.exec(attributes.find((attribute) => /^path=/i.test(attribute)) ?? '')?.[1] ?? '';
  return [[pair, ...others, `Path=${path.startsWith(basePath) ? path : basePath}`].join('; ')];
}

/** A tool that is served from / redirects to /; one that names the host by itself means its own address. */
function location(target: string, { basePath, host, stripped }: FromTool): string {
  const url = URL.parse(target, `http://${host}/`);
  if (url === null || url.host !== host) return target;
  const isAbsolute = /^(?:[a-z][a-z0-9+.-]*:)?\//i.test(target);
  if (!isAbsolute) return target;
  const path = `${url.pathname}${url.search}${url.hash}`;
  return stripped && !path.startsWith(basePath) ? `${basePath}${path.slice(1)}` : path;
}
