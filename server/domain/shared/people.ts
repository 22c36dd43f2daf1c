/** How people stand beside what they did. Names are looked up, never trusted from a client. */
import type { Person } from '../../../protocol/model/common.ts';
import type { Caller } from './call.ts';
import type { Stores } from './store.ts';

export function actorOf(caller: Caller): Person {
  return { id: caller.userId, name: caller.userName };
}

/** The person with this id; one whom the server does not know is shown by the id. */
export async function personOf(stores: Stores, id: string): Promise<Person> {
  const user = await stores.access.user(id);
  return { id, name: user?.name ?? id };
}
