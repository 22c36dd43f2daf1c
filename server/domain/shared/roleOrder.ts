/** Each role in a project may do what the one before may. */
import { type ProjectRole, projectRoles } from '../../../protocol/model/session.ts';

export function isAtLeast(role: ProjectRole | null, needed: ProjectRole): boolean {
  return role !== null && projectRoles.indexOf(role) >= projectRoles.indexOf(needed);
}
