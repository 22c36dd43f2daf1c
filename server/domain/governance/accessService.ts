/**
 * Who somebody is, and whether they may. Every wire asks here before it calls
 * a service. It keeps hashes of secrets, never a secret, and answers alike for
 * what does not exist and for what the caller may not know of.
 */
import type { Access } from '../../../protocol/model/access.ts';
import type { ProjectRole, TokenScope } from '../../../protocol/model/session.ts';
import type { RunTokens, Visibility } from '../shared/access.ts';
import type { Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import type { Clock, Log } from '../shared/ports.ts';
import { requireFullScope } from '../shared/scope.ts';
import type { Store, Stores } from '../shared/store.ts';
import type { StoredToken } from './ports.ts';
import { type ProjectAccess, type Resolved, resolveProjects, unknownThing } from './resolveProjects.ts';
import { isAtLeast, roleMissing, roleOfScope, scopeMissing, type Wire } from './roles.ts';
import { hashSecret, isSameHash, newSecret } from './secret.ts';
import { TokenCache } from './tokenCache.ts';

export type AccessServiceDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** An administrator's token from the configuration; it is compared by hash and never stored. */
  readonly fixedToken: string | null;
};

export const adminUserId = 'admin';
const portFileTokenId = 'port-file';
const touchEveryMs = 60_000;

export class AccessService implements Visibility, RunTokens {
  readonly #deps: AccessServiceDependencies;
  readonly #fixedHash: string | null;
  readonly #cache = new TokenCache();
  #fixed: Promise<Caller> | null = null;

  constructor(deps: AccessServiceDependencies) {
    this.#deps = deps;
    this.#fixedHash = deps.fixedToken === null ? null : hashSecret(deps.fixedToken);
  }

  /** The caller whose secret this is; throws `token-unknown` or `token-expired`. */
  async authenticate(secret: string): Promise<Caller> {
    const hash = hashSecret(secret);
    if (this.#fixedHash !== null && isSameHash(hash, this.#fixedHash)) return this.#fixedCaller();
    const known = this.#cache.get(hash) ?? (await this.#lookUp(hash));
    const now = this.#deps.clock.now();
    if (known.expiresAt !== null && known.expiresAt <= now) {
      throw new DomainError('token-expired', 'This token has expired.', { remedy: 'Sign in with a new one.' });
    }
    if (now - known.touchedAt >= touchEveryMs) {
      known.touchedAt = now;
      this.#touch(known.caller.tokenId, now);
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
    this.#cache.forget(portFileTokenId);
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
    this.#cache.forget(runTokenId(run.id));
    return secret;
  }

  async removeRunToken(stores: Stores, runId: string): Promise<void> {
    await stores.access.deleteToken(runTokenId(runId));
    this.#cache.forget(runTokenId(runId));
  }

  /** To be called after a token was deleted. */
  forgetToken(tokenId: string): void {
    this.#cache.forget(tokenId);
  }

  async #lookUp(hash: string) {
    const { generation } = this.#cache;
    const found = await this.#deps.store.read(async ({ access }) => {
      const token = await access.tokenByHash(hash);
      const user = token && (await access.user(token.userId));
      return token && user ? { token, user } : null;
    });
    if (found === null) {
      throw new DomainError('token-unknown', 'This token is not known here.', {
        remedy: 'Sign in again; it may have been revoked, or belong to another server.',
      });
    }
    const { token, user } = found;
    const caller = { userId: user.id, userName: user.name, admin: user.admin, tokenId: token.id, scope: token.scope };
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
  #touch(tokenId: string | null, at: number): void {
    if (tokenId === null) return;
    this.#deps.store
      .write(({ access }) => access.touchToken(tokenId, at))
      .catch((error: unknown) => this.#deps.log.debug('Time of last use not kept', { tokenId, error }));
  }

  async #authorize(
    caller: Caller,
    access: Access,
    request: { readonly input: unknown; readonly wire: Wire },
  ): Promise<void> {
    if (access.kind === 'signed-in') return;
    if (access.kind === 'admin') return requireAdmin(caller);
    await this.#deps.store.read(async (stores) => {
      for (const thing of await resolveProjects(stores, access.of, request.input)) {
        await requireRole(stores, caller, { access, thing, wire: request.wire });
      }
    });
  }
}

export function runTokenId(runId: string): string {
  return `run-${runId}`;
}

function requireAdmin(caller: Caller): void {
  requireFullScope(caller, 'administer the server');
  if (caller.admin) return;
  throw new DomainError('role-missing', 'This needs an administrator of the server.', {
    remedy: 'Ask an administrator to do it, or to make you one.',
  });
}

type LoggingRequest = { readonly caller: Caller; readonly run: Resolved; readonly role: ProjectRole };
type RoleRequest = { readonly access: ProjectAccess; readonly thing: Resolved; readonly wire: Wire };

async function requireRole(stores: Stores, caller: Caller, request: RoleRequest): Promise<void> {
  const { access, thing, wire } = request;
  const { projectId } = thing;
  const standing = await stores.projects.standing(projectId);
  if (standing === null || standing.deletedAt !== null) throw unknownThing(access.of, thing.id);
  // A job keeps logging after its person has left the project: the server gave it that token.
  const isOwnJob = caller.scope.kind === 'run' && caller.scope.projectId === projectId;
  const everybodys = standing.visibility === 'internal' ? 'viewer' : null;
  const own = caller.admin || isOwnJob ? 'owner' : ((await stores.access.role(projectId, caller.userId)) ?? everybodys);
  if (own === null) throw unknownThing(access.of, thing.id);
  if (!isAtLeast(own, access.role)) {
    const members = await stores.access.members(projectId);
    const owners = members.filter(({ role }) => role === 'owner').map(({ user }) => user.name);
    throw roleMissing({ projectId, needed: access.role, role: own, owners });
  }
  if (!isAtLeast(roleOfScope(caller, projectId, wire), access.role)) throw scopeMissing(projectId, access.role);
}

/** Null means all: deleted projects are few, and mostly there is none. */
async function allButDeleted(stores: Stores): Promise<readonly string[] | null> {
  if ((await stores.projects.deleted()).length === 0) return null;
  return (await stores.projects.projects({ ids: null, archived: true })).map(({ id }) => id);
}

/** Where the person has a role, and what everybody may see. */
async function seen(stores: Stores, { userId }: Caller): Promise<readonly string[]> {
  const own = (await stores.access.projectsOf(userId)).map(({ projectId }) => projectId);
  const internal = await stores.projects.internal();
  const gone = new Set((await stores.projects.deleted()).map(({ id }) => id));
  return [...new Set([...own, ...internal])].filter((id) => !gone.has(id));
}

type NewToken = Pick<StoredToken, 'id' | 'userId' | 'name' | 'createdAt'> & { readonly scope: TokenScope };

async function replaceToken(stores: Stores, token: NewToken): Promise<string> {
  const secret = newSecret();
  await stores.access.deleteToken(token.id);
  await stores.access.insertToken({ ...token, hash: hashSecret(secret), expiresAt: null, lastUsedAt: null });
  return secret;
}
