/**
 * The `accounts` entries, for those who look after accounts: administrators,
 * and owners of a project for its service accounts. An account is disabled and
 * never deleted, because what it did stays its own.
 */
import type { Account, CreateServiceInput, UpdateAccountInput } from '../../../protocol/model/account.ts';
import type { PasswordLink } from '../../../protocol/model/password.ts';
import type { Token } from '../../../protocol/model/session.ts';
import type { EventFeed } from '../events/ports.ts';
import type { Call, Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { type Actor, actorOf, personOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import { requireFullScope } from '../shared/scope.ts';
import type { Store, Stores } from '../shared/store.ts';
import { type AccessService, adminUserId } from './accessService.ts';
import { addUser } from './addUser.ts';
import type { PasswordService } from './passwordService.ts';
import type { StoredUser } from './ports.ts';
import { requireAdmin } from './requireRole.ts';
import { tokensOf } from './shownToken.ts';

export type AccountServiceDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly access: Pick<AccessService, 'forgetUser'>;
  readonly passwords: Pick<PasswordService, 'makeLink'>;
};

type OfAccount = { readonly userId: string };
type Rights = Partial<Pick<StoredUser, 'admin' | 'auditor'>>;

export class AccountService {
  readonly #deps: AccountServiceDependencies;

  constructor(deps: AccountServiceDependencies) {
    this.#deps = deps;
  }

  list(_input: unknown, { caller }: Call): Promise<readonly Account[]> {
    requireFullScope(caller, 'look after accounts');
    return this.#deps.store.read(async (stores) => {
      const facts = await factsOf(stores, this.#deps.clock.now());
      const shown: Account[] = [];
      for (const user of await accountsOf(stores, caller)) shown.push(await show(stores, user, facts));
      return shown;
    });
  }

  async createService({ projectId, id, name, role }: CreateServiceInput, { caller }: Call): Promise<Account> {
    const at = this.#deps.clock.now();
    return this.#change(id, async (stores) => {
      await addUser(stores, { id, name, projectId, kind: 'service' }, { caller, at });
      await stores.access.setMember(projectId, id, role);
      const subject = { projectId, userId: id };
      const event = { type: 'project.member-changed', actor: actorOf(caller), subject, detail: { role }, at } as const;
      await stores.events.append(event);
    });
  }

  async update(input: UpdateAccountInput, { caller }: Call): Promise<Account> {
    const { userId, disabled } = input;
    const at = this.#deps.clock.now();
    return this.#change(userId, async (stores) => {
      const user = await requireAccount(stores, userId);
      const change = changeIn(input, user, caller);
      if (disabled === true || change.admin === false) refuseLockout(userId, caller);
      const told = { actor: actorOf(caller), subject: { userId }, at };
      if (Object.keys(change).length > 0) {
        await stores.access.updateUser(userId, change);
        await stores.events.append({ ...told, type: 'user.updated', detail: change });
      }
      if (disabled !== undefined) await setDisabled(stores, { user, disabled, told });
    });
  }

  resetPassword(input: OfAccount, call: Call): Promise<PasswordLink> {
    return this.#deps.passwords.makeLink(input, call);
  }

  tokens({ userId }: OfAccount, { caller }: Call): Promise<readonly Token[]> {
    return this.#deps.store.read(async (stores) => {
      await requireAccount(stores, userId);
      return tokensOf(stores, userId, caller);
    });
  }

  async endSessions({ userId }: OfAccount, { caller }: Call): Promise<{ readonly ended: number }> {
    const { store, clock, access, feed } = this.#deps;
    const ended = await store.write(async (stores) => {
      await requireAccount(stores, userId);
      const count = await stores.access.deleteTokensOf(userId);
      const event = { type: 'user.signed-out', actor: actorOf(caller), subject: { userId } } as const;
      await stores.events.append({ ...event, detail: { ended: count }, at: clock.now() });
      return count;
    });
    access.forgetUser(userId);
    feed.committed();
    return { ended };
  }

  async #change(userId: string, change: (stores: Stores) => Promise<void>): Promise<Account> {
    const { store, clock, access, feed } = this.#deps;
    const account = await store.write(async (stores) => {
      await change(stores);
      return show(stores, await requireAccount(stores, userId), await factsOf(stores, clock.now()));
    });
    access.forgetUser(userId);
    feed.committed();
    return account;
  }
}

