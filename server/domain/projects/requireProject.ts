/** Looks a project up for an operation on it, or refuses by field. */
import { DomainError } from '../shared/errors.ts';
import type { Stores } from '../shared/store.ts';
import type { StoredProject } from './ports.ts';

/** A deleted one is not there. */
export async function requireProject(stores: Stores, projectId: string): Promise<StoredProject> {
  const project = await stores.projects.project(projectId);
  if (project !== null && project.deletedAt === null) return project;
  throw unknownProject(projectId);
}

/** The same for one that is not there and for one that the caller may not know of. */
export function unknownProject(projectId: string): DomainError {
  return new DomainError('not-found', `There is no project ${projectId}.`, { field: 'projectId' });
}

/** A deleted one keeps its id until it is gone for good. */
export async function requireFreeId(stores: Stores, id: string): Promise<void> {
  if ((await stores.projects.project(id)) === null) return;
  throw new DomainError('already-exists', `There already is a project ${id}.`, {
    field: 'id',
    remedy: 'Choose another id.',
  });
}
