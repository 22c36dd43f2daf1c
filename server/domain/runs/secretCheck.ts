/** Whether the secrets that a launch asks for are there, before it is queued. */
import type { LaunchInput } from '../../../protocol/model/run.ts';
import type { SecretOrigin } from '../../../protocol/model/secret.ts';
import type { Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { requireFullScope } from '../shared/scope.ts';
import type { Stores } from '../shared/store.ts';

export async function requireSecrets(stores: Stores, input: LaunchInput, caller: Caller): Promise<void> {
  for (const { name, from } of input.secrets ?? []) {
    if (from === 'own') requireFullScope(caller, 'give a run secrets of yours');
    const home = from === 'own' ? { userId: caller.userId } : { projectId: input.projectId };
    if ((await stores.secrets.secret(home, name)) === null) throw missingSecret(name, from);
  }
}

function missingSecret(name: string, from: SecretOrigin): DomainError {
  const isOwn = from === 'own';
  return new DomainError('not-found', `${isOwn ? 'You have' : 'The project has'} no secret ${name}.`, {
    field: 'secrets',
    remedy: isOwn ? 'Add it to your secrets first.' : 'Ask an owner of the project to add it.',
  });
}
