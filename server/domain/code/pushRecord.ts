/** Notes in the event log that code of a project arrived. */
import type { EventFeed } from '../events/ports.ts';
import type { Caller } from '../shared/call.ts';
import { actorOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import type { Store } from '../shared/store.ts';
import type { RefUpdate } from './ports.ts';

export type PushRecordDependencies = { readonly store: Store; readonly clock: Clock; readonly feed: EventFeed };

export type Push = { readonly projectId: string; readonly refs: readonly RefUpdate[]; readonly caller: Caller };

export async function recordPush({ projectId, refs, caller }: Push, deps: PushRecordDependencies): Promise<void> {
  const { store, clock, feed } = deps;
  const detail = { refs: refs.length, ref: refs[0]?.ref ?? '' };
  await store.write(({ events }) =>
    events.append({ type: 'code.pushed', actor: actorOf(caller), subject: { projectId }, detail, at: clock.now() }),
  );
  feed.committed();
}
