/** Adds an account within the caller's unit of work. */
import type { User } from '../../../protocol/model/session.ts';
import type { Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { actorOf } from '../shared/people.ts';
import type { Stores } from '../shared/store.ts';
import type { StoredUser } from './ports.ts';

type Wanted = Pick<StoredUser, 'id' | 'name' | 'projectId'> & Partial<Pick<StoredUser, 'admin' | 'auditor' | 'kind'>>;

export async function addUser(
  stores: Stores,
  wanted: Wanted,
  { caller, at }: { readonly caller: Caller | null; readonly at: number },
): Promise<User> {
  const { id, name, projectId, admin = false, auditor = false, kind = 'person' } = wanted;
  if ((await stores.access.user(id)) !== null) {
    throw new DomainError('already-exists', `There already is an account ${id}.`, {
      field: 'id',
      remedy: 'Choose another id.',
    });
  }
  const user: User = { id, name, admin, auditor, kind, disabledAt: null, createdAt: at };
  await stores.access.insertUser({ ...user, projectId, createdById: caller?.userId ?? null });
  const actor = caller && actorOf(caller);
  await stores.events.append({ type: 'user.created', actor, subject: { userId: id }, detail: { kind }, at });
  return user;
}
