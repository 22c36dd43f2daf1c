/** The `groups` entries. A role that a group gives counts like one that a person has; the higher of both holds. */
import {
  type Group,
  type GroupRole,
  mostGroups,
  type SetGroupInput,
  type SetGroupRoleInput,
} from '../../../protocol/model/group.ts';
import type { EventFeed } from '../events/ports.ts';
import type { Call, Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { actorOf, personOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import { requireFullScope } from '../shared/scope.ts';
import type { Store, Stores } from '../shared/store.ts';
import type { StoredGroup } from './ports.ts';

export type GroupServiceDependencies = { readonly store: Store; readonly clock: Clock; readonly feed: EventFeed };

type OfGroup = { readonly groupId: string };

export class GroupService {
  readonly #deps: GroupServiceDependencies;

  constructor(deps: GroupServiceDependencies) {
    this.#deps = deps;
  }

  async list(_input: unknown, { caller }: Call): Promise<readonly Group[]> {
    if (caller.scope.kind === 'run') requireFullScope(caller, 'list groups');
    return this.#deps.store.read(async (stores) => {
      const shown: Group[] = [];
      for (const group of await stores.groups.groups()) shown.push(await show(stores, group));
      return shown;
    });
  }

  async set({ groupId, name, userIds }: SetGroupInput, { caller }: Call): Promise<Group> {
    const now = this.#deps.clock.now();
    return this.#change(caller, async (stores) => {
      const before = await stores.groups.group(groupId);
      if (before === null && (await stores.groups.groups()).length >= mostGroups) throw tooMany();
      for (const id of userIds) await requireUser(stores, id);
      const group = { id: groupId, name: name ?? before?.name ?? groupId, createdAt: before?.createdAt ?? now };
      await stores.groups.putGroup(group, userIds);
      const detail = { name: group.name, members: new Set(userIds).size };
      return { result: await show(stores, group), event: { type: 'group.set', subject: { groupId }, detail } };
    });
  }

  async delete({ groupId }: OfGroup, { caller }: Call): Promise<Record<never, never>> {
    return this.#change(caller, async (stores) => {
      const { name } = await requireGroup(stores, groupId);
      await stores.groups.deleteGroup(groupId);
      return { result: {}, event: { type: 'group.deleted', subject: { groupId }, detail: { name } } };
    });
  }

  ofProject({ projectId }: { readonly projectId: string }, _call: Call): Promise<readonly GroupRole[]> {
    return this.#deps.store.read((stores) => rolesIn(stores, projectId));
  }

  async setRole({ projectId, groupId, role }: SetGroupRoleInput, { caller }: Call): Promise<readonly GroupRole[]> {
    return this.#change(caller, async (stores) => {
      const { name } = await requireGroup(stores, groupId);
      await stores.groups.setRole(groupId, projectId, role);
      const event = { type: 'group.role-changed', subject: { projectId, groupId }, detail: { name, role } } as const;
      return { result: await rolesIn(stores, projectId), event };
    });
  }

  async #change<T>(caller: Caller, change: (stores: Stores) => Promise<Changed<T>>): Promise<T> {
    const { store, clock, feed } = this.#deps;
    const result = await store.write(async (stores) => {
      const changed = await change(stores);
      await stores.events.append({ ...changed.event, actor: actorOf(caller), at: clock.now() });
      return changed.result;
    });
    feed.committed();
    return result;
  }
}

type Changed<T> = {
  readonly result: T;
  readonly event: {
    readonly type: 'group.set' | 'group.deleted' | 'group.role-changed';
    readonly subject: { readonly groupId: string; readonly projectId?: string };
    readonly detail: Readonly<Record<string, string | number | null>>;
  };
};

async function show(stores: Stores, group: StoredGroup): Promise<Group> {
  const ids = await stores.groups.members(group.id);
  return { ...group, members: await Promise.all(ids.map((id) => personOf(stores, id))) };
}

async function rolesIn(stores: Stores, projectId: string): Promise<readonly GroupRole[]> {
  const roles = await stores.groups.rolesIn(projectId);
  return roles.map(({ group, role }) => ({ groupId: group.id, name: group.name, role }));
}

async function requireGroup(stores: Stores, id: string): Promise<StoredGroup> {
  const group = await stores.groups.group(id);
  if (group !== null) return group;
  throw new DomainError('not-found', `There is no group ${id}.`, { field: 'groupId', remedy: 'Check the id.' });
}

async function requireUser(stores: Stores, id: string): Promise<void> {
  if ((await stores.access.user(id)) !== null) return;
  throw new DomainError('not-found', `There is no person ${id}.`, {
    field: 'userIds',
    remedy: 'Add the person first.',
  });
}

function tooMany(): DomainError {
  return new DomainError('too-large', `There are ${mostGroups} groups already.`, {
    field: 'groupId',
    remedy: 'Delete one that is no longer needed.',
  });
}
