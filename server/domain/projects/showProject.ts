/** A project as one caller sees it. */
import type { Member, Project, ProjectOrigin } from '../../../protocol/model/project.ts';
import { type ProjectRole, projectRoles } from '../../../protocol/model/session.ts';
import type { Caller } from '../shared/call.ts';
import { personOf } from '../shared/people.ts';
import type { Stores } from '../shared/store.ts';
import { versionOf } from './conflicts.ts';
import type { StoredOrigin, StoredProject } from './ports.ts';

export async function showProject(stores: Stores, stored: StoredProject, caller: Caller): Promise<Project> {
  const { ownerId, origin, versions, deletedAt: _deletedAt, deletedById: _deletedById, ...project } = stored;
  return {
    ...project,
    origin: origin && (await showOrigin(stores, origin, caller)),
    version: versionOf({ versions }),
    owner: await personOf(stores, ownerId),
    role: await showRole(stores, stored.id, caller),
    gitPath: `/git/${stored.id}.git`,
    runs: await stores.projects.runCounts(stored.id),
  };
}

/** Owners first, then by name. */
export async function showMembers(stores: Stores, projectId: string): Promise<readonly Member[]> {
  const members = await stores.access.members(projectId);
  return members
    .map(({ user, role }) => ({ user: { id: user.id, name: user.name }, role }))
    .sort((a, b) => rank(b.role) - rank(a.role) || a.user.name.localeCompare(b.user.name));
}

/** Whoever may not see the source learns that there is one, and nothing of it. */
async function showOrigin(stores: Stores, origin: StoredOrigin, caller: Caller): Promise<ProjectOrigin> {
  if (await canSee(stores, origin.projectId, caller)) return { ...origin, run: origin.run ?? null };
  return { ...origin, projectId: null, name: null, commit: null, run: null };
}

export async function canSee(stores: Stores, projectId: string, caller: Caller): Promise<boolean> {
  const standing = await stores.projects.standing(projectId);
  if (standing === null || standing.deletedAt !== null) return false;
  if (caller.scope.kind !== 'user') return caller.scope.projectId === projectId;
  if (caller.admin || standing.visibility === 'internal') return true;
  return (await stores.access.role(projectId, caller.userId)) !== null;
}

/** What a caller may do in a project that they may see. */
export async function showRole(
  stores: Stores,
  projectId: string,
  { admin, userId, scope }: Caller,
): Promise<ProjectRole> {
  if (scope.kind === 'run') return 'viewer';
  const own = admin ? 'owner' : ((await stores.access.role(projectId, userId)) ?? 'viewer');
  return scope.kind === 'project' && rank(scope.role) < rank(own) ? scope.role : own;
}

function rank(role: ProjectRole): number {
  return projectRoles.indexOf(role);
}
