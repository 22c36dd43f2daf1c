/**
 * Passwords of people: checked, set, and set anew by a link that an
 * administrator hands over. Whoever tries learns nothing: not whether an
 * account exists, is disabled or has a password, neither in words nor by time.
 */
import { randomBytes } from 'node:crypto';
import type { PasswordLink, PasswordState, SetPasswordInput } from '../../../protocol/model/password.ts';
import type { EventFeed } from '../events/ports.ts';
import type { Call, Caller } from '../shared/call.ts';
import { DomainError, isDomainError } from '../shared/errors.ts';
import { actorOf } from '../shared/people.ts';
import type { Clock, Log } from '../shared/ports.ts';
import { requireFullScope } from '../shared/scope.ts';
import type { Store, Stores } from '../shared/store.ts';
import type { AccessService } from './accessService.ts';
import type { Attempts } from './attempts.ts';
import type { PasswordHasher, StoredUser } from './ports.ts';
import { hashSecret } from './secret.ts';
import { requirePerson } from './sessions.ts';

export type PasswordServiceDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly log: Log;
  readonly access: Pick<AccessService, 'forgetUser'>;
  readonly hasher: PasswordHasher;
  readonly attempts: Attempts;
  /** Whether the server lets people sign in so. */
  readonly allowed: boolean;
};

export type PasswordTry = { readonly userId: string; readonly password: string; readonly address: string };

const linkMs = 24 * 60 * 60_000;

export class PasswordService {
  readonly #deps: PasswordServiceDependencies;

  constructor(deps: PasswordServiceDependencies) {
    this.#deps = deps;
  }

  /** Whether anybody can sign in so. */
  async isOffered(): Promise<boolean> {
    return this.#isPossible() && this.#deps.store.read(({ credentials }) => credentials.arePasswordsUsed());
  }

