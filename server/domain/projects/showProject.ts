/** A project as one caller sees it. */
import type { Member, Project } from '../../../protocol/model/project.ts';
import { type ProjectRole, projectRoles } from '../../../protocol/model/session.ts';
import type { Caller } from '../shared/call.ts';
import { personOf } from '../shared/people.ts';
import type { Stores } from '../shared/store.ts';
import type { StoredProject } from './ports.ts';

export async function showProject(stores: Stores, stored: StoredProject, caller: Caller): Promise<Project> {
  const { ownerId, ...project } = stored;
  return {
    ...project,
    owner: await personOf(stores, ownerId),
    role: await roleOf(stores, stored.id, caller),
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

async function roleOf(stores: Stores, projectId: string, { admin, userId, scope }: Caller): Promise<ProjectRole> {
  if (scope.kind === 'run') return 'viewer';
  const own = admin ? 'owner' : ((await stores.access.role(projectId, userId)) ?? 'viewer');
  return scope.kind === 'project' && rank(scope.role) < rank(own) ? scope.role : own;
}

function rank(role: ProjectRole): number {
  return projectRoles.indexOf(role);
}
