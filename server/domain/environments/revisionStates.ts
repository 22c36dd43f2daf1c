/** Which revisions may be launched and which is the default: changed by who made the environment, or an administrator. */
import type { SetRevisionStateInput, UpdateEnvironmentInput } from '../../../protocol/model/environment.ts';
import type { Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { actorOf } from '../shared/people.ts';
import type { Stores } from '../shared/store.ts';
import { requireRevision } from './environmentBuilder.ts';
import type { StoredEnvironment } from './ports.ts';
import { requireEnvironment } from './showEnvironment.ts';

type By = { readonly caller: Caller; readonly at: number };

export async function changeEnvironment(stores: Stores, input: UpdateEnvironmentInput, by: By): Promise<void> {
  const { environmentId, ...change } = input;
  const before = await requireEnvironment(stores, environmentId);
  await requireOwner(stores, before, by.caller);
  const { defaultRevision } = change;
  if (defaultRevision != null) {
    const { state } = await requireRevision(stores, { environmentId, revision: defaultRevision });
    if (state === 'retired') throw retiredDefault(defaultRevision, 'defaultRevision', 'Take it back into use first.');
  }
  await stores.environments.updateEnvironment(environmentId, change);
  await stores.events.append({
    type: 'environment.updated',
    actor: actorOf(by.caller),
    subject: { environmentId },
    detail: defaultRevision === undefined ? {} : { from: before.defaultRevision, to: defaultRevision },
    at: by.at,
  });
}

export async function changeState(stores: Stores, input: SetRevisionStateInput, by: By): Promise<void> {
  const { environmentId, revision, state, reason } = input;
  const environment = await requireEnvironment(stores, environmentId);
  await requireOwner(stores, environment, by.caller);
  const before = await requireRevision(stores, input);
  if (state === 'retired' && environment.defaultRevision === revision) {
    throw retiredDefault(revision, 'state', 'Choose another default first.');
  }
  await stores.environments.setState(input, { state, stateReason: reason });
  await stores.events.append({
    type: 'environment.state-changed',
    actor: actorOf(by.caller),
    subject: { environmentId, revision },
    detail: { from: before.state, to: state, reason },
    at: by.at,
  });
}

function retiredDefault(revision: number, field: string, remedy: string): DomainError {
  return new DomainError('wrong-state', `Revision ${revision} cannot be the default and retired.`, { field, remedy });
}

async function requireOwner(stores: Stores, { id, name }: StoredEnvironment, caller: Caller): Promise<void> {
  const first = await requireRevision(stores, { environmentId: id, revision: 1 });
  if (caller.admin || first.createdById === caller.userId) return;
  throw new DomainError('role-missing', `Only who made ${name} or an administrator changes what may be launched.`, {
    field: 'environmentId',
    remedy: 'Ask one of them, or create an environment of your own.',
  });
}
