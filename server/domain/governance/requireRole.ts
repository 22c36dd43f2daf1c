/** What each kind of access asks of a caller, within one read of the store. */
import type { Caller } from '../shared/call.ts';
import { DomainError, isDomainError } from '../shared/errors.ts';
import { isAtLeast } from '../shared/roleOrder.ts';
import { requireFullScope } from '../shared/scope.ts';
import type { Stores } from '../shared/store.ts';
import { type ProjectAccess, type Resolved, unknownThing } from './resolveProjects.ts';
import { roleMissing, roleOfScope, scopeMissing, type Wire } from './roles.ts';

export function requireAdmin(caller: Caller): void {
  requireFullScope(caller, 'administer the server');
  if (caller.admin) return;
  throw new DomainError('role-missing', 'This needs an administrator of the server.', {
    remedy: 'Ask an administrator to do it, or to make you one.',
  });
}

export function requireAuditor(caller: Caller): void {
  requireFullScope(caller, 'audit the server');
  if (caller.admin || caller.auditor) return;
  throw new DomainError('role-missing', 'This needs an auditor of the server.', {
    remedy: 'Ask an administrator to do it, or to make you an auditor.',
  });
}

/** Administrators look after all accounts, owners of a project after its service accounts. */
export async function requireCare(stores: Stores, caller: Caller, userId: string): Promise<void> {
  requireFullScope(caller, 'look after accounts');
  const projectId = (await stores.access.user(userId))?.projectId ?? null;
  if (caller.admin || projectId === null) return requireAdmin(caller);
  const access = { kind: 'project', role: 'owner', of: 'userId' } as const;
  await requireRole(stores, caller, { access, thing: { id: userId, projectId }, wire: 'contract' });
}

/** The same as a question. */
export async function caresFor(stores: Stores, caller: Caller, userId: string): Promise<boolean> {
  try {
    await requireCare(stores, caller, userId);
    return true;
  } catch (error) {
    if (isDomainError(error)) return false;
    throw error;
  }
}

type Needed = { readonly role: ProjectAccess['role']; readonly of: ProjectAccess['of'] | 'userId' };
type RoleRequest = { readonly access: Needed; readonly thing: Resolved; readonly wire: Wire };

export async function requireRole(stores: Stores, caller: Caller, request: RoleRequest): Promise<void> {
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
export async function allButDeleted(stores: Stores): Promise<readonly string[] | null> {
  if ((await stores.projects.deleted()).length === 0) return null;
  return (await stores.projects.projects({ ids: null, archived: true })).map(({ id }) => id);
}

/** Where the person has a role, and what everybody may see. */
export async function seen(stores: Stores, { userId }: Caller): Promise<readonly string[]> {
  const own = (await stores.access.projectsOf(userId)).map(({ projectId }) => projectId);
  const internal = await stores.projects.internal();
  const gone = new Set((await stores.projects.deleted()).map(({ id }) => id));
  return [...new Set([...own, ...internal])].filter((id) => !gone.has(id));
}
