/** Whether somebody may run on a tier that is not for everybody, and who can change it where they may not. */
import { type ProjectRole, projectRoles } from '../../../protocol/model/session.ts';
import type { Tier } from '../../../protocol/model/tier.ts';
import type { Caller } from './call.ts';
import { DomainError } from './errors.ts';
import { isAtLeast } from './roleOrder.ts';
import type { Stores } from './store.ts';

export type TierUse = { readonly tier: Tier; readonly projectId: string; readonly caller: Caller };

/** Throws `role-missing`, with the tier and with who can give what is missing. */
export async function requireTierUse(stores: Stores, { tier, projectId, caller }: TierUse): Promise<void> {
  const { usableBy } = tier;
  if (usableBy === null || caller.admin) return;
  const own = await stores.access.groupsOf(caller.userId);
  if (usableBy.groups.some((group) => own.includes(group))) return;
  const role = narrowed(await stores.access.role(projectId, caller.userId), caller);
  if (usableBy.roles.some((needed) => isAtLeast(role, needed))) return;
  throw await refusal(stores, { tier, projectId, caller });
}

/** A token that is limited has no more than its own role. */
function narrowed(role: ProjectRole | null, { scope }: Caller): ProjectRole | null {
  return scope.kind === 'project' && isAtLeast(role, scope.role) ? scope.role : role;
}

async function refusal(stores: Stores, { tier, projectId }: TierUse): Promise<DomainError> {
  const { roles = [], groups = [] } = tier.usableBy ?? {};
  const [lowest] = projectRoles.filter((role) => roles.includes(role));
  const members = await stores.access.members(projectId);
  const owners = members.filter(({ role }) => role === 'owner').map(({ user }) => user.name);
  const admins = (await stores.access.users()).filter(({ admin, disabledAt }) => admin && disabledAt === null);
  const group = groups.join(' or ');
  const whom = [
    ...(lowest ? [`whoever is ${lowest} in the project`] : []),
    ...(group ? [`people of the group ${group}`] : []),
  ];
  const ways = [
    ...(lowest ? [`an owner of the project (${owners.join(', ') || 'none'}) to make you ${lowest}`] : []),
    ...(group ? [`an administrator (${admins.map(({ name }) => name).join(', ')}) to add you to ${group}`] : []),
  ];
  const text = `The hardware tier ${tier.name} is for ${whom.join(' and ') || 'administrators'}.`;
  return new DomainError('role-missing', text, {
    field: 'tierId',
    remedy: ways.length > 0 ? `Ask ${ways.join(', or ')}, or choose another tier.` : 'Choose another tier.',
  });
}
