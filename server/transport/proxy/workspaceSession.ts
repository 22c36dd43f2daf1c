/**
 * The session of a browser with one workspace: who they are, sealed into a
 * cookie that counts for this workspace alone and is never handed to its tool.
 * It says who somebody is, not that they may: that is asked anew.
 */
import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import { tokenScope } from '../../../protocol/model/session.ts';
import type { SecretBox } from '../../domain/webhooks/ports.ts';
import type { Visitor } from '../../domain/workspaces/workspaceGate.ts';

const sealed = z.object({
  workspaceId: z.string(),
  expires: z.number(),
  visitor: z.object({ userId: z.string(), tokenId: z.string().nullable(), scope: tokenScope }),
});

export type WorkspaceSessionOptions = {
  readonly box: SecretBox;
  readonly secure: () => boolean;
  readonly now: () => number;
};

/** Cookies with this prefix are ours: they never reach a tool, and no tool sets one. */
export const ownCookiePrefix = 'flywheel_';
const lifetimeMs = 7 * 24 * 60 * 60_000;

export class WorkspaceSession {
  readonly #options: WorkspaceSessionOptions;

  constructor(options: WorkspaceSessionOptions) {
    this.#options = options;
  }

  /** The Set-Cookie value of a new session. */
  open(workspaceId: string, visitor: Visitor): string {
    const { box, now, secure } = this.#options;
    const content = JSON.stringify({ workspaceId, visitor, expires: now() + lifetimeMs });
    const value = Buffer.from(box.seal(content), 'base64').toString('base64url');
    const rest = `Path=/workspaces/${workspaceId}/; HttpOnly; SameSite=Lax; Max-Age=${lifetimeMs / 1000}`;
    return `${nameOf(workspaceId)}=${value}; ${rest}${secure() ? '; Secure' : ''}`;
  }

  /** Whose session of this workspace it is; null without a valid one. */
  read(request: Pick<IncomingMessage, 'headers'>, workspaceId: string): Visitor | null {
    for (const [name, value] of cookiesOf(request.headers.cookie)) {
      const visitor = name === nameOf(workspaceId) ? this.#unseal(value, workspaceId) : null;
      if (visitor !== null) return visitor;
    }
    return null;
  }

  #unseal(value: string, workspaceId: string): Visitor | null {
    const { box, now } = this.#options;
    const text = box.open(Buffer.from(value, 'base64url').toString('base64'));
    const session = text === null ? null : sealed.safeParse(JSON.parse(text)).data;
    if (!session || session.workspaceId !== workspaceId || session.expires <= now()) return null;
    return session.visitor;
  }
}

function nameOf(workspaceId: string): string {
  return `${ownCookiePrefix}ws_${workspaceId}`;
}

export function cookiesOf(header: string | undefined): readonly (readonly [name: string, value: string])[] {
  return (header ?? '').split(';').flatMap((pair) => {
    const [, name = '', value = ''] = /^\s*([^=\s]+)\s*=(.*)$/.exec(pair) ?? [];
    return name === '' ? [] : [[name, value] as const];
  });
}
