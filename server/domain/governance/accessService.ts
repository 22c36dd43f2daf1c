/**
 * Who somebody is, and whether they may. Every wire asks here before it calls
 * a service. It keeps hashes of secrets, never a secret, and answers alike for
 * what does not exist and for what the caller may not know of.
 */
import type { Access } from '../../../protocol/model/access.ts';
import type { ProjectRole, TokenScope } from '../../../protocol/model/session.ts';
import type { RunTokens, Visibility, WorkspaceTokens } from '../shared/access.ts';
import type { Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import type { Clock, Log } from '../shared/ports.ts';
import type { Store, Stores } from '../shared/store.ts';
import { workspaceTokenId } from '../shared/workspaceToken.ts';
import type { StoredToken, TokenUse } from './ports.ts';
import { allButDeleted, requireAdmin, requireAuditor, requireCare, requireRole, seen } from './requireRole.ts';
import { idIn, type ProjectAccess, type Resolved, resolveProjects } from './resolveProjects.ts';
import type { Wire } from './roles.ts';
import { hashSecret, isSameHash, newSecret } from './secret.ts';
import { type Concerned, TokenCache } from './tokenCache.ts';

export type AccessServiceDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** An administrator's token from the configuration; it is compared by hash and never stored. */
  readonly fixedToken: string | null;
};

export const adminUserId = 'admin';
export const portFileTokenId = 'port-file';
const touchEveryMs = 60_000;
const mostNoted = 10_000;

export class AccessService implements Visibility, RunTokens, WorkspaceTokens {
  readonly #deps: AccessServiceDependencies;
  readonly #fixedHash: string | null;
  readonly #cache = new TokenCache();
  readonly #listeners = new Set<(isConcerned: Concerned) => void>();
  readonly #noted = new Map<string, string>();
  #fixed: Promise<Caller> | null = null;

  constructor(deps: AccessServiceDependencies) {
    this.#deps = deps;
    this.#fixedHash = deps.fixedToken === null ? null : hashSecret(deps.fixedToken);
  }

