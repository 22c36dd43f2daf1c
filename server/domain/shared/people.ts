/** How people stand beside what they did. Names are looked up, never trusted from a client. */
import type { FlywheelEvent } from '../../../protocol/events.ts';
import type { Person } from '../../../protocol/model/common.ts';
import type { Caller } from './call.ts';
import type { Stores } from './store.ts';

export type Actor = NonNullable<FlywheelEvent['actor']>;

export function actorOf({ userId, userName, tokenMaker }: Caller): Actor {
  return { id: userId, name: userName, ...(tokenMaker && { tokenMaker }) };
}

/** The person with this id; one whom the server does not know is shown by the id. */
export async function personOf(stores: Stores, id: string): Promise<Person> {
  const user = await stores.access.user(id);
  return { id, name: user?.name ?? id };
}
