/**
 * Sessions of people: tokens that signing in makes and signing out ends. By
 * whichever way somebody signs in, it ends here, so that nobody gets in by one
 * who could not by another.
 */
import { randomUUID } from 'node:crypto';
import type { EventFeed } from '../events/ports.ts';
import { DomainError } from '../shared/errors.ts';
import type { Clock } from '../shared/ports.ts';
import type { Store, Stores } from '../shared/store.ts';
import { disabledAccount } from './accessService.ts';
import type { StoredUser, TokenUse } from './ports.ts';
import { hashSecret, newSecret } from './secret.ts';

export type SessionsDependencies = { readonly store: Store; readonly clock: Clock; readonly feed: EventFeed };

export type NewSession = {
  /** How they signed in, for the event log. */
  readonly way: 'link' | 'password' | 'provider' | 'editor';
  /** What it is called in the list of their sessions. */
  readonly name: string;
  readonly days: number;
  readonly use: TokenUse;
};

const dayMs = 86_400_000;
/** Of one person at a time; the oldest makes room. */
const mostSessions = 100;

export class Sessions {
  readonly #deps: SessionsDependencies;

  constructor(deps: SessionsDependencies) {
    this.#deps = deps;
  }

  /** The secret of a new session. Throws for who may not sign in. */
  async open(userId: string, { way, name, days, use }: NewSession): Promise<string> {
    const { store, clock, feed } = this.#deps;
    const secret = newSecret();
    const id = randomUUID();
    await store.write(async (stores) => {
      const at = clock.now();
      const user = await requirePerson(stores, userId);
      await makeRoom(stores, userId);
      const times = { createdAt: at, expiresAt: at + days * dayMs, lastUsedAt: at };
      const rest = {
        name,
        scope: { kind: 'user' },
        kind: 'session',
        madeById: userId,
        hash: hashSecret(secret),
      } as const;
      await stores.access.insertToken({ id, userId, ...rest, ...times, ...use });
      const actor = { id: userId, name: user.name };
      const detail = { way, client: use.client, address: use.address };
      await stores.events.append({ type: 'user.signed-in', actor, subject: { userId, tokenId: id }, detail, at });
    });
    feed.committed();
    return secret;
  }
}

export async function requirePerson(stores: Stores, userId: string): Promise<StoredUser> {
  const user = await stores.access.user(userId);
  if (user === null) throw new DomainError('token-unknown', `There is no account ${userId}.`);
  if (user.disabledAt !== null) throw disabledAccount(userId);
  if (user.kind === 'person') return user;
  throw new DomainError('token-unknown', `${userId} is a service account, and signs in with tokens only.`);
}

async function makeRoom({ access }: Stores, userId: string): Promise<void> {
  const sessions = (await access.tokens(userId)).filter(({ kind }) => kind === 'session');
  for (const { id } of sessions.slice(mostSessions - 1)) await access.deleteToken(id);
}
