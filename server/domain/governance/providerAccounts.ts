/**
 * Accounts of people who sign in through the identity provider: made at the
 * first time, found by the provider's own id afterwards, with the groups and
 * rights that the provider gives. A name alone never leads into an account
 * that somebody else may have.
 */
import type { EventFeed } from '../events/ports.ts';
import type { Clock } from '../shared/ports.ts';
import type { Store, Stores } from '../shared/store.ts';
import type { AccessService } from './accessService.ts';
import { adminUserId } from './accessService.ts';
import { addUser } from './addUser.ts';
import type { ProviderPerson, StoredUser } from './ports.ts';
import { requirePerson } from './sessions.ts';

export type ProviderRules = {
  /** From what the provider calls a group to a group here. */
  readonly groups: Readonly<Record<string, string>>;
  readonly administrators: readonly string[];
  readonly auditors: readonly string[];
};

export type ProviderAccountsDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly access: Pick<AccessService, 'forgetUser'>;
  readonly rules: ProviderRules;
};

export class ProviderAccounts {
  readonly #deps: ProviderAccountsDependencies;

  constructor(deps: ProviderAccountsDependencies) {
    this.#deps = deps;
  }

  /** The account of whoever signed in there. Throws where it is disabled. */
  async enter(person: ProviderPerson): Promise<string> {
    const { store, clock, access, feed, rules } = this.#deps;
    const at = clock.now();
    const userId = await store.write(async (stores) => {
      const user = await accountOf(stores, person, at);
      if (person.groups !== null) {
        await setRights(stores, { user, rules, groups: person.groups, at });
        await setGroups(stores, { user, rules, groups: person.groups, at });
      }
      return user.id;
    });
    access.forgetUser(userId);
    feed.committed();
    return userId;
  }
}

async function accountOf(stores: Stores, person: ProviderPerson, at: number): Promise<StoredUser> {
  const { issuer, subject } = person;
  const known = await stores.credentials.identity(issuer, subject);
  if (known !== null) return requirePerson(stores, known);
  const userId = await idFor(stores, person.wantedId);
  if ((await stores.access.user(userId)) === null) {
    const name = person.name.trim().slice(0, 200) || userId;
    await addUser(stores, { id: userId, name, projectId: null }, { caller: null, at });
  }
  await stores.credentials.insertIdentity({ issuer, subject, userId, createdAt: at });
  return requirePerson(stores, userId);
}

/** The wanted id, or one that is like it: of an account that is free, or that nobody has signed in to yet. */
async function idFor(stores: Stores, wanted: string): Promise<string> {
  const base = slugOf(wanted);
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? base : `${base.slice(0, 58)}-${number}`;
    const user = await stores.access.user(id);
    if (user === null || (await isUntouched(stores, user))) return id;
  }
}

/** Added beforehand for this person: without rights on the server, and without any way in so far. */
async function isUntouched({ access, credentials }: Stores, user: StoredUser): Promise<boolean> {
  const { id, kind, admin, auditor, disabledAt } = user;
  if (kind !== 'person' || admin || auditor || disabledAt !== null) return false;
  if ((await credentials.withIdentity()).has(id) || (await credentials.password(id)) !== null) return false;
  return (await access.tokens(id)).length === 0;
}

function slugOf(text: string): string {
  const local = text.replace(/@.*$/, '').normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const slug = local
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
  return slug === '' ? 'person' : slug;
}

type Given = {
  readonly user: StoredUser;
  readonly rules: ProviderRules;
  readonly groups: readonly string[];
  readonly at: number;
};

/** Rights that the file gives to nobody are not the provider's to take. */
async function setRights({ access, events }: Stores, { user, rules, groups, at }: Given): Promise<void> {
  const has = (values: readonly string[]) => values.some((value) => groups.includes(value));
  const change = {
    ...(rules.administrators.length > 0 && user.id !== adminUserId && { admin: has(rules.administrators) }),
    ...(rules.auditors.length > 0 && { auditor: has(rules.auditors) }),
  };
  const isNew = Object.entries(change).some(([right, on]) => user[right as 'admin' | 'auditor'] !== on);
  if (!isNew) return;
  await access.updateUser(user.id, change);
  await events.append({ type: 'user.updated', actor: null, subject: { userId: user.id }, detail: change, at });
}

/** Of the groups that the file names the provider decides; of all others people do. */
async function setGroups(stores: Stores, { user, rules, groups, at }: Given): Promise<void> {
  const due = new Set(groups.map((group) => rules.groups[group]).filter((id) => id !== undefined));
  for (const id of new Set(Object.values(rules.groups))) {
    const members = await stores.groups.members(id);
    const isIn = members.includes(user.id);
    if (due.has(id) === isIn) continue;
    const group = (await stores.groups.group(id)) ?? { id, name: id, createdAt: at };
    const now = isIn ? members.filter((member) => member !== user.id) : [...members, user.id];
    await stores.groups.putGroup(group, now);
    const detail = { name: group.name, members: now.length };
    await stores.events.append({
      type: 'group.set',
      actor: null,
      subject: { groupId: id, userId: user.id },
      detail,
      at,
    });
  }
}
