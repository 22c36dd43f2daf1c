/** Which role a caller has in a project, and how a refusal is worded. Pure. */
import type { ProjectRole } from '../../../protocol/model/session.ts';
import type { Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';

/** Which wire asks: a job's own token logs over the one and only reads over the other. */
export type Wire = 'contract' | 'mlflow';

/** What the token lets through in a project, whoever its user is. Null: nothing. */
export function roleOfScope(caller: Caller, projectId: string, wire: Wire): ProjectRole | null {
  const { scope } = caller;
  if (scope.kind === 'user') return 'owner';
  if (scope.projectId !== projectId) return null;
  if (scope.kind === 'project') return scope.role;
  return wire === 'mlflow' ? 'contributor' : 'viewer';
}

export type Refusal = {
  readonly projectId: string;
  readonly needed: ProjectRole;
  readonly role: ProjectRole;
  /** Names of the people who can grant it. */
  readonly owners: readonly string[];
};

export function roleMissing({ projectId, needed, role, owners }: Refusal): DomainError {
  const who = owners.length > 0 ? `an owner of the project (${owners.join(', ')})` : 'an administrator';
  return new DomainError(
    'role-missing',
    `This needs the role ${needed} in the project ${projectId}; you are ${role} there.`,
    { remedy: `Ask ${who} to make you ${needed}.` },
  );
}

export function scopeMissing(projectId: string, needed: ProjectRole): DomainError {
  return new DomainError(
    'scope-missing',
    `This token does not reach as far as ${needed} in the project ${projectId}.`,
    {
      remedy: 'Use a token with a wider scope.',
    },
  );
}
