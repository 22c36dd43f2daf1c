/**
 * The names under which workspaces are reached: never the origin of the
 * server's own pages, and where possible one of its own for each workspace,
 * so that what a tool shows can act neither as Flywheel nor as another tool.
 * See docs/adr/0009.
 */
import type { IncomingMessage } from 'node:http';
import { hostname } from 'node:os';

export type WorkspaceHostsOptions = {
  /** The address that the server listens on. */
  readonly host: string;
  readonly hostNames: readonly string[];
  /** As `https://*.work.example.org`, with or without the star; null derives it from the host. */
  readonly publicUrl: string | null;
  /** Of the listener for workspaces; 0 until it listens. */
  readonly port: () => number;
};

const loopback = ['localhost', '127.0.0.1', '::1'];

export class WorkspaceHosts {
  readonly #options: WorkspaceHostsOptions;
  readonly #isLocalOnly: boolean;

  constructor(options: WorkspaceHostsOptions) {
    this.#options = options;
    this.#isLocalOnly = loopback.includes(options.host);
  }

  /** Where a browser reaches a workspace, without a path. */
  browserOrigin(workspaceId: string): string {
    const { publicUrl, port } = this.#options;
    if (publicUrl !== null) return publicUrl.replace('*', workspaceId).replace(/\/$/, '');
    return `http://${this.#isLocalOnly ? `${workspaceId}.localhost` : this.#sharedName()}:${port()}`;
  }

  /** Where programs do, which need no origin of its own and may not resolve its name. */
  programOrigin(workspaceId: string): string {
    return this.#isLocalOnly ? `http://127.0.0.1:${this.#options.port()}` : this.browserOrigin(workspaceId);
  }

  /** Whether browsers get a name for each workspace alone. */
  get isolated(): boolean {
    return this.#options.publicUrl?.includes('*') ?? this.#isLocalOnly;
  }

  get secure(): boolean {
    return this.#options.publicUrl?.startsWith('https:') ?? false;
  }

  /** Whether a session of this workspace may be used under the name that a request was sent to. */
  isBrowserHost(request: IncomingMessage, workspaceId: string): boolean {
    const name = nameOf(request.headers.host);
    if (name === null) return false;
    if (this.isolated) return name === new URL(this.browserOrigin(workspaceId)).hostname;
    return this.#names().includes(name);
  }

  /** Whether a page of this origin is one of a workspace's tool. */
  isWorkspaceOrigin(origin: URL): boolean {
    const { publicUrl, port } = this.#options;
    const own = origin.port === '' ? (origin.protocol === 'https:' ? 443 : 80) : Number(origin.port);
    if (own === port()) return true;
    if (publicUrl === null) return /^[0-9a-f]{16}\.localhost$/.test(origin.hostname);
    const expected = new URL(publicUrl.replace('*', '0'.repeat(16)));
    const name = publicUrl.includes('*') ? origin.host.replace(/^[0-9a-f]{16}\./, `${'0'.repeat(16)}.`) : origin.host;
    return name === expected.host;
  }

  #names(): readonly string[] {
    const { host, hostNames, publicUrl } = this.#options;
    return [...hostNames, host, hostname().toLowerCase(), ...(publicUrl === null ? [] : [new URL(publicUrl).hostname])];
  }

  #sharedName(): string {
    const { host, hostNames } = this.#options;
    const [first] = hostNames;
    if (first !== undefined) return first;
    return host === '0.0.0.0' || host === '::' ? hostname().toLowerCase() : host;
  }
}

function nameOf(authority: string | undefined): string | null {
  return authority === undefined ? null : (URL.parse(`http://${authority}`)?.hostname ?? null);
}

/**
 * Whether a browser may use its session for this request: a page of the same
 * origin sent it, or a person went there. An upgrade must say where it comes from.
 */
export function isFromItself(request: IncomingMessage): boolean {
  const { origin, host, upgrade, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = request.headers;
  if (origin !== undefined && URL.parse(origin)?.hostname !== nameOf(host)) return false;
  if (upgrade !== undefined) return origin !== undefined;
  if (site === undefined || site === 'same-origin' || site === 'none') return true;
  return mode === 'navigate' && (request.method === 'GET' || request.method === 'HEAD');
}
