/**
 * Who gets through to the tool of a workspace, asked by the proxy on every
 * request. It remembers an answer for a moment only, so that whoever loses a
 * role, a token or a share is out within seconds. Links that sign a browser in
 * work once.
 */
import { randomBytes } from 'node:crypto';
import type { WorkspaceAddress } from '../../../protocol/model/workspace.ts';
import type { Caller } from '../shared/call.ts';
import { isWorkspaceToken, workspaceTokenId } from '../shared/workspaceToken.ts';
import type { WorkspaceDependencies } from './dependencies.ts';
import type { StoredWorkspace, ToolConnection } from './ports.ts';
import { basePathOf, type Tool } from './tools.ts';
import type { WorkspaceActivity } from './workspaceActivity.ts';
import { connectionOf, revisionOf, toolOf } from './workspaceJob.ts';
import { allowed, unknownWorkspace } from './workspaceRights.ts';

export type Admission = {
  readonly workspace: Pick<StoredWorkspace, 'id' | 'name' | 'state' | 'detail' | 'tool' | 'starts'>;
  readonly mode: 'full' | 'read';
  readonly tool: Pick<Tool, 'basePath' | 'readable'>;
  readonly connection: ToolConnection;
};

/** A person as a browser's session names them. */
export type Visitor = Pick<Caller, 'userId' | 'tokenId' | 'scope'>;

type Ticket = { readonly workspaceId: string; readonly visitor: Visitor; readonly expires: number };
type Known = { readonly until: number; readonly visitor: Visitor; readonly admission: Promise<Admission> };

export type WorkspaceGateDependencies = WorkspaceDependencies & { readonly activity: WorkspaceActivity };

const ticketMs = 60_000;
const mostTickets = 1000;
const freshMs = 2000;
const mostKnown = 10_000;

export class WorkspaceGate {
  readonly #deps: WorkspaceGateDependencies;
  readonly #tickets = new Map<string, Ticket>();
  readonly #known = new Map<string, Known>();

  constructor(deps: WorkspaceGateDependencies) {
    this.#deps = deps;
  }

  address(workspaceId: string, { userId, tokenId, scope }: Caller): WorkspaceAddress {
    const [oldest] = this.#tickets.keys();
    if (this.#tickets.size >= mostTickets && oldest !== undefined) this.#tickets.delete(oldest);
    const code = randomBytes(24).toString('base64url');
    const visitor = { userId, tokenId, scope };
    this.#tickets.set(code, { workspaceId, visitor, expires: this.#deps.clock.now() + ticketMs });
    const { browser, programs } = this.#deps.origins(workspaceId);
    const path = basePathOf(workspaceId);
    return { signIn: `${browser}${path}?flywheel-ticket=${code}`, url: `${programs}${path}` };
  }

  /** Whose ticket it is, once; null when it is used, too old, or of another workspace. */
  redeem(workspaceId: string, code: string): Visitor | null {
    const ticket = this.#tickets.get(code);
    this.#tickets.delete(code);
    if (ticket?.workspaceId !== workspaceId || ticket.expires <= this.#deps.clock.now()) return null;
    return ticket.visitor;
  }

  /** Throws `not-found` for what is not there, and alike for what they may not open. */
  async admit(workspaceId: string, visitor: Visitor): Promise<Admission> {
    const key = `${workspaceId} ${visitor.userId} ${visitor.tokenId} ${JSON.stringify(visitor.scope)}`;
    const now = this.#deps.clock.now();
    const known = this.#known.get(key);
    if (known !== undefined && known.until > now) return known.admission;
    if (this.#known.size >= mostKnown) this.#known.clear();
    const admission = this.#admit(workspaceId, visitor);
    this.#known.set(key, { until: now + freshMs, visitor, admission });
    // What is refused, or does not run yet, is looked at anew.
    const isSettled = await admission.then(({ workspace }) => workspace.state === 'ready').catch(() => false);
    if (!isSettled) this.#known.delete(key);
    return admission;
  }

  /** Their token or rights changed: they are looked at anew. */
  forget(isConcerned: (visitor: Visitor) => boolean): void {
    for (const [key, { visitor }] of this.#known) if (isConcerned(visitor)) this.#known.delete(key);
  }

  /** Somebody did something in it. */
  touch(workspaceId: string): void {
    this.#deps.activity.touch(workspaceId);
  }

  async #admit(workspaceId: string, visitor: Visitor): Promise<Admission> {
    const caller = await this.#callerOf(visitor);
    if (caller === null || isOtherWorkspace(visitor, workspaceId)) throw unknownWorkspace(workspaceId);
    const { workspace, rights } = await allowed(this.#deps, caller, { workspaceId, to: 'visible' });
    if (rights.open === null) throw unknownWorkspace(workspaceId);
    const revision = await revisionOf(this.#deps, workspace);
    const tool = toolOf(this.#deps, revision, workspace.tool);
    return { workspace, mode: rights.open, tool, connection: connectionOf(this.#deps, workspace) };
  }

  /** As the store knows them now; null when the person or the token that they signed in with is gone. */
  async #callerOf({ userId, tokenId, scope }: Visitor): Promise<Caller | null> {
    const { store, clock } = this.#deps;
    return store.read(async ({ access }) => {
      const user = await access.user(userId);
      const token = tokenId === null ? null : await access.token(tokenId);
      const isOver =
        tokenId !== null && (token === null || (token.expiresAt ?? Number.POSITIVE_INFINITY) <= clock.now());
      if (user === null || user.disabledAt !== null || isOver) return null;
      return { userId, userName: user.name, admin: user.admin, tokenId, scope };
    });
  }
}

/** The token inside a workspace that is shared is in other hands than its owner's. */
function isOtherWorkspace({ tokenId }: Visitor, workspaceId: string): boolean {
  return isWorkspaceToken(tokenId) && tokenId !== workspaceTokenId(workspaceId);
}