  /** Whose password it is. Throws `token-unknown` in the same words for all that may be wrong. */
  async check({ userId, password, address }: PasswordTry): Promise<string> {
    const { store, hasher, attempts } = this.#deps;
    if (!this.#isPossible()) throw notOffered();
    const known = await store.read(async (stores) => ({
      user: await personOrNull(stores, userId),
      hash: (await stores.credentials.password(userId))?.hash ?? null,
      isKnownPlace: await isKnownPlace(stores, userId, address),
    }));
    // Whoever is signed in from there already is not held up by others who try.
    if (!known.isKnownPlace) await attempts.hold(userId);
    const isRight = await hasher.isRight(password, known.hash);
    if (!isRight || known.user === null) {
      // Not waited for, as the time it takes would tell that the account exists.
      void this.#keepWrong(known.user, { userId, address });
      throw wrongPassword();
    }
    attempts.right(userId);
    if (known.hash !== null && hasher.isOutdated(known.hash)) await this.#rehash(userId, password);
    return userId;
  }

  async state(_input: unknown, { caller }: Call): Promise<PasswordState> {
    requireFullScope(caller, 'see your password');
    const kept = await this.#deps.store.read(({ credentials }) => credentials.password(caller.userId));
    return { offered: this.#isPossible(), changedAt: kept?.changedAt ?? null };
  }

  async setOwn({ current, password }: SetPasswordInput, { caller }: Call): Promise<PasswordState> {
    requireFullScope(caller, 'set your password');
    if (!this.#isPossible()) throw notOffered();
    const { store, hasher, attempts } = this.#deps;
    const { userId } = caller;
    refuseName(password, caller);
    const kept = await store.read(async (stores) => {
      await requirePerson(stores, userId);
      return stores.credentials.password(userId);
    });
    if (kept !== null) {
      await attempts.hold(userId);
      if (!(await hasher.isRight(current, kept.hash))) {
        attempts.wrong(userId);
        throw new DomainError('invalid-input', 'The present password is not right.', {
          field: 'current',
          remedy: 'Type it again, or ask an administrator for a link.',
        });
      }
    }
    const changedAt = await this.#set({ userId, password, keep: caller.tokenId, caller });
    return { offered: true, changedAt };
  }

  async makeLink({ userId }: { readonly userId: string }, { caller }: Call): Promise<PasswordLink> {
    if (!this.#isPossible()) throw notOffered();
    const { store, clock, feed } = this.#deps;
    const code = randomBytes(24).toString('base64url');
    const at = clock.now();
    const expiresAt = at + linkMs;
    await store.write(async (stores) => {
      await requirePersonNamed(stores, userId);
      await stores.credentials.deleteCodes(userId, at);
      await stores.credentials.insertCode({ hash: hashSecret(code), userId, expiresAt });
      const event = { type: 'password.link-made', actor: actorOf(caller), subject: { userId } } as const;
      await stores.events.append({ ...event, at });
    });
    feed.committed();
    return { path: `/sign-in/password?code=${code}`, expiresAt };
  }

  /** Whose link it is; null when it is used, replaced or too old. */
  async ownerOf(code: string): Promise<StoredUser | null> {
    if (!this.#isPossible()) return null;
    return this.#deps.store.read((stores) => this.#ownerOf(stores, code));
  }

  /** Sets the password of whose link it is, ends their sessions, and answers who it is; null without a valid link. */
  async setByLink(code: string, password: string): Promise<string | null> {
    const user = await this.ownerOf(code);
    if (user === null) return null;
    refuseName(password, { userId: user.id, userName: user.name });
    await this.#set({ userId: user.id, password, keep: null, caller: null, code });
    this.#deps.attempts.right(user.id);
    return user.id;
  }

  #isPossible(): boolean {
    return this.#deps.allowed && this.#deps.hasher.isAvailable;
  }

  async #ownerOf(stores: Stores, code: string): Promise<StoredUser | null> {
    const kept = await stores.credentials.code(hashSecret(code));
    if (kept === null || kept.expiresAt <= this.#deps.clock.now()) return null;
    return personOrNull(stores, kept.userId);
  }

  async #set({ userId, password, keep, caller, code }: Setting): Promise<number> {
    const { store, clock, feed, access, hasher } = this.#deps;
    const hash = await hasher.make(password);
    const at = clock.now();
    await store.write(async (stores) => {
      const user = await requirePerson(stores, userId);
      // Another may have used the link while this password was hashed.
      if (code !== undefined && (await this.#ownerOf(stores, code)) === null) throw usedLink();
      await stores.credentials.setPassword(userId, { hash, changedAt: at });
      await stores.credentials.deleteCodes(userId, at);
      const ended = await endOthers(stores, userId, keep);
      const actor = caller === null ? { id: userId, name: user.name } : actorOf(caller);
      const detail = { by: code === undefined ? 'present password' : 'link', ended };
      await stores.events.append({ type: 'password.set', actor, subject: { userId }, detail, at });
    });
    access.forgetUser(userId);
    feed.committed();
    return at;
  }

  async #rehash(userId: string, password: string): Promise<void> {
    const hash = await this.#deps.hasher.make(password);
    await this.#deps.store.write(async ({ credentials }) => {
      const kept = await credentials.password(userId);
      if (kept !== null) await credentials.setPassword(userId, { ...kept, hash });
    });
  }

  /** An event at 5, 10, 20 and so on: whoever guesses must not be able to fill the log. */
  async #keepWrong(user: StoredUser | null, { userId, address }: Omit<PasswordTry, 'password'>): Promise<void> {
    const { store, clock, feed, log, attempts } = this.#deps;
    const count = attempts.wrong(userId);
    if (user === null || !Number.isInteger(Math.log2(count / 5))) return;
    log.warn('Wrong passwords', { userId, count, address });
    const event = { type: 'password.guessed', actor: null, subject: { userId }, detail: { count, address } } as const;
    try {
      await store.write(({ events }) => events.append({ ...event, at: clock.now() }));
      feed.committed();
    } catch (error) {
      log.error('Wrong passwords not kept', { error });
    }
  }
}

type Setting = {
  readonly userId: string;
  readonly password: string;
  /** A session that goes on. */
  readonly keep: string | null;
  readonly caller: Caller | null;
  readonly code?: string;
};

async function personOrNull(stores: Stores, userId: string): Promise<StoredUser | null> {
  return requirePerson(stores, userId).catch((error: unknown) => {
    if (isDomainError(error)) return null;
    throw error;
  });
}

/** For administrators, who may know what is wrong. */
async function requirePersonNamed(stores: Stores, userId: string): Promise<void> {
  const user = await stores.access.user(userId);
  if (user === null) throw new DomainError('not-found', `There is no account ${userId}.`, { field: 'userId' });
  if (user.kind === 'person' && user.disabledAt === null) return;
  const why = user.kind === 'service' ? 'is a service account and never signs in' : 'is disabled';
  throw new DomainError('wrong-state', `${userId} ${why}.`, {
    field: 'userId',
    remedy: user.kind === 'service' ? 'Make a token for it.' : 'Enable it first.',
  });
}

async function isKnownPlace({ access }: Stores, userId: string, address: string): Promise<boolean> {
  return (await access.tokens(userId)).some((token) => token.kind === 'session' && token.address === address);
}

async function endOthers({ access }: Stores, userId: string, keep: string | null): Promise<number> {
  const others = (await access.tokens(userId)).filter(({ id, kind }) => kind === 'session' && id !== keep);
  for (const { id } of others) await access.deleteToken(id);
  return others.length;
}

function refuseName(password: string, { userId, userName }: Pick<Caller, 'userId' | 'userName'>): void {
  const names = [userId, userName].map((name) => name.toLowerCase()).filter(({ length }) => length >= 3);
  const rest = names.reduce((text, name) => text.replaceAll(name, ''), password.toLowerCase());
  if (rest.length >= password.length / 2) return;
  throw new DomainError('invalid-input', 'The password is mostly your name.', {
    field: 'password',
    remedy: 'Take several words that have nothing to do with you.',
  });
}

function wrongPassword(): DomainError {
  return new DomainError('token-unknown', 'The name or the password is not right.', {
    remedy: 'Try again, or ask an administrator for a link by which you set a new password.',
  });
}

function usedLink(): DomainError {
  return new DomainError('token-unknown', 'This link was used already or is too old.', {
    remedy: 'Ask an administrator for a new one.',
  });
}

function notOffered(): DomainError {
  return new DomainError('wrong-state', 'This server takes no passwords.', {
    remedy: 'Sign in by another way.',
  });
}