type Told = { readonly actor: Actor; readonly subject: OfAccount; readonly at: number };

type Disabling = { readonly user: StoredUser; readonly disabled: boolean; readonly told: Told };

async function setDisabled({ access, events }: Stores, { user, disabled, told }: Disabling): Promise<void> {
  if (disabled === (user.disabledAt !== null)) return;
  await access.updateUser(user.id, { disabledAt: disabled ? told.at : null });
  if (!disabled) await events.append({ ...told, type: 'user.enabled' });
  else await events.append({ ...told, type: 'user.disabled', detail: { ended: await access.deleteTokensOf(user.id) } });
}

async function accountsOf({ access }: Stores, caller: Caller): Promise<readonly StoredUser[]> {
  const users = await access.users();
  if (caller.admin) return users;
  const roles = await access.projectsOf(caller.userId);
  const owned = new Set(roles.filter(({ role }) => role === 'owner').map(({ projectId }) => projectId));
  return users.filter(({ projectId }) => projectId !== null && owned.has(projectId));
}

/** What is shown beside each account, of all at once. */
async function factsOf({ access, credentials }: Stores, now: number) {
  return {
    counts: await access.tokenCounts(now),
    passwords: await credentials.withPassword(),
    identities: await credentials.withIdentity(),
  };
}

async function show(
  stores: Stores,
  { createdById, ...user }: StoredUser,
  { counts, passwords, identities }: Awaited<ReturnType<typeof factsOf>>,
): Promise<Account> {
  const createdBy = createdById === null ? null : await personOf(stores, createdById);
  const { tokens = 0, lastUsedAt = null } = counts.get(user.id) ?? {};
  const ways = { hasPassword: passwords.has(user.id), hasProvider: identities.has(user.id) };
  return { ...user, ...ways, createdBy, tokens, lastUsedAt };
}

async function requireAccount(stores: Stores, userId: string): Promise<StoredUser> {
  const user = await stores.access.user(userId);
  if (user !== null) return user;
  throw new DomainError('not-found', `There is no account ${userId}.`, { field: 'userId', remedy: 'Check the id.' });
}

function changeIn(input: UpdateAccountInput, user: StoredUser, caller: Caller): Rights & { readonly name?: string } {
  return { ...(input.name !== undefined && { name: input.name }), ...rightsIn(input, user, caller) };
}

/** Owners of a project make tokens of its accounts: such an account must not have more than they. */
function rightsIn({ admin, auditor }: UpdateAccountInput, user: StoredUser, caller: Caller): Rights {
  if (admin === undefined && auditor === undefined) return {};
  requireAdmin(caller);
  if (user.projectId !== null && (admin || auditor)) {
    throw new DomainError('wrong-state', `${user.id} is a service account of the project ${user.projectId}.`, {
      field: admin ? 'admin' : 'auditor',
      remedy: 'Add a service account of the server for this.',
    });
  }
  return { ...(admin !== undefined && { admin }), ...(auditor !== undefined && { auditor }) };
}

function refuseLockout(userId: string, caller: Caller): void {
  const isOwn = userId === caller.userId;
  if (!isOwn && userId !== adminUserId) return;
  const whose = isOwn ? 'your own account' : 'the account that programs of this server use';
  throw new DomainError('wrong-state', `This would lock out ${whose}.`, {
    field: 'userId',
    remedy: isOwn ? 'Ask another administrator to do it.' : 'End its sessions instead.',
  });
}
