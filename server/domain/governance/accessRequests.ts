/** The `access` entries: why a person may not, who can change it, and a request to them. It grants nothing. */
import type { ExplainInput, Explanation, RequestRoleInput } from '../../../protocol/model/accessRequest.ts';
import type { ProjectRole } from '../../../protocol/model/session.ts';
import type { EventFeed } from '../events/ports.ts';
import type { Call, Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { actorOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import { isAtLeast } from '../shared/roleOrder.ts';
import type { Store, Stores } from '../shared/store.ts';
import { roleOfScope } from './roles.ts';

export type AccessRequestsDependencies = { readonly store: Store; readonly clock: Clock; readonly feed: EventFeed };

/** Asking the same again before that is harmless, and tells nobody twice. */
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
    if (caller.scope.kind !== 'user') throw narrowedToken();
    const { store, clock, feed } = this.#deps;
    const now = clock.now();
    const key = `${projectId} ${caller.userId} ${role}`;
    if (this.#wasAsked(key, now)) return {};
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
    this.#remember(key, now);
    feed.committed();
    return {};
  }

  #wasAsked(key: string, now: number): boolean {
    return now - (this.#asked.get(key) ?? Number.NEGATIVE_INFINITY) < againAfterMs;
  }

  #remember(key: string, now: number): void {
    this.#asked.delete(key);
    this.#asked.set(key, now);
    const [oldest] = this.#asked.keys();
    if (this.#asked.size > remembered && oldest !== undefined) this.#asked.delete(oldest);
  }
}

function narrowedToken(): DomainError {
  return new DomainError('wrong-state', 'What is missing may be the reach of this token, not a role of yours.', {
    remedy: 'Ask with a token of your own that is not limited.',
  });
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