  /** The caller whose secret this is; throws `token-unknown` or `token-expired`. */
  async authenticate(secret: string, use?: () => TokenUse): Promise<Caller> {
    const hash = hashSecret(secret);
    if (this.#fixedHash !== null && isSameHash(hash, this.#fixedHash)) return this.#fixedCaller();
    const known = this.#cache.get(hash) ?? (await this.#lookUp(hash));
    const now = this.#deps.clock.now();
    if (known.expiresAt !== null && known.expiresAt <= now) {
      throw new DomainError('token-expired', 'This token has expired.', { remedy: 'Sign in with a new one.' });
    }
    if (now - known.touchedAt >= touchEveryMs) {
      known.touchedAt = now;
      this.#touch(known.caller.tokenId, now, use?.());
    }
    return known.caller;
  }

  /** Throws unless the caller may do what needs this access, over the contract. */
  authorize(caller: Caller, access: Access, input: unknown): Promise<void> {
    return this.#authorize(caller, access, { input, wire: 'contract' });
  }

  /** The same over the MLflow wire, where a job's own token may log into its project. */
  authorizeLogging(caller: Caller, access: Access, input: unknown): Promise<void> {
    return this.#authorize(caller, access, { input, wire: 'mlflow' });
  }

  /** The same for a run that the caller's unit of work has read, so that it is not read again. */
  async authorizeLoggingInto(stores: Stores, { caller, run, role }: LoggingRequest): Promise<void> {
    const access: ProjectAccess = { kind: 'project', role, of: 'runId' };
    await requireRole(stores, caller, { access, thing: run, wire: 'mlflow' });
  }

  async visibleProjects(caller: Caller): Promise<readonly string[] | null> {
    const { scope } = caller;
    if (scope.kind === 'run') return [scope.projectId];
    const ids = await this.#deps.store.read((stores) => (caller.admin ? allButDeleted(stores) : seen(stores, caller)));
    if (scope.kind === 'user') return ids;
    return (ids ?? [scope.projectId]).filter((id) => id === scope.projectId);
  }

  /**
   * The first start makes the administrator; each start a new token for the
   * port file, which ends the one before. Only a server that was killed left
   * its port file behind: its token is taken up again, so that whoever follows
   * a run through it does so across the restart.
   */
  async ensureAdmin(left: string | null = null): Promise<{ readonly secret: string; readonly userId: string }> {
    const now = this.#deps.clock.now();
    const secret = await this.#deps.store.write(async (stores) => {
      if ((await stores.access.user(adminUserId)) === null) {
        await stores.access.insertUser({ id: adminUserId, name: 'Administrator', admin: true, createdAt: now });
      }
      const kept = left === null ? null : await stores.access.tokenByHash(hashSecret(left));
      if (left !== null && kept?.id === portFileTokenId) return left;
      return replaceToken(stores, {
        id: portFileTokenId,
        userId: adminUserId,
        name: 'This machine (port file)',
        scope: { kind: 'user' },
        createdAt: now,
      });
    });
    this.#forget(portFileTokenId);
    return { secret, userId: adminUserId };
  }

  /** Within the caller's unit of work: a token with which the run's own job logs. */
  async mintRunToken(
    stores: Stores,
    run: { readonly id: string; readonly projectId: string; readonly createdById: string },
  ): Promise<string> {
    const secret = await replaceToken(stores, {
      id: runTokenId(run.id),
      userId: run.createdById,
      name: `Run ${run.id}`,
      scope: { kind: 'run', projectId: run.projectId, runId: run.id },
      createdAt: this.#deps.clock.now(),
    });
    this.#forget(runTokenId(run.id));
    return secret;
  }

  /** Within the caller's unit of work: for the tools of a workspace, as far as its owner may in the project. */
  async mintWorkspaceToken(stores: Stores, workspace: TokenWorkspace): Promise<string> {
    const { id, projectId, ownerId } = workspace;
    const secret = await replaceToken(stores, {
      id: workspaceTokenId(id),
      userId: ownerId,
      name: `Workspace ${id}`,
      scope: { kind: 'project', projectId, role: 'contributor' },
      createdAt: this.#deps.clock.now(),
    });
    this.#forget(workspaceTokenId(id));
    return secret;
  }

  async removeWorkspaceToken(stores: Stores, workspaceId: string): Promise<void> {
    await stores.access.deleteToken(workspaceTokenId(workspaceId));
    this.#forget(workspaceTokenId(workspaceId));
  }

  async removeRunToken(stores: Stores, runId: string): Promise<void> {
    await stores.access.deleteToken(runTokenId(runId));
    this.#forget(runTokenId(runId));
  }

  /** To be called after a token was deleted. */
  forgetToken(tokenId: string): void {
    this.#end((caller) => caller.tokenId === tokenId);
  }

  /** To be called after the rights of an account changed, or its tokens went. */
  forgetUser(userId: string): void {
    this.#end((caller) => caller.userId === userId);
  }

  /** Tells whose token or rights changed, so that what is open can be looked at again at once. */
  onEnded(listener: (isConcerned: Concerned) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Notes which program uses a token, where it says so itself. */
  noteClient({ tokenId }: Caller, client: string): void {
    if (tokenId === null || this.#noted.get(tokenId) === client) return;
    if (this.#noted.size >= mostNoted) this.#noted.clear();
    this.#noted.set(tokenId, client);
    this.#touch(tokenId, this.#deps.clock.now(), { client, address: null });
  }

  #end(isConcerned: Concerned): void {
    this.#cache.forget(isConcerned);
    for (const listener of this.#listeners) listener(isConcerned);
  }

  #forget(tokenId: string): void {
    this.#cache.forget((caller) => caller.tokenId === tokenId);
  }

  async #lookUp(hash: string) {
    const { generation } = this.#cache;
    const found = await this.#deps.store.read((stores) => findToken(stores, hash));
    if (found === null) {
      throw new DomainError('token-unknown', 'This token is not known here.', {
        remedy: 'Sign in again; it may have been revoked, or belong to another server.',
      });
    }
    const { token, user, maker } = found;
    // The work of whoever left goes on: what a job logs belongs to the project.
    if (user.disabledAt !== null && token.scope.kind !== 'run') throw disabledAccount(user.id);
    const { id: userId, name: userName, admin, auditor } = user;
    const rest = { tokenId: token.id, scope: token.scope, ...(maker && { tokenMaker: maker }) };
    const caller = { userId, userName, admin, auditor, ...rest };
    const cached = { caller, expiresAt: token.expiresAt, touchedAt: token.lastUsedAt ?? 0 };
    this.#cache.set(hash, cached, generation);
    return cached;
  }

  /** Looked up once: nothing changes a person's name. */
  #fixedCaller(): Promise<Caller> {
    this.#fixed ??= this.#deps.store.read(async ({ access }) => {
      const userName = (await access.user(adminUserId))?.name ?? 'Administrator';
      return { userId: adminUserId, userName, admin: true, tokenId: null, scope: { kind: 'user' } };
    });
    return this.#fixed;
  }

  /** Nobody waits for this: a lost time of last use does no harm. */
  #touch(tokenId: string | null, at: number, use?: TokenUse): void {
    if (tokenId === null) return;
    this.#deps.store
      .write(({ access }) => access.touchToken(tokenId, at, use))
      .catch((error: unknown) => this.#deps.log.debug('Time of last use not kept', { tokenId, error }));
  }

  async #authorize(
    caller: Caller,
    access: Access,
    request: { readonly input: unknown; readonly wire: Wire },
  ): Promise<void> {
    if (access.kind === 'signed-in') return;
    if (access.kind === 'admin') return requireAdmin(caller);
    if (access.kind === 'auditor') return requireAuditor(caller);
    await this.#deps.store.read(async (stores) => {
      if (access.kind === 'account') return requireCare(stores, caller, idIn(request.input, access.of));
      for (const thing of await resolveProjects(stores, access.of, request.input)) {
        await requireRole(stores, caller, { access, thing, wire: request.wire });
      }
    });
  }
}

type TokenWorkspace = { readonly id: string; readonly projectId: string; readonly ownerId: string };

export function runTokenId(runId: string): string {
  return `run-${runId}`;
}

type LoggingRequest = { readonly caller: Caller; readonly run: Resolved; readonly role: ProjectRole };

async function findToken({ access }: Stores, hash: string) {
  const token = await access.tokenByHash(hash);
  const user = token && (await access.user(token.userId));
  if (!token || !user) return null;
  const isOwn = token.madeById === null || token.madeById === user.id;
  const maker = isOwn ? null : await access.user(token.madeById ?? '');
  return { token, user, maker: maker && { id: maker.id, name: maker.name } };
}

export function disabledAccount(userId: string): DomainError {
  return new DomainError('token-unknown', `The account ${userId} is disabled.`, {
    remedy: 'Ask whoever looks after it to enable it, then sign in again.',
  });
}

type NewToken = Pick<StoredToken, 'id' | 'userId' | 'name' | 'createdAt'> & { readonly scope: TokenScope };

async function replaceToken(stores: Stores, token: NewToken): Promise<string> {
  const secret = newSecret();
  await stores.access.deleteToken(token.id);
  await stores.access.insertToken({ ...token, hash: hashSecret(secret), expiresAt: null, lastUsedAt: null });
  return secret;
}
