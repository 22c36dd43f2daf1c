/**
 * Who visits which workspace with a request: by a link that works once, by the
 * session that it began, or with a token in the Authorization header as
 * programs send it. A workspace that somebody may not open is answered like
 * one that is not there.
 */
import type { IncomingMessage } from 'node:http';
import { DomainError } from '../../domain/shared/errors.ts';
import type { Admission, Visitor, WorkspaceGate } from '../../domain/workspaces/workspaceGate.ts';
import { readCredential } from '../http/credential.ts';
import { addressOf, type FailedSignIns } from '../http/failedSignIns.ts';
import type { AccessControl } from '../http/services.ts';
import { useOf } from '../http/tokenUse.ts';
import { isFromItself, type WorkspaceHosts } from './workspaceHosts.ts';
import type { WorkspaceSession } from './workspaceSession.ts';

export type Visit =
  | { readonly kind: 'redirect'; readonly to: string; readonly cookie: string | null }
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'admitted';
      readonly admission: Admission;
      readonly visitor: Visitor;
      /** With its query, less what was meant for us. */
      readonly path: string;
      /** The Authorization header was meant for us. */
      readonly ownCredential: boolean;
    };

export type VisitsOptions = {
  readonly access: AccessControl;
  readonly gate: Pick<WorkspaceGate, 'admit' | 'redeem'>;
  readonly hosts: WorkspaceHosts;
  readonly session: WorkspaceSession;
  readonly failures: FailedSignIns;
};

/** Nothing is decoded here: a path that spells an id differently is no path of a workspace. */
const address = /^\/workspaces\/([0-9a-f]{16})(?:(\/[^?#]*)?(\?[^#]*)?)$/;
const ticketParameter = 'flywheel-ticket';

export class Visits {
  readonly #options: VisitsOptions;

  constructor(options: VisitsOptions) {
    this.#options = options;
  }

  async of(request: IncomingMessage): Promise<Visit> {
    const [, workspaceId = '', path, query = ''] = address.exec(request.url ?? '') ?? [];
    if (workspaceId === '')
      throw new DomainError('not-found', 'There is no such page. A workspace is opened from Flywheel.');
    if (path === undefined) return { kind: 'redirect', to: `/workspaces/${workspaceId}/${query}`, cookie: null };
    const parameters = new URLSearchParams(query);
    const ticket = parameters.get(ticketParameter);
    if (ticket !== null) return this.#enter(request, { workspaceId, ticket });
    const whole = `/workspaces/${workspaceId}${path}`;
    return (
      (await this.#bySession(request, { workspaceId, path: `${whole}${query}` })) ??
      this.#byToken(request, { workspaceId, path: whole, query })
    );
  }

  #enter(
    request: IncomingMessage,
    { workspaceId, ticket }: { readonly workspaceId: string; readonly ticket: string },
  ): Visit {
    const { gate, hosts, session, failures } = this.#options;
    const to = `/workspaces/${workspaceId}/`;
    const visitor = hosts.isBrowserHost(request, workspaceId) ? gate.redeem(workspaceId, ticket) : null;
    if (visitor !== null) return { kind: 'redirect', to, cookie: session.open(workspaceId, visitor) };
    // A link that was used already, as by going back: whoever has a session goes on with it.
    if (session.read(request, workspaceId) !== null) return { kind: 'redirect', to, cookie: null };
    failures.record(addressOf(request));
    return { kind: 'unknown' };
  }

  async #bySession(
    request: IncomingMessage,
    { workspaceId, path }: { readonly workspaceId: string; readonly path: string },
  ): Promise<Visit | null> {
    const { gate, hosts, session } = this.#options;
    if (!hosts.isBrowserHost(request, workspaceId) || !isFromItself(request)) return null;
    const visitor = session.read(request, workspaceId);
    if (visitor === null) return null;
    return { kind: 'admitted', admission: await gate.admit(workspaceId, visitor), visitor, path, ownCredential: false };
  }

  async #byToken(
    request: IncomingMessage,
    { workspaceId, path, query }: { readonly workspaceId: string; readonly path: string; readonly query: string },
  ): Promise<Visit> {
    const { access, gate, failures } = this.#options;
    const parameters = new URLSearchParams(query);
    const secret = readCredential(request) ?? jupyterToken(request) ?? parameters.get('token');
    if (secret === null) return { kind: 'unknown' };
    const from = addressOf(request);
    const caller = await access.authenticate(secret, useOf(request)).catch(async (error: unknown) => {
      failures.record(from);
      if (failures.isSuspect(from)) await failures.hold(from);
      throw error;
    });
    const visitor = { userId: caller.userId, tokenId: caller.tokenId, scope: caller.scope };
    const admission = await gate.admit(workspaceId, visitor);
    return { kind: 'admitted', admission, visitor, path: `${path}${without(query, 'token')}`, ownCredential: true };
  }
}

/** As clients of Jupyter send it. */
function jupyterToken({ headers }: IncomingMessage): string | null {
  return /^token\s+(\S{1,512})\s*$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}

/** Only when it is there is the query written anew. */
function without(query: string, name: string): string {
  const parameters = new URLSearchParams(query);
  if (!parameters.has(name)) return query;
  parameters.delete(name);
  return parameters.size === 0 ? '' : `?${parameters}`;
}
