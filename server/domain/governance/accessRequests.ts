/** The `access` entries: why a person may not, who can change it, and a request to them. It grants nothing. */
import type { ExplainInput, Explanation, RequestRoleInput } from '../../../protocol/model/accessRequest.ts';
import type { ProjectRole } from '../../../protocol/model/session.ts';
import type { EventFeed } from '../events/ports.ts';
import type { Call, Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { actorOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import { requireFullScope } from '../shared/scope.ts';
import type { Store, Stores } from '../shared/store.ts';
import { isAtLeast, roleOfScope } from './roles.ts';

export type AccessRequestsDependencies = { readonly store: Store; readonly clock: Clock; readonly feed: EventFeed };

/** The same is asked of the same people only so often. */
const againAfterMs = 10 * 60_000;
const remembered = 10_000;

export class AccessRequests {
  readonly #deps: AccessRequestsDependencies;
  /** When each was last asked for. What is lost with the server does no harm. */
  readonly #asked = new Map<string, number>();

  constructor(deps: AccessRequestsDependencies) {
    this.#deps = deps;
  }

  explain({ projectId, role }: ExplainInput, { caller }: Call): Promise<Explanation> {
    return this.#deps.store.read((stores) => explain(stores, caller, { projectId, role }));
  }

  async request({ projectId, role, note }: RequestRoleInput, { caller }: Call): Promise<Record<never, never>> {
    requireFullScope(caller, 'ask for a role');
    const { store, clock, feed } = this.#deps;
    const now = clock.now();
    this.#refuseRepetition(`${projectId} ${caller.userId} ${role}`, now);
    await store.write(async (stores) => {
      const { allowed } = await explain(stores, caller, { projectId, role });
      if (allowed) {
        throw new DomainError('wrong-state', `You are ${role} or more in the project ${projectId} already.`, {
          field: 'role',
          remedy: 'Nothing is missing; try again what was refused.',
        });
      }
      const subject = { projectId, userId: caller.userId };
      const event = { type: 'access.requested', actor: actorOf(caller), subject, detail: { role, note } } as const;
      await stores.events.append({ ...event, at: now });
    });
    this.#remember(`${projectId} ${caller.userId} ${role}`, now);
    feed.committed();
    return {};
  }

  #refuseRepetition(key: string, now: number): void {
    if (now - (this.#asked.get(key) ?? Number.NEGATIVE_INFINITY) >= againAfterMs) return;
    throw new DomainError('rate-limited', 'You have asked for this a moment ago.', {
      remedy: 'Wait for an answer, or talk to an owner of the project.',
    });
  }

  #remember(key: string, now: number): void {
    this.#asked.delete(key);
    this.#asked.set(key, now);
    const [oldest] = this.#asked.keys();
    if (this.#asked.size > remembered && oldest !== undefined) this.#asked.delete(oldest);
  }
}

async function explain(stores: Stores, caller: Caller, { projectId, role }: ExplainInput): Promise<Explanation> {
  const members = await stores.access.members(projectId);
  const granters = members.filter((member) => member.role === 'owner').map(({ user: { id, name } }) => ({ id, name }));
  const own = members.find(({ user }) => user.id === caller.userId)?.role ?? null;
  const byGroups = await rolesByGroups(stores, caller, projectId);
  const effective = caller.admin ? 'owner' : await stores.access.role(projectId, caller.userId);
  const reach = roleOfScope(caller, projectId, 'contract');
  const reasons = [
    ...(caller.admin ? ['You administer the server, and may do everything.'] : []),
    ...(own === null ? [] : [`You are ${own} in the project.`]),
    ...byGroups.map(({ name, role: given }) => `The group ${name} makes you ${given}.`),
    ...(caller.scope.kind === 'user' ? [] : [`Your token reaches only as far as ${reach ?? 'nothing'} there.`]),
  ];
  return { allowed: isAtLeast(effective, role) && isAtLeast(reach, role), role: effective, reasons, granters };
}

async function rolesByGroups(
  stores: Stores,
  caller: Caller,
  projectId: string,
): Promise<readonly { readonly name: string; readonly role: ProjectRole }[]> {
  const groups = await stores.access.groupsOf(caller.userId);
  const roles = await stores.groups.rolesIn(projectId);
  return roles.filter(({ group }) => groups.includes(group.id)).map(({ group, role }) => ({ name: group.name, role }));
}
