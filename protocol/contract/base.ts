/**
 * What every entry of the contract has: the access it needs and the errors it
 * may answer. The server checks access from here, so no handler does.
 */
import { oc } from '@orpc/contract';
import { contractErrors } from '../errors.ts';
import type { Access } from '../model/access.ts';
import type { ProjectRole } from '../model/session.ts';

export type EntryMeta = {
  readonly access?: Access;
  /** It changes nothing, though it is no GET: its input is too long for an address. */
  readonly reads?: true;
};

const entry = oc.$meta<EntryMeta>({}).errors(contractErrors);

/** An entry for anyone signed in. */
export const signedIn = entry.meta({ access: { kind: 'signed-in' } });
/** An entry for administrators. */
export const adminOnly = entry.meta({ access: { kind: 'admin' } });

/** An entry for those who may read the whole event log. */
export const auditorOnly = entry.meta({ access: { kind: 'auditor' } });
/** An entry for those who look after the account that `userId` names. */
export const ofAccount = entry.meta({ access: { kind: 'account', of: 'userId' } });

/** An entry that needs a role in the project which the named input field leads to. */
export function withRole(role: ProjectRole, of: Extract<Access, { kind: 'project' }>['of']) {
  return entry.meta({ access: { kind: 'project', role, of } });
}
