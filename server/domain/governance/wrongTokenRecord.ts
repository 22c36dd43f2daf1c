/** Notes in the event log that somebody tried tokens: one event for many tries. */
import type { EventFeed } from '../events/ports.ts';
import type { Clock } from '../shared/ports.ts';
import type { Store } from '../shared/store.ts';

export type WrongTokenDependencies = { readonly store: Store; readonly clock: Clock; readonly feed: EventFeed };

export type WrongTokens = {
  readonly count: number;
  /** How many addresses they came from. */
  readonly addresses: number;
  /** The address with the most of them. */
  readonly most: string;
};

export async function recordWrongTokens(tokens: WrongTokens, deps: WrongTokenDependencies): Promise<void> {
  const { store, clock, feed } = deps;
  await store.write(({ events }) =>
    events.append({ type: 'token.guessed', actor: null, subject: {}, detail: tokens, at: clock.now() }),
  );
  feed.committed();
}
