/** What each kind of caller is to be answered, by the access that the contract names. */
import { accessOf, contractEntries, type Entry } from '../../../server/transport/http/contractRouter.ts';
import { probes } from './accessMatrix.ts';

export type Identity = {
  readonly name: string;
  readonly role: 'none' | 'viewer' | 'contributor' | 'owner';
  readonly admin: boolean;
  readonly auditor?: true;
  /** What the token leaves of it. */
  readonly scope: 'full' | 'contributor' | 'job';
};

const rank = { none: 0, viewer: 1, contributor: 2, owner: 3 } as const;

type Verdict = 'served' | 'role-missing' | 'scope-missing' | 'not-found';

/** What an identity is to be answered; `served` is anything that is no refusal of access. */
export function expected(entry: Entry, identity: Identity): Verdict {
  const access = accessOf(entry);
  const isFull = identity.scope === 'full';
  if (access.kind === 'project') return expectedInProject(access.role, identity);
  if (access.kind === 'signed-in') return isFull ? 'served' : expectedOfNarrowed(entry, identity);
  if (!isFull) return 'scope-missing';
  if (access.kind === 'account') return expectedInProject('owner', identity);
  if (access.kind === 'auditor' && identity.auditor) return 'served';
  return identity.admin ? 'served' : 'role-missing';
}

function expectedOfNarrowed(entry: Entry, { scope }: Identity): Verdict {
  const { narrowed } = probes[nameOf(entry)] ?? {};
  const isServed = narrowed === 'served' || (narrowed === 'served but to jobs' && scope !== 'job');
  return isServed ? 'served' : 'scope-missing';
}

/** A token takes away from what its person may, and a job reads only. */
const scopeRank = { full: rank.owner, contributor: rank.contributor, job: rank.viewer } as const;

function expectedInProject(role: 'viewer' | 'contributor' | 'owner', identity: Identity): Verdict {
  const own = identity.admin ? rank.owner : rank[identity.role];
  if (own === 0) return 'not-found';
  if (own < rank[role]) return 'role-missing';
  return scopeRank[identity.scope] < rank[role] ? 'scope-missing' : 'served';
}

export function nameOf({ namespace, name }: Entry): string {
  return `${namespace}.${name}`;
}

export { contractEntries };
