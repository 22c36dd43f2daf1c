/**
 * Which project a registered model belongs to: the token's, else the one that
 * its tag names, else that of its first version's run. Clients make the model
 * before they say what it is of, so until its first version its home is open.
 */
import type { Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import type { ModelDependencies } from './modelDependencies.ts';
import type { Texts } from './ports.ts';

export const projectTag = 'flywheel.project';
const defaultProject = 'default';

export type Home = { readonly projectId: string; readonly settled: boolean };

export async function homeOf(tags: Texts, caller: Caller, access: ModelDependencies['access']): Promise<Home> {
  const limited = caller.scope.kind === 'user' ? undefined : caller.scope.projectId;
  const tagged = tags[projectTag];
  if (limited !== undefined && tagged !== undefined) refuseOtherProject(tagged, limited);
  const said = limited ?? tagged;
  if (said !== undefined) {
    await requireWritable(caller, said, access);
    return { projectId: said, settled: true };
  }
  for (const projectId of [defaultProject, ...((await access.visibleProjects(caller)) ?? [])]) {
    if (await mayWrite(caller, projectId, access)) return { projectId, settled: false };
  }
  throw new DomainError('role-missing', 'You cannot register models in any project.', {
    field: 'name',
    remedy: 'Ask an owner of a project to make you contributor.',
  });
}

/** The tag tells where a model is; it cannot take it elsewhere. */
export function refuseOtherProject(asked: string, projectId: string): void {
  if (asked === projectId) return;
  throw new DomainError('invalid-input', `The registered model belongs to the project ${projectId}, not ${asked}.`, {
    field: projectTag,
    remedy: 'Leave the tag out.',
  });
}

export async function mayWrite(
  caller: Caller,
  projectId: string,
  access: ModelDependencies['access'],
): Promise<boolean> {
  try {
    await requireWritable(caller, projectId, access);
    return true;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}

function requireWritable(caller: Caller, projectId: string, access: ModelDependencies['access']): Promise<void> {
  return access.authorizeLogging(caller, { kind: 'project', role: 'contributor', of: 'projectId' }, { projectId });
}
