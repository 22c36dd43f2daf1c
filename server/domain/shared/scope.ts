/** What a narrowed token may not do, where the contract's access alone cannot say it. */
import type { Caller } from './call.ts';
import { DomainError } from './errors.ts';

/** Throws unless the token may do everything that its user may. */
export function requireFullScope(caller: Caller, action: string): void {
  if (caller.scope.kind === 'user') return;
  const narrowed = caller.scope.kind === 'run' ? 'one run' : `the project ${caller.scope.projectId}`;
  throw new DomainError('scope-missing', `This token is limited to ${narrowed} and cannot ${action}.`, {
    remedy: 'Sign in with a token of your own that is not limited.',
  });
}
