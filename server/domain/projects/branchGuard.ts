/**
 * What protection of branches lets through: owners move a protected branch
 * forward, contributors go by another branch, and nobody rewrites or deletes it.
 */
import type { RefUpdate } from '../code/ports.ts';
import type { Caller } from '../shared/call.ts';
import type { Store } from '../shared/store.ts';
import { showRole } from './showProject.ts';

export type GuardedUpdate = { readonly update: RefUpdate; readonly refusal: string | null };

const heads = 'refs/heads/';

export async function guardBranches(
  updates: readonly RefUpdate[],
  { projectId, caller }: { readonly projectId: string; readonly caller: Caller },
  store: Store,
): Promise<readonly GuardedUpdate[]> {
  const { kept, role } = await store.read(async (stores) => ({
    kept: await stores.projects.protectedBranches(projectId),
    role: await showRole(stores, projectId, caller),
  }));
  return updates.map((update) => {
    const name = update.ref.startsWith(heads) ? update.ref.slice(heads.length) : null;
    if (name === null || !kept.has(name)) return { update, refusal: null };
    if (update.to === null) return { update, refusal: `protected branch: ${name} must not be deleted` };
    if (role === 'owner') return { update: { ...update, fastForwardOnly: true as const }, refusal: null };
    return { update, refusal: `protected branch: push another one and ask an owner of ${projectId} to merge it` };
  });
}
