/**
 * Establishes who sends a request. A header counts everywhere; a session
 * cookie only where a page of ours is the only one that can make the request,
 * so that no other site can act with it.
 */
import type { IncomingMessage } from 'node:http';
import type { Caller } from '../../domain/shared/call.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import { readCredential } from './credential.ts';
import type { AccessControl } from './services.ts';
import { useOf } from './tokenUse.ts';

export type Identity = { readonly secret: string; readonly caller: Caller };

/** `offered` is a token that came by a way of its own, as a subprotocol. */
export type Authenticate = (request: IncomingMessage, offered?: string | null) => Promise<Identity>;

/** The secret that a session cookie stands for; null without a valid one. */
export type ReadSession = (request: IncomingMessage) => string | null;

export type AuthenticateOptions = {
  readonly access: AccessControl;
  /** Absent where cookies do not count. */
  readonly readSession?: ReadSession;
};

export function createAuthenticate({ access, readSession }: AuthenticateOptions): Authenticate {
  return async (request, offered = null) => {
    const secret = offered ?? readCredential(request) ?? (isFromOwnPage(request) && readSession?.(request)) ?? null;
    if (!secret) {
      throw new DomainError('signed-out', 'This needs a token', {
        remedy: 'Send it as "Authorization: Bearer TOKEN"; make one with `flywheel token create`',
      });
    }
    return { secret, caller: await access.authenticate(secret, useOf(request)) };
  };
}

/**
 * Origin was compared with Host before; here it must be present on an upgrade,
 * and a browser that tells where a request comes from must tell of this site.
 * Ports of one machine are one site to a cookie, which is why it alone proves
 * nothing.
 */
export function isFromOwnPage(request: IncomingMessage): boolean {
  const { origin, upgrade, 'sec-fetch-site': site } = request.headers;
  if (upgrade !== undefined) return origin !== undefined;
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  return site === undefined || site === 'same-origin' || site === 'none';
}
